"""The picture of a network while it is dragged, in a real browser: all of it stays in sight."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.browser.conftest import PATIENCE
from tests.networks.gathering import meet

pytestmark = pytest.mark.engine("sqlite")

INKED = """() => {
  const canvas = document.querySelector("[data-network-canvas] canvas");
  const sheet = new OffscreenCanvas(canvas.width, canvas.height);
  const copy = sheet.getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  return data.filter((value, place) => place % 4 === 3 && value > 0).length;
}"""
PAINTED = "new Promise((seen) => requestAnimationFrame(() => setTimeout(seen)))"


@pytest.fixture
def where(app: Flask, context: BrowserContext, address: str, project: Project) -> Callable[[], str]:
    """Sign the browser in on a network of two people, and give its address."""

    def signed_in() -> str:
        meet(factories.person("Bewoner"), factories.person("Ondernemer"))
        who = factories.member(project, Role.REVIEWER)
        cookie = factories.sign_in(app.test_client(), who).get_cookie("kring")
        assert cookie is not None
        context.add_cookies([{"name": "kring", "value": cookie.value, "url": address}])
        return f"/projects/{project.slug}/network?minimum=0"

    return signed_in


def test_what_is_dragged_is_seen_and_so_is_what_comes_into_view(
    page: Page, where: Callable[[], str]
) -> None:
    page.goto(where())
    page.wait_for_selector("[data-settled=yes]:not([aria-busy])")
    page.get_by_role("button", name="Zoom out").click(click_count=3)
    page.evaluate(PAINTED)  # It is painted in the next frame; a look before it sees it larger.
    whole = page.evaluate(INKED)
    box = page.locator("[data-network-canvas]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 - 300, box["y"] + box["height"] / 2  # Where no mark is.

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40, steps=4)
    assert _inked(page, whole)

    page.mouse.move(x + 700, y, steps=4)
    page.mouse.up()
    assert _inked(page, 0)

    page.mouse.move(x + 700, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    assert _inked(page, whole)

    page.mouse.up()
    assert _inked(page, whole)


def _inked(page: Page, amount: int) -> bool:
    """Whether so many dots are painted, a moment from now or as soon as a busy machine has."""
    page.wait_for_timeout(50)
    for _ in range(PATIENCE // 50):
        if page.evaluate(INKED) == pytest.approx(amount, rel=0.05):
            return True
        page.wait_for_timeout(50)
    return False
