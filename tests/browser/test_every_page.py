"""Every page as it is seen: no barrier, no message in the console, nothing wider than a phone."""

import pytest
from flask import Flask
from playwright.sync_api import Page

from crm.core.permissions import Role
from tests import walk
from tests.browser.accessibility import findings, findings_of_colours, overflow
from tests.browser.conftest import Watch
from tests.demonstration import Entering


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def addresses(app: Flask, page: Page, address: str, entering: Entering) -> list[str]:
    """Sign the page's browser in as a leader, and return every page there is."""
    client = entering(Role.LEADER)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    return list(walk.pages(app, client))


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_is_open_to_everybody(
    page: Page, watch: Watch, axe: str, addresses: list[str], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    wrong: dict[str, list[str]] = {}

    for each in addresses:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(each)
        too_wide = overflow(page)
        wrong[each] = findings(page, axe)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        wrong[each] += [*findings_of_colours(page), *watch.problems()]
        wrong[each] += [f"{too_wide} pixels too wide"] if too_wide else []

    assert {each: found for each, found in wrong.items() if found} == {}
