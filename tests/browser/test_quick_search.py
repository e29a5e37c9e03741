"""The list below the search box: seen, heard and walked through without a mouse."""

import re

import pytest
from flask import Flask
from playwright.sync_api import Locator, Page, expect

from crm.core.permissions import Role
from tests.browser.accessibility import findings
from tests.browser.conftest import ComeIn
from tests.demonstration import Entering

DEMO = "/projects/assen-i2i"


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def box(page: Page, come_in: ComeIn, entering: Entering) -> Locator:
    """The search box above a page of the demo, with the focus in it."""
    come_in(entering(Role.PLANNER))
    page.goto(f"{DEMO}/sessions")
    found = page.get_by_role("combobox", name="Search in this project")
    found.focus()
    return found


def test_the_list_below_the_box_is_walked_by_keys_and_opens_no_barrier(
    page: Page, box: Locator, axe: str
) -> None:
    options = page.get_by_role("option")
    box.press_sequentially("de vris")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator("[data-quick-said]")).to_contain_text("Shown for: de vries")
    assert findings(page, axe) == []

    box.press("ArrowDown")
    first = options.first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    expect(box).to_be_focused()
    box.press("ArrowUp")
    expect(box).not_to_have_attribute("aria-activedescendant", re.compile(""))
    box.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    expect(box).to_have_value("de vris")
    expect(options.first).to_be_hidden()

    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(box).to_have_attribute("aria-activedescendant", first.get_attribute("id") or "")
    leads = first.get_attribute("href") or ""
    box.press("Enter")
    expect(page).to_have_url(re.compile(f"{re.escape(leads)}$"))


def test_enter_with_nothing_chosen_asks_for_the_page_of_results(page: Page, box: Locator) -> None:
    box.press_sequentially("vries")
    expect(box).to_have_attribute("aria-expanded", "true")

    box.press("Enter")

    expect(page).to_have_url(re.compile(r"/search\?q=vries$"))
    expect(page.get_by_role("main")).to_contain_text("de Vries")
