"""The picture of a network while it is dragged, in a real browser: all of it stays in sight."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
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
    whole = page.evaluate(INKED)
    box = page.locator("[data-network-canvas]").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2 - 300, box["y"] + box["height"] / 2  # Where no mark is.

    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 40, y + 40, steps=4)
    page.wait_for_timeout(50)
    assert page.evaluate(INKED) == pytest.approx(whole, rel=0.05)

    page.mouse.move(x + 700, y, steps=4)
    page.mouse.up()
    page.wait_for_timeout(50)
    assert page.evaluate(INKED) == 0

    page.mouse.move(x + 700, y)
    page.mouse.down()
    page.mouse.move(x, y, steps=4)
    page.wait_for_timeout(400)
    assert page.evaluate(INKED) == pytest.approx(whole, rel=0.05)

    page.mouse.up()
    page.wait_for_timeout(50)
    assert page.evaluate(INKED) == pytest.approx(whole, rel=0.05)
