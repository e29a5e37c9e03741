"""A file that is read in another way than was found: looked at first, then kept."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.models import ImportFile
from crm.core.permissions import Role
from crm.projects.models import Project
from tests.contacts.files import workbook
from tests.contacts.pages import checked, send
from tests.pages import Enter

BALTIC = "Naam;Plaats\nŁukasz Wałęsa;Assen\n".encode("cp1257")


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


def kept(opened: Session) -> list[ImportFile]:
    opened.rollback()
    return list(opened.scalars(select(ImportFile)))


def test_which_sheets_were_not_read_is_said(planner: FlaskClient, base: str) -> None:
    heading = ["Voornaam", "Achternaam"]
    notes = [["Wat is dit?"], ["Een uitleg."]]
    one, two, none = [heading, ["Ada", "Vos"]], [heading, ["Bo", "Mol"]], [["Voornaam"], ["Cas"]]

    first = planner.get(send(planner, base, workbook(one, two, none), "lijst.xlsx").location).text
    only = planner.get(send(planner, base, workbook(one, notes), "lijst.xlsx").location).text

    assert "Only the sheet “Sheet1” was read. There is a list on these too: Sheet2." in first
    assert "Only the sheet" not in only


def test_how_a_file_was_read_stands_with_its_columns(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, BALTIC).location

    text = planner.get(address).text

    assert "Read as CP1252, with ; between the cells and the headings in line 1" in text
    assert f"{address}/reading" in text


def test_another_encoding_is_shown_before_it_is_chosen(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, BALTIC).location

    asked = planner.get(f"{address}/reading?encoding=cp1257").text
    before = planner.get(address).text
    answer = planner.post(f"{address}/reading", data={"encoding": "cp1257"})
    after = planner.get(address).text

    assert "Łukasz Wałęsa" in asked
    assert "Łukasz Wałęsa" not in before
    assert answer.status_code == 303
    assert "Łukasz Wałęsa" in after
    assert "Read as CP1257" in after


def test_a_wrong_choice_says_why_and_keeps_what_was_read(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, BALTIC).location

    shown = planner.get(f"{address}/reading?encoding=utf-8")
    answer = planner.post(f"{address}/reading", data={"encoding": "utf-8"})

    assert shown.status_code == 200
    assert "cannot be read in this encoding" in shown.text
    assert answer.status_code == 400
    assert "Read as CP1252" in planner.get(address).text


def test_another_delimiter_and_line_make_other_columns(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, b"Lijst,van\nNaam;Plaats,Assen\nJan;x,y\n").location

    planner.post(f"{address}/reading", data={"delimiter": "comma", "heading_row": "2"})

    assert "Naam;Plaats" in planner.get(address).text


def test_nonsense_in_the_address_counts_for_nothing(planner: FlaskClient, base: str) -> None:
    address = send(planner, base, BALTIC).location

    answer = planner.get(f"{address}/reading?encoding=hex&delimiter=x&quote=1&heading_row=-9")

    assert answer.status_code == 200


def test_the_file_goes_when_the_import_is_over(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    address = checked(planner, base, BALTIC)
    before = len(kept(opened))

    planner.post(f"{address}/run")

    assert before == 1
    assert kept(opened) == []
    assert planner.get(f"{address}/reading").status_code == 404
    assert planner.post(f"{address}/reading", data={}).status_code in {404, 409}


def test_a_file_that_was_refused_can_be_read_in_another_way(
    planner: FlaskClient, base: str
) -> None:
    refused = send(planner, base, b"2024;12\n;\nNaam|E-mail\nAns Proef|ans@kring.example\n")
    link = re.search(r"/persons/import/(\d+)/reading", refused.text)
    assert refused.status_code == 400
    assert link is not None
    address = f"{base}/{link[1]}"

    shown = planner.get(f"{address}/reading").text
    assert f'action="{address}/cancel"' in shown
    assert f"{address}/columns" not in shown
    assert "No list found yet" in planner.get(base).text
    assert "Finish the import" not in planner.get(base.removesuffix("persons/import")).text
    assert planner.get(address).status_code == 303
    how = {"delimiter": "bar", "heading_row": "3"}
    assert "Ans Proef" in planner.get(f"{address}/reading", query_string=how).text
    again = planner.post(f"{address}/reading", data=how)

    assert again.status_code == 303
    assert "ans@kring.example" in planner.get(address).text
