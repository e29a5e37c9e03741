"""An import as people do it: through the pages, and from the command line."""

import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.core.permissions import Role
from crm.projects.models import Project
from tests.contacts.pages import ROWS, as_proposed, checked, chosen, send, totals
from tests.pages import Enter
from tests.shared_data import needs_shared_data, shared
from tests.statements import counted

FILES = [
    "nl_excel_puntkomma_cp1252.csv",
    "nl_excel_puntkomma_utf8_bom.csv",
    "nl_excel_unicode_tekst_utf16le.txt",
]


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@needs_shared_data
@pytest.mark.parametrize("name", FILES)
def test_a_dutch_list_goes_from_file_to_register(
    planner: FlaskClient, base: str, opened: Session, name: str
) -> None:
    content = shared(f"contacts/{name}").read_bytes()

    address = send(planner, base, content, name).location
    columns = planner.get(address).text
    assert "Bibliotheek" in columns
    assert chosen(columns)["column_3"] == "surname"
    planner.post(f"{address}/columns", data=as_proposed(columns))
    check = planner.get(address).text
    assert "Import 6 rows" in check
    assert "It was put back" in check
    assert "About the same person as row 4" in check
    assert totals(opened) == (0, 0)

    done = planner.post(f"{address}/run", follow_redirects=True).text
    again = planner.post(f"{address}/run", follow_redirects=True).text

    persons, _organisations = totals(opened)
    assert persons == 5
    for page in (done, again):
        assert "The import is done" in page
        assert len(re.findall(r"/persons/\d+", page)) == 5
        assert "=HYPERLINK" in page


@needs_shared_data
@pytest.mark.parametrize("name", FILES)
def test_the_command_line_says_the_same(
    app: Flask, project: Project, opened: Session, name: str
) -> None:
    def run(*options: str) -> dict[str, object]:
        path = str(shared(f"contacts/{name}"))
        command = ["import", "contacts", path, "--project", project.slug, "--json", *options]
        with app.app_context():
            outcome = app.test_cli_runner().invoke(args=command)
        assert outcome.exit_code == 0, outcome.output
        found: dict[str, object] = json.loads(outcome.output)
        return found

    tried = run("--dry-run", "--layout", "nl_excel")
    assert totals(opened) == (0, 0)
    done, again = run(), run()

    assert tried == done
    counted = ("rows", "new", "changed", "duplicate", "rejected", "skipped")
    assert [done[key] for key in counted] == [8, 6, 0, 1, 1, 0]
    messages = done["messages"]
    assert isinstance(messages, list)
    assert {one["row"] for one in messages if one["level"] == "warning"} == {3, 4}
    assert {one["field"] for one in messages if one["row"] == 4} == {
        "phone",
        "consent_date",
        "street",
    }
    assert (again["new"], again["changed"]) == (0, 0)
    assert totals(opened)[0] == 5


def test_columns_can_be_chosen_anew(planner: FlaskClient, base: str) -> None:
    address = checked(planner, base, f"{ROWS}Ada;Vos;;;\n".encode())
    told = chosen(planner.get(f"{address}/columns").text)

    planner.post(f"{address}/columns", data={**told, "column_1": ""})

    assert "Ada" in planner.get(address).text
    assert "Ada Vos" not in planner.get(address).text


def test_rows_are_filtered_by_outcome_and_paged(planner: FlaskClient, base: str) -> None:
    rows = "".join(f"P{n};Vos;p{n}@kring.example;;\n" for n in range(60))
    address = checked(planner, base, f"{ROWS}{rows}=Ada;Vos;vos@kring.example;;\n".encode())

    assert "P49" in planner.get(address).text
    assert "P50" not in planner.get(address).text
    assert "P59" in planner.get(f"{address}?page=2").text
    assert "P59" in planner.get(f"{address}?page=99").text
    rejected = planner.get(f"{address}?outcome=rejected").text
    assert "P1 Vos" not in rejected
    assert "looks like a formula" in rejected
    assert planner.get(f"{address}?outcome=x&page=x").status_code == 200


def test_an_import_can_be_cancelled(planner: FlaskClient, base: str, opened: Session) -> None:
    address = checked(planner, base, f"{ROWS}Ada;Vos;;;\n".encode())

    answer = planner.post(f"{address}/cancel", follow_redirects=True)

    assert "Nothing was imported" in answer.text
    assert planner.get(address).status_code == 303
    assert planner.get(f"{address}/columns").status_code == 303
    assert planner.post(f"{address}/columns").status_code == 303
    assert "is over" in planner.post(f"{address}/run", follow_redirects=True).text
    assert totals(opened) == (0, 0)


@pytest.mark.engine("sqlite")
def test_a_page_takes_as_many_statements_for_one_row_as_for_fifty(
    app: Flask, planner: FlaskClient, base: str
) -> None:
    def sent(rows: int, first: int) -> int:
        people = "".join(f"P{n};Vos;p{n}@kring.example;;Org\n" for n in range(first, first + rows))
        address = checked(planner, base, (ROWS + people).encode())
        planner.post(f"{address}/run")
        with counted(app) as found:
            planner.get(address)
        return len(found)

    assert sent(1, 0) == sent(50, 100)
