"""What scripts add to pages that work without them."""

import re
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Dialog, Page, Request, expect

from crm.core.permissions import Role
from tests.browser.conftest import ComeIn
from tests.demonstration import Entering

PERSONS = "/projects/assen-i2i/persons"
SEARCH = "Name or another word"


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def leader(page: Page, come_in: ComeIn, entering: Entering) -> Page:
    """The tab of a leader of the demo."""
    come_in(entering(Role.LEADER))
    return page


def test_a_list_follows_while_one_types_and_the_back_button_goes_back(leader: Page) -> None:
    leader.goto(PERSONS)
    rows = leader.locator("#results tbody tr")
    everybody = rows.count()

    leader.get_by_label(SEARCH).press_sequentially("de vrie")
    expect(rows).to_have_count(1)
    assert urlsplit(leader.url).query == "q=de+vrie"
    expect(leader.locator("[data-filters-said]")).not_to_be_empty()
    leader.get_by_label("Helix").select_option("business")
    expect(leader.locator("#results")).to_contain_text("Nobody fits")

    leader.go_back()
    expect(rows).to_have_count(1)
    leader.go_back()
    expect(rows).to_have_count(everybody)
    assert urlsplit(leader.url).query == ""


def test_leaving_with_work_that_is_not_saved_is_asked_about(leader: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    leader.on("dialog", stay)
    leader.goto(f"{PERSONS}/3/edit")
    leader.get_by_label("Note").fill("Belt liever.")
    with leader.expect_event("dialog"):
        leader.get_by_role("link", name="Cancel").click(no_wait_after=True)
    assert asked == ["beforeunload"]
    assert leader.url.endswith("/edit")

    leader.get_by_role("button", name="Save").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Esmée de Wit")
    leader.goto(f"{PERSONS}/3/edit")
    leader.get_by_role("link", name="Cancel").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Esmée de Wit")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once_however_often_one_presses(leader: Page) -> None:
    sent: list[str] = []

    def note(request: Request) -> None:
        # While one types, another form asks whether somebody like this is there already.
        if request.method == "POST" and request.is_navigation_request():
            sent.append(request.url)

    leader.on("request", note)
    leader.goto(f"{PERSONS}/new")
    leader.get_by_label("Surname", exact=True).fill("Dubbelklik")
    leader.get_by_role("button", name="Add the person").dblclick()

    expect(leader.get_by_role("heading", level=1)).to_have_text("Dubbelklik")
    assert len(sent) == 1
    leader.goto(f"{PERSONS}?q=dubbelklik")
    expect(leader.locator("#results tbody tr")).to_have_count(1)


def test_a_link_for_a_colleague_is_copied(leader: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    leader.goto("/projects/assen-i2i/members")
    leader.get_by_label("E-mail address of your colleague").fill("nieuw@kring.example")
    leader.get_by_role("button", name="Invite a colleague").click()

    leader.locator("[data-copy] button").click()

    expect(leader.locator("[data-copy-said]")).not_to_be_empty()
    copied = leader.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/links/\S+", copied)
    assert copied == leader.locator("[data-copy] input").input_value()


def test_keys_lead_to_the_search_field_and_show_themselves(leader: Page) -> None:
    leader.goto("/projects/assen-i2i/sessions")

    leader.keyboard.press("?")
    keys = leader.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    leader.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    # The browser takes the focus out of a closed dialog only when it next draws the page.
    leader.wait_for_function("document.activeElement.closest('dialog') === null")
    leader.keyboard.press("/")
    focused = leader.locator("input[type=search]:focus")
    expect(focused).to_have_count(1)

    # Whoever is typing means the sign itself.
    leader.keyboard.type("wat/hoe?")
    expect(focused).to_have_value("wat/hoe?")
    expect(keys).to_be_hidden()


def test_the_look_changes_at_once_and_stays(leader: Page) -> None:
    leader.goto(PERSONS)
    back = "getComputedStyle(document.body).backgroundColor"
    light = leader.evaluate(back)

    leader.locator("details[data-menu] > summary").click()
    leader.get_by_role("button", name="Dark").click()
    expect(leader.locator("html")).to_have_attribute("data-color-scheme", "dark")
    leader.goto("/projects/assen-i2i/sessions")

    assert leader.evaluate(back) != light


def test_one_box_ticks_everybody_of_a_list(leader: Page) -> None:
    leader.goto("/projects/assen-i2i/sessions/13/invite")
    boxes = leader.locator('input[name="person"]')

    leader.get_by_label("Choose", exact=True).check()

    assert leader.locator('input[name="person"]:checked').count() == boxes.count() > 1
    boxes.first.uncheck()
    assert leader.get_by_label("Choose", exact=True).evaluate("box => box.indeterminate")
