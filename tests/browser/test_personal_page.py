"""The page of an invitation on a phone: without JavaScript, by keyboard, in light and dark."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect
from sqlalchemy.orm import Session

from crm.core.permissions import system
from crm.design_sessions.rules.links import answer_token
from crm.design_sessions.services import planning
from crm.messages.rules.links import details_link, unsubscribe_link
from crm.messages.services import details
from crm.projects.models import Project
from tests import factories
from tests.browser.accessibility import findings, findings_of_colours, overflow
from tests.browser.conftest import PATIENCE
from tests.browser.test_keyboard import tab_to
from tests.design_sessions import own_page
from tests.design_sessions.conftest import details as session_details

pytestmark = pytest.mark.engine("sqlite")
PHONE = ViewportSize(width=320, height=700)


@pytest.fixture
def invitation(opened: Session, project: Project) -> str:
    """Where somebody answers who is invited to a session for one, to which nobody comes yet."""
    leader = factories.leader_of(project)
    asked = session_details("Ontwerpbijeenkomst Pittelo", place="De Zuidstee", capacity=1)
    planned = planning.add_session(leader, project, details=asked)
    own_page.change(planned, allows_colleague=True, contact_phone="0592 123456")
    made = own_page.invite(planned, leader, "Noa", "Lindeman", "noa@kring.example")
    details.send_link(system(project.id), made.person)
    return f"/r/{answer_token(made)}"


@pytest.fixture
def others(invitation: str) -> list[str]:
    """The pages that other links lead to."""
    message, link = own_page.newest_message(), own_page.newest_link()
    places = (unsubscribe_link(message.public_name), details_link(link))
    return [f"/{place.split('/', 3)[3]}" for place in places]


@pytest.fixture
def phone(browser: Browser, address: str) -> Iterator[Page]:
    """A phone of which the browser runs no script."""
    opened = browser.new_context(
        base_url=address, locale="nl-NL", java_script_enabled=False, viewport=PHONE
    )
    opened.set_default_timeout(PATIENCE)
    yield opened.new_page()
    opened.close()


def test_the_pages_of_links_are_open_to_everybody(
    page: Page, axe: str, invitation: str, others: list[str]
) -> None:
    page.set_viewport_size(PHONE)
    wrong: dict[str, list[str]] = {}

    for each in (invitation, f"{invitation}?a=yes", *others):
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        page.goto(each)
        for one in page.locator("summary").all():
            one.click()
        wrong[each] = [
            *findings(page, axe),
            *([f"{overflow(page)} too wide"] if overflow(page) else []),
        ]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        wrong[each] += findings_of_colours(page)

    assert {each: found for each, found in wrong.items() if found} == {}


def test_an_answer_and_a_need_are_given_without_javascript(phone: Page, invitation: str) -> None:
    phone.goto(f"{invitation}?a=yes")
    expect(phone.get_by_label("Yes")).to_be_checked()

    phone.get_by_role("button", name="Send my answer").click()
    expect(phone.get_by_role("status")).to_have_text("Your answer is saved.")
    phone.locator("summary", has_text="Access and aids").click()
    phone.get_by_label("Access and aids: what do you need?").fill("een plaats bij de deur")
    phone.get_by_label("You may keep this").first.check()
    phone.get_by_role("button", name="Note this").first.click()

    expect(phone.get_by_role("status")).to_have_text("What you need is noted.")
    expect(phone.locator("body")).not_to_contain_text("een plaats bij de deur")


def test_the_language_is_changed_without_javascript_and_stays(phone: Page, invitation: str) -> None:
    phone.goto(invitation)

    phone.get_by_role("link", name="Nederlands").click()
    phone.get_by_label("Nee", exact=True).check()
    phone.get_by_role("button", name="Verstuur mijn antwoord").click()

    expect(phone.get_by_role("status")).to_have_text("Je antwoord is bewaard.")
    assert "language=nl" in phone.url


def test_an_answer_is_given_by_keyboard(page: Page, invitation: str) -> None:
    page.set_viewport_size(PHONE)
    page.goto(f"{invitation}?a=maybe")

    tab_to(page, "Maybe")
    page.keyboard.press("ArrowUp")
    tab_to(page, "Send my answer")
    page.keyboard.press("Enter")

    expect(page.get_by_role("status")).to_have_text("Your answer is saved.")
    tab_to(page, "My details")
    page.keyboard.press("Enter")
    tab_to(page, "Show what you keep about me")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("We have sent a link")


def test_somebody_corrects_their_name_without_javascript(phone: Page, others: list[str]) -> None:
    phone.goto(others[1])

    phone.get_by_label("Surname", exact=True).first.fill("Lindeman-de Boer")
    phone.get_by_role("button", name="Save my corrections").click()

    expect(phone.get_by_role("status")).to_have_text("Your corrections are saved.")
    expect(phone.get_by_text("Lindeman-de Boer")).to_have_count(1)
