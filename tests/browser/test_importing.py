"""An import in a real browser, from the file to the people, on a phone and on a desk."""

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.browser.accessibility import findings, overflow
from tests.shared_data import needs_shared_data, shared

pytestmark = pytest.mark.engine("sqlite")


@pytest.fixture
def start(app: Flask, page: Page, address: str, project: Project) -> str:
    """Sign the page's browser in as a planner, and return the address of the first step."""
    client = factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER))
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    assert cookie is not None
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": address}])
    return f"/projects/{project.slug}/persons/import"


@needs_shared_data
@pytest.mark.parametrize("width", [320, 1280])
def test_a_list_is_imported_step_by_step(page: Page, axe: str, start: str, width: int) -> None:
    def fits() -> None:
        assert findings(page, axe) == []
        assert overflow(page) == 0

    page.set_viewport_size({"width": width, "height": 900})
    page.goto(start)
    fits()

    page.get_by_label("File with contacts").set_input_files(
        shared("contacts/nl_excel_puntkomma_cp1252.csv")
    )
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_label("Achternaam")).to_have_value("surname")
    fits()

    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_label("“samenleving”")).to_have_value("end_users")
    fits()

    page.get_by_role("button", name="See what would happen").click()
    expect(page.get_by_text("Nothing is imported yet")).to_be_visible()
    fits()
    page.get_by_role("link", name="Rejected 1").click()
    expect(page.locator("tbody tr")).to_have_count(1)

    page.get_by_role("button", name="Import 6 rows").dblclick()
    expect(page.get_by_role("heading", name="The import is done")).to_be_visible()
    expect(page.get_by_role("link", name="Marijke ten Kate")).to_be_visible()
    fits()


def test_how_a_file_is_read_and_what_is_chosen_fit_on_a_phone(
    page: Page, axe: str, start: str
) -> None:
    content = "Naam;E-mail\nJosé van den Allerlangste-Naamgenoot;jose@kring.example\n"
    factories.person("van den Allerlangste-Naamgenoot", first_name="José", email="a@kring.example")
    page.set_viewport_size({"width": 320, "height": 900})
    page.goto(start)
    chooser = page.get_by_label("File with contacts")
    chooser.evaluate("one => { one.dataset.largest = 200; }")  # megabytes take their time here
    chooser.set_input_files({"name": "b.csv", "mimeType": "text/csv", "buffer": b"x" * 201})
    page.get_by_role("button", name="Read the file").click()
    expect(page.get_by_role("alert")).to_contain_text("at most 10 MB")
    assert findings(page, axe) == []
    chooser.set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": content.encode("cp1252")}
    )
    expect(page.get_by_role("alert")).to_be_hidden()
    page.get_by_role("button", name="Read the file").click()

    page.get_by_role("link", name="Read it in another way").click()
    page.get_by_label("Encoding of the letters").select_option("cp850")
    expect(page.get_by_role("cell", name="JosÚ")).to_be_visible()
    assert findings(page, axe) == []
    page.get_by_label("Encoding of the letters").select_option("cp1252")
    expect(page.get_by_role("cell", name="José")).to_be_visible()
    page.get_by_role("button", name="Read the list like this").click()
    page.get_by_role("button", name="See what would happen").click()

    choice = page.get_by_label("What happens with row 2")
    region = page.get_by_role("region", name="Rows of the list").bounding_box()
    box = choice.bounding_box()
    assert region is not None
    assert box is not None
    assert box["x"] + box["width"] <= region["x"] + region["width"]
    assert (findings(page, axe), overflow(page)) == ([], 0)
