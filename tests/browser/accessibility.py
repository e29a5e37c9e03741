"""Judging a page by axe-core, which finds what a machine can find of barriers."""

from typing import Any

from playwright.sync_api import Page

# What WCAG 2.2 AA asks, and what axe-core holds for good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# A letter stands in a sealed frame, which runs no script and lets nobody in.
RUN = """rules => axe.run(document, {
    iframes: false, runOnly: { type: "tag", values: rules }, resultTypes: ["violations"],
})"""


def findings(page: Page, axe: str) -> list[str]:
    """Return each violation on `page` as a line: rule, help and the element at fault."""
    page.evaluate(axe)
    verdict: dict[str, Any] = page.evaluate(RUN, RULES)  # JSON of axe-core
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
