"""An import by what stands on the pages, as a planner does it on a Monday morning."""

import pytest
from flask import Flask

from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories
from tests.contacts.files import workbook
from tests.journeys.visitor import Visitor
from tests.shared_data import needs_shared_data, shared

FILES = [
    "nl_excel_puntkomma_cp1252.csv",
    "nl_excel_puntkomma_utf8_bom.csv",
    "nl_excel_unicode_tekst_utf16le.txt",
]
HEADINGS = ["Voornaam", "Achternaam", "E-mail", "Organisatie", "Wie is dit"]


@pytest.fixture
def planner(app: Flask, project: Project) -> Visitor:
    """A planner of an empty project, before the page that asks for a list."""
    who = Visitor(factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER)))
    return who.open(f"/projects/{project.slug}/persons/import")


def tally(planner: Visitor) -> dict[str, int]:
    """Return how many rows have each outcome, as the tabs of the dry run say."""
    tabs = [one.text.rpartition(" ") for one in planner.page.all("a")]
    outcomes = ("All rows", "New", "Changed", "Duplicate", "Rejected")
    return {words: int(count) for words, _space, count in tabs if words in outcomes}


@needs_shared_data
@pytest.mark.parametrize("name", FILES)
def test_a_dutch_list_comes_in_once(planner: Visitor, name: str) -> None:
    file = {"File with contacts": (shared(f"contacts/{name}").read_bytes(), name)}
    start = planner.path

    # The columns are known, the dry run says what would happen and why, by row.
    planner.press("Read the file", file)
    assert planner.heading == "What do the columns hold?"
    planner.press("See what would happen")
    # A word for a helix that is no usual one is asked once.
    assert planner.heading == "What do these words mean?"
    planner.press("See what would happen")
    assert list(tally(planner).values()) == [8, 6, 0, 1, 1]
    rows = {int(row[0]): row for row in planner.rows("Rows of the list")}
    assert "It was put back" in rows[3][3]
    assert "Excel has cut this phone number short" in rows[4][3]
    assert "This date does not exist" in rows[4][3]
    assert [number for number, row in rows.items() if row[2] == "Rejected"] != []

    planner.press("Import 6 rows")
    assert planner.heading == "The import is done"
    assert len(planner.rows("People from this list")) == 5

    # The same list again brings nothing new.
    planner.open(start).press("Read the file", file).press("See what would happen")
    assert list(tally(planner).values()) == [8, 0, 0, 7, 1]
    assert not [one.text for one in planner.page.all("button") if one.text.startswith("Import")]


def test_a_workbook_comes_in_with_a_column_that_one_chooses(planner: Visitor) -> None:
    rows = [HEADINGS, ["Ans", "Proef", "ans@proef.example", "Buurthuis", "komt vaak langs"]]
    file = {"File with contacts": (workbook(rows), "lijst.xlsx")}

    planner.press("Read the file", file)
    helix = {"Helix where the list gives none": "End users"}
    planner.press("See what would happen", {"Wie is dit": "Note", **helix})
    assert planner.heading == "Which helix do these organisations have?"
    planner.press("See what would happen", {"Buurthuis": "Research"})
    planner.press("Import 1 row").follow("Ans Proef")

    assert "komt vaak langs" in planner.text
    assert "Buurthuis" in planner.text
    assert "Research" in planner.text


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "leeg.csv"),
        (b"PK\x03\x04 is no archive", "kapot.xlsx"),
        (b"\x89PNG\r\n\x1a\n", "foto.png"),
        (b"Voornaam;Achternaam\n", "kop.csv"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words(
    planner: Visitor, content: bytes, name: str
) -> None:
    start = planner.path

    planner.press("Read the file", {"File with contacts": (content, name)})

    assert planner.response.status_code == 400
    assert planner.wrong("File with contacts")
    assert planner.open(start).response.status_code == 200
