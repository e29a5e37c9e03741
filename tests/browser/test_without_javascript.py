"""The main journeys in a browser that runs no script: nothing is missing, only slower."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from crm.core.permissions import Role
from tests.browser.conftest import PATIENCE, ComeIn
from tests.demonstration import Entering

DEMO = "/projects/assen-i2i"


@pytest.fixture
def app(demo: Flask) -> Flask:
    return demo


@pytest.fixture
def context(browser: Browser, address: str) -> Iterator[BrowserContext]:
    """A phone of which the browser runs no script."""
    opened = browser.new_context(
        base_url=address, locale="nl-NL", java_script_enabled=False,
        viewport={"width": 320, "height": 700},
    )  # fmt: skip
    opened.set_default_timeout(PATIENCE)
    yield opened
    opened.close()


@pytest.fixture
def leader(page: Page, come_in: ComeIn, entering: Entering) -> Page:
    """The tab of a leader of the demo."""
    come_in(entering(Role.LEADER))
    return page


def head(page: Page, words: str) -> None:
    """Expect a page with these words at its head."""
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_people_are_found_and_added(leader: Page) -> None:
    leader.goto(f"{DEMO}/persons")
    leader.locator("details.filters > summary").click()
    leader.get_by_label("Name or another word").fill("de vrie")
    leader.get_by_role("button", name="Show").click()
    expect(leader.locator("#results tbody tr")).to_have_count(1)

    leader.get_by_role("link", name="Add a person").click()
    leader.get_by_label("Surname", exact=True).fill("Zonder Script")
    leader.get_by_role("button", name="Add the person").click()

    head(leader, "Zonder Script")


def test_a_session_is_planned_and_attendance_taken(leader: Page) -> None:
    leader.goto(f"{DEMO}/sessions/new")
    leader.get_by_label("Title").fill("Keukentafel")
    leader.get_by_label("Day", exact=False).first.fill("2026-11-20")
    leader.get_by_label("Starts at").fill("10:00")
    leader.get_by_label("Ends at").fill("11:00")
    leader.get_by_role("button", name="Plan the session").click()
    head(leader, "Keukentafel")

    leader.get_by_role("link", name="Invite people").first.click()
    leader.get_by_label("Ronald Hofstra", exact=True).check()
    leader.get_by_role("button", name="Invite whom I ticked").click()
    leader.goto(leader.url.removesuffix("/invite"))
    leader.get_by_role("link", name="Take attendance").first.click()
    group = leader.get_by_role("group", name="Attendance of Ronald Hofstra")
    group.get_by_label("Present").check()
    leader.get_by_role("group", name="Walk-in 1").get_by_label("Name").fill("Jaap Inloop")
    leader.get_by_role("button", name="Save attendance").click()

    head(leader, "Keukentafel")
    expect(leader.get_by_role("table", name="People of this session")).to_contain_text("Jaap")


def test_a_list_is_imported(leader: Page) -> None:
    leader.goto(f"{DEMO}/persons/import")
    leader.get_by_label("File with contacts").set_input_files(
        {"name": "lijst.csv", "mimeType": "text/csv", "buffer": b"Voornaam;Achternaam\nIna;Lijst\n"}
    )
    leader.get_by_role("button", name="Read the file").click()
    leader.get_by_role("button", name="See what would happen").click()
    leader.get_by_role("button", name="Import 1 row").click()

    head(leader, "The import is done")
    leader.get_by_role("link", name="Ina Lijst").click()
    head(leader, "Ina Lijst")


def test_the_network_is_read_as_lists(leader: Page) -> None:
    leader.goto(f"{DEMO}/network")

    expect(leader.get_by_role("table", name="Ties")).to_be_visible()
    leader.get_by_role("link", name="What made it").first.click()

    expect(leader.get_by_role("table", name="What made this tie")).to_be_visible()


def test_the_menu_opens_and_leads_on(leader: Page) -> None:
    leader.goto(f"{DEMO}/")

    leader.get_by_text("Menu", exact=True).click()
    leader.get_by_role("link", name="Initiatives", exact=True).click()

    head(leader, "Initiatives and pilots")
