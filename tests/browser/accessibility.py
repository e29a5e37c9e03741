"""Judging a page by axe-core, which finds what a machine can find of barriers."""

from typing import Any

from playwright.sync_api import Page

# What WCAG 2.2 AA asks, and what axe-core holds for good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A letter stands in a sealed frame, which runs no script and lets nobody in.
RUN = """only => axe.run(document, {
    iframes: false, runOnly: only, resultTypes: ["violations"],
})"""
# All that can be otherwise where only the colours of a page are.
OF_COLOURS = ["color-contrast", "link-in-text-block"]
LOOKS, APART = 5, 400  # and milliseconds


def findings(page: Page, axe: str) -> list[str]:
    """Return each violation on `page` as a line: rule, help and the element at fault."""
    page.evaluate(axe)
    return _found(page, {"type": "tag", "values": RULES})


def findings_of_colours(page: Page) -> list[str]:
    """Return the violations that colours make, on a page that was judged in other colours."""
    # On a busy machine parts of the page still have the colours of before: what stays is wrong.
    found: list[str] = []
    for _look in range(LOOKS):
        found = _found(page, {"type": "rule", "values": OF_COLOURS})
        if not found:
            break
        page.wait_for_timeout(APART)
    return found


def _found(page: Page, only: dict[str, Any]) -> list[str]:
    verdict: dict[str, Any] = page.evaluate(RUN, only)  # JSON of axe-core
    return [
        f"{violation['id']}: {violation['help']}: {node['html'][:200]}"
        for violation in verdict["violations"]
        for node in violation["nodes"]
    ]


def overflow(page: Page) -> int:
    """Return by how many pixels the page, with its letters in place, is wider than its window."""
    width: int = page.evaluate(
        """async () => {
            await document.fonts.ready;
            await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
            const page = document.documentElement;
            return page.scrollWidth - page.clientWidth;
        }"""
    )
    return width
