"""A list that left another project or installation: its numbers mean nobody here."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import RememberedColumns
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.stakeholders.rules.round_trip import meant_by, number_of
from tests.contacts.lists import Row, exported, imported, text_of
from tests.contacts.pages import chosen, send
from tests.pages import Enter

KNOWN = "Voornaam;Achternaam;E-mail\nAda;Vos;ada@kring.example\nBo;Berg;bo@kring.example\n"
SENTENCE = "None of the Kring numbers in this list means anybody in this project"
NUMBER, CODE = "Kring number", "Kring code"


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@pytest.fixture
def ours(planner: FlaskClient, project: Project) -> list[Row]:
    """The rows of the people of the project, as they leave it."""
    imported(project, KNOWN)
    return exported(planner, project, "persons")


def elsewhere(project: Project, row: Row) -> Row:
    """Return a row as another project would have it."""
    meant = meant_by(project.id, row[NUMBER])
    assert meant is not None
    return row | {NUMBER: number_of(project.id + 1, meant)}


def holds(page: str, rows: list[Row]) -> list[str]:
    """Return what the page proposes for the columns with numbers and codes."""
    at = list(rows[0])
    return [chosen(page)[f"column_{at.index(heading)}"] for heading in (NUMBER, CODE)]


def people(opened: Session) -> int:
    opened.rollback()
    return opened.scalar(select(func.count()).select_from(Person)) or 0


def test_numbers_that_all_mean_nobody_are_not_used_and_the_page_says_why(
    planner: FlaskClient, project: Project, base: str, ours: list[Row], opened: Session
) -> None:
    berg, vos = (elsewhere(project, one) for one in ours)
    new = vos | {"Surname": "Nieuw", "First name": "Cas", "E-mail address": "cas@kring.example"}

    address = send(planner, base, text_of([berg, vos, new]).encode()).location
    columns = planner.get(address).text
    planner.post(f"{address}/columns", data=chosen(columns))
    check = planner.get(address).text
    planner.post(f"{address}/run")

    assert SENTENCE in columns
    assert holds(columns, ours) == ["", ""]
    assert "not of this project" not in check
    assert people(opened) == 3


def test_a_list_with_some_of_our_numbers_is_read_by_them(
    planner: FlaskClient, project: Project, base: str, ours: list[Row]
) -> None:
    berg, vos = ours
    address = send(planner, base, text_of([berg, elsewhere(project, vos)]).encode()).location

    columns = planner.get(address).text
    planner.post(f"{address}/columns", data=chosen(columns))
    check = planner.get(address).text

    assert SENTENCE not in columns
    assert holds(columns, ours) == ["record", "code"]
    assert check.count("This Kring number is not of this project") == 1


def test_what_was_chosen_for_a_list_of_elsewhere_says_nothing_of_our_own(
    planner: FlaskClient, project: Project, base: str, ours: list[Row], opened: Session
) -> None:
    strange = text_of([elsewhere(project, one) for one in ours]).encode()
    first = send(planner, base, strange).location
    planner.post(f"{first}/columns", data=chosen(planner.get(first).text))
    remembered = opened.scalar(select(func.count()).select_from(RememberedColumns))
    # Now something is remembered for these headings, the numbers left out.
    asked = chosen(planner.get(f"{first}/columns").text)
    planner.post(f"{first}/columns", data=asked | {"helix": "business"})

    own = planner.get(send(planner, base, text_of(ours).encode()).location).text
    again = planner.get(send(planner, base, strange).location).text

    assert remembered == 0
    assert "As you chose before" in own
    assert holds(own, ours) == ["record", "code"]
    assert holds(again, ours) == ["", ""]
