"""Every page as it is seen: no barrier, no message in the console, nothing wider than a phone."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page

from crm.core.permissions import Role
from tests import walk
from tests.browser.accessibility import findings, findings_of_colours, overflow
from tests.browser.conftest import Watch
from tests.demonstration import Entering
from tests.depth import looks_further

PHONE, DESK = 320, 1280
CLASSES = re.compile(r'class="([^"]*)"')


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def pages(app: Flask, page: Page, address: str, entering: Entering) -> dict[str, str]:
    """Sign the page's browser in as a leader, and return every page there is."""
    client = entering(Role.LEADER)
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    return walk.pages(app, client)


def showing_something_new(pages: dict[str, str]) -> Iterator[str]:
    """
    Yield the pages on which a part stands that stood on none before.

    The style sheets lay parts out by their classes, on a phone too, and the frame around them is
    the same on each page. What only the words of one page make too wide is left to `--all`.
    """
    seen: set[str] = set()
    for address, html in pages.items():
        parts = {name for names in CLASSES.findall(html) for name in names.split()}
        if parts - seen:
            yield address
        seen |= parts


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_every_page_is_open_to_everybody(
    page: Page, watch: Watch, axe: str, pages: dict[str, str], width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    wrong: dict[str, list[str]] = {}

    # In the gate a phone is not opened for what it would lay out as it did on a page before.
    opened = pages if width == DESK or looks_further() else showing_something_new(pages)
    for each in opened:
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(each)
        too_wide = overflow(page)
        wrong[each] = findings(page, axe)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        wrong[each] += [*findings_of_colours(page), *watch.problems()]
        wrong[each] += [f"{too_wide} pixels too wide"] if too_wide else []

    assert {each: found for each, found in wrong.items() if found} == {}
