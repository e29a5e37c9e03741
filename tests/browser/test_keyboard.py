"""Kring by keyboard alone: every step can be reached, is seen where one is, and works."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from tests.browser.conftest import ComeIn, Watch
from tests.demonstration import Entering

DEMO = "/projects/assen-i2i"
WHERE = """() => {
    const one = document.activeElement, box = one.getBoundingClientRect();
    const label = one.getAttribute("aria-label") ?? one.labels?.[0]?.textContent;
    const words = (label ?? one.textContent).trim().replace(/\\s+/g, " ");
    const style = getComputedStyle(one), around = getComputedStyle(one.parentElement);
    const marks = [style.outlineStyle, around.outlineStyle].some((line) => line !== "none")
        || style.boxShadow !== "none" || around.boxShadow !== "none";
    return { words, marks, seen: box.width > 0 && box.height > 0 };
}"""
MOST = 80


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def planner(page: Page, come_in: ComeIn, entering: Entering) -> Page:
    """The tab of a planner of the demo, who has no mouse."""
    come_in(entering(Role.PLANNER))
    return page


def tab_to(page: Page, words: str) -> None:
    """Press Tab until the focus stands on something with these words."""
    met = []
    for _press in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(WHERE)
        met.append(here["words"])
        if here["words"].startswith(words):
            return
    raise AssertionError(f"Tab does not lead to {words!r}, only to {met}")


def test_the_first_tab_leads_past_the_header(planner: Page) -> None:
    planner.goto(f"{DEMO}/persons")

    planner.keyboard.press("Tab")
    expect(planner.get_by_role("link", name="Skip to the content")).to_be_focused()
    planner.keyboard.press("Enter")
    expect(planner.locator("main")).to_be_focused()
    planner.keyboard.press("Tab")

    assert planner.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.parametrize("look", ["light", "dark"])
@pytest.mark.parametrize("rest", ["persons", "sessions/new", "network"])
def test_one_sees_where_one_is(planner: Page, rest: str, look: str) -> None:
    planner.emulate_media(color_scheme="dark" if look == "dark" else "light")
    planner.goto(f"{DEMO}/{rest}")
    marked: dict[str, bool] = {}

    for _press in range(25):
        planner.keyboard.press("Tab")
        here = planner.evaluate(WHERE)
        # The parts of a date are stops of their own, which the browser marks itself.
        marked.setdefault(here["words"], here["marks"] and here["seen"])

    assert len(marked) > 5
    assert [words for words, is_marked in marked.items() if not is_marked] == []


def test_the_menu_opens_and_closes(planner: Page) -> None:
    planner.set_viewport_size({"width": 320, "height": 700})
    planner.goto(f"{DEMO}/")

    tab_to(planner, "Menu")
    planner.keyboard.press("Enter")
    tab_to(planner, "Sessions")
    planner.keyboard.press("Enter")
    expect(planner.get_by_role("heading", level=1)).to_have_text("Sessions")

    own = planner.locator("details[data-menu]")
    tab_to(planner, "Planner Proef")
    planner.keyboard.press("Enter")
    expect(own).to_have_attribute("open", "")
    planner.keyboard.press("Escape")
    expect(own).not_to_have_attribute("open", "")
    expect(own.locator("summary")).to_be_focused()


def test_a_filter_is_chosen(planner: Page) -> None:
    planner.goto(f"{DEMO}/persons")

    tab_to(planner, "Helix")
    planner.keyboard.type("Bus")

    expect(planner.locator("#results tbody tr").first).to_contain_text("Business")
    assert "helix=business" in planner.url


def test_a_person_is_added_and_opened(planner: Page) -> None:
    planner.goto(f"{DEMO}/persons")
    tab_to(planner, "Add a person")
    planner.keyboard.press("Enter")
    planner.wait_for_url("**/persons/new")

    tab_to(planner, "First name")
    planner.keyboard.type("Toets")
    tab_to(planner, "Surname")
    planner.keyboard.type("Bord")
    planner.keyboard.press("Enter")

    expect(planner.get_by_role("heading", level=1)).to_have_text("Toets Bord")


def test_a_refused_form_leads_to_what_is_wrong(planner: Page, watch: Watch) -> None:
    watch.allow("400")
    planner.goto(f"{DEMO}/sessions/new")
    tab_to(planner, "Title")
    planner.keyboard.press("Enter")

    expect(planner.locator(".error-summary")).to_be_focused()
    planner.keyboard.press("Tab")
    planner.keyboard.press("Enter")

    expect(planner.get_by_label("Title")).to_be_focused()


def test_a_dialog_keeps_the_focus_and_gives_it_back(planner: Page) -> None:
    planner.goto(f"{DEMO}/persons")
    tab_to(planner, "Add a person")

    planner.keyboard.press("?")
    for _press in range(4):
        assert planner.evaluate("document.activeElement.closest('dialog') !== null")
        planner.keyboard.press("Tab")
        if planner.evaluate("document.activeElement === document.body"):
            planner.keyboard.press("Tab")
    planner.keyboard.press("Escape")

    expect(planner.get_by_role("link", name="Add a person")).to_be_focused()
