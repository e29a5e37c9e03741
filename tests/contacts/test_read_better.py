"""Lists that were read in part, or wrongly, as real ones were; the people in them are made up."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.column_guess import mapping_of
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.core.permissions import Role
from crm.intake.reading.tables import NO_HEADINGS, Reading
from crm.projects.models import Project
from crm.stakeholders.models import Person, Phone
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import full_name
from tests.contacts.files import workbook
from tests.contacts.pages import checked, chosen, send
from tests.pages import Enter

HEADINGS = ["Voornaam", "Achternaam", "E-mail"]


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


def names(opened: Session) -> set[str]:
    opened.rollback()
    return {full_name(person.name_parts) for person in opened.scalars(select(Person))}


def test_a_list_without_headings_has_the_letters_of_its_columns() -> None:
    text = b"Ans;Proefhuis;ans@kring.example\n\nBo;Mol\n"

    table = read(text, "lijst.csv", Reading(heading_row=NO_HEADINGS))

    assert table.headings == ("(A)", "(B)", "(C)")
    assert table.rows == (("Ans", "Proefhuis", "ans@kring.example"), ("Bo", "Mol", ""))
    assert table.numbers == (1, 3)


def test_that_there_are_no_headings_can_be_said(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    refused = send(planner, base, b"Ans;Proefhuis;ans@kring.example\nBo;Mol;bo@kring.example\n")
    link = re.search(r"/persons/import/(\d+)/reading", refused.text)
    assert link is not None
    address = f"{base}/{link[1]}"

    assert "Proefhuis" in planner.get(f"{address}/reading?heading_row=0").text
    planner.post(f"{address}/reading", data={"heading_row": "0"})
    asked = planner.get(address).text
    columns = {**chosen(asked), "column_0": "first_name", "column_1": "surname"}
    planner.post(f"{address}/columns", data=columns)
    planner.post(f"{address}/run")

    assert "Read without headings" in asked
    assert columns["column_2"] == "email"
    assert names(opened) == {"Ans Proefhuis", "Bo Mol"}


def test_the_line_with_the_headings_can_be_said() -> None:
    text = b"Naam;E-mail\nVoornaam;Achternaam;E-mail\nAns;Proefhuis;ans@kring.example\n"

    table = read(text, "lijst.csv", Reading(heading_row=2))

    assert (table.headings, len(table.rows)) == (tuple(HEADINGS), 1)


def test_another_sheet_can_be_read_and_one_after_the_other(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    one, two = [HEADINGS, ["Ada", "Vos", ""]], [HEADINGS, ["Bo", "Mol", ""], ["Cas", "Bos", ""]]
    address = checked(planner, base, workbook(one, two), "lijst.xlsx")

    asked = planner.get(f"{address}/reading?sheet=Sheet2").text
    other = planner.post(f"{address}/reading", data={"sheet": "Sheet2", "apart": "yes"}).location
    other = other.removesuffix("/columns")
    there = planner.get(other).text
    for begun in (address, other):
        planner.post(f"{begun}/columns", data=chosen(planner.get(f"{begun}/columns").text))
        planner.post(f"{begun}/run")

    assert "Bring in as another list" in asked
    assert "Cas" in asked
    assert other != address
    assert "Read from the sheet “Sheet2”." in there
    assert names(opened) == {"Ada Vos", "Bo Mol", "Cas Bos"}


def test_a_sheet_is_read_instead_of_the_one_that_was(planner: FlaskClient, base: str) -> None:
    one, two = [HEADINGS, ["Ada", "Vos", ""]], [["x", "y"], ["Bo", "Mol"]]
    address = send(planner, base, workbook(one, two), "lijst.xlsx").location

    planner.post(f"{address}/reading", data={"sheet": "Sheet2"})
    after = planner.get(address).text

    assert "Read from the sheet “Sheet2”." in after


def called(text: str, columns: dict[str, Field]) -> list[str]:
    table = read(text.encode(), "lijst.csv")
    return [full_name(row.name) for row in read_rows(table, columns)]


def test_that_surnames_stand_first_can_be_said() -> None:
    text = (
        "Naam\nProefhuis Xiomara\nMol Bo\nvan der Meer Zoubida\nBoer Ymkje de\nJan de Vries\nVos\n"
    )

    assert called(text, {"Naam": Field.SURNAME_FIRST}) == [
        "Xiomara Proefhuis", "Bo Mol", "Zoubida van der Meer", "Ymkje de Boer", "Jan de Vries",
        "Vos",
    ]  # fmt: skip
    assert called(text, {"Naam": Field.FULL_NAME})[0] == "Proefhuis Xiomara"


def candidates(text: str) -> list[Candidate]:
    table = read(text.encode(), "lijst.csv")
    return list(read_rows(table, mapping_of(table)))


def problems(found: Candidate) -> list[Problem]:
    return [message.problem for message in found.messages]


def test_a_doubtful_address_is_left_out_and_kept_with_the_person() -> None:
    [found] = candidates("Naam;E-mail\nAns Proef;ans(at)kring\n")

    assert (problems(found), found.emails) == ([Problem.NOT_AN_EMAIL], ())
    assert found.doubtful == {Field.EMAIL: "ans(at)kring"}
    assert not found.is_rejected


@pytest.mark.parametrize(
    "between",
    [" - ", " ", "+", "&", "  \t", " (werk) ", " / ", "; ", " en ", " prive: "],
)
def test_two_addresses_in_a_cell_are_both_kept(between: str) -> None:
    [found] = candidates(f'Naam;E-mail\nAns Proef;"ans@kring.example{between}bo@kring.example"\n')

    assert (found.emails, problems(found)) == (("ans@kring.example", "bo@kring.example"), [])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("06-12345678", "0592-123456"),
        ("0612345678", "0592123456"),
        ("+31612345678", "+31592123456"),
    ],
)
@pytest.mark.parametrize("between", [" - ", "-", " ", "+", " & ", " / ", "|", " b.g.g. ", ", "])
def test_two_numbers_in_a_cell_are_both_kept(first: str, second: str, between: str) -> None:
    if between == "+" and first.startswith("+"):
        between = ""
    [found] = candidates(f'Naam;Telefoon\nAns Proef;"{first}{between}{second}"\n')

    assert [phone.number for phone in found.phones] == ["+31612345678", "+31592123456"]


def test_text_that_was_encoded_twice_is_mended_and_said() -> None:
    mixed, whole = "Naam\nZoÃ« Proef\nRené Bos\n", "Naam\nZoÃ« Proef\n"
    first, second = candidates(mixed)
    table = read(whole.encode(), "lijst.csv")

    assert (first.name.first_name, problems(first)) == ("Zoë", [Problem.WRITTEN_TWICE])
    assert (second.name.first_name, problems(second)) == ("René", [])
    assert (table.rows, table.was_twice) == ((("Zoë Proef",),), True)


def test_headings_between_rows_and_totals_are_told_as_such(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    text = "Naam;E-mail\nBestuur;\nAns Proef;ans@x.example\nLeden;\nBo Mol;bo@x.example\nTotaal;2\n"
    address = checked(planner, base, text.encode())
    page = planner.get(address).text
    aside = planner.get(f"{address}?outcome=aside").text
    planner.post(f"{address}/run")

    assert "do not come in" not in page
    assert "This is a heading between the rows and is nobody." in aside
    assert "This line counts the rows of the list and is nobody." in aside
    assert ("Error" in page, names(opened)) == (False, {"Ans Proef", "Bo Mol"})


def test_a_column_of_user_names_is_not_one_of_addresses() -> None:
    def columns(text: str) -> dict[str, Field | None]:
        return mapping_of(read(text.encode(), "lijst.csv"))

    logins = columns("Gebruikersnaam;Naam\nabos;Ans Bos\npmol;Piet Mol\n")
    addresses = columns("User name;First name;Last name\nabos@ad.example;Ans;Bos\n")
    form = columns("Tijdstempel;Gebruikersnaam;Naam\n1-2-2024;ans@x.example;Ans Bos\n")

    assert logins == {"Gebruikersnaam": None, "Naam": Field.FULL_NAME}
    assert addresses["User name"] is None
    assert form["Gebruikersnaam"] is Field.EMAIL
    assert columns("UPN;Naam\nabos@x.example;Ans Bos\n")["UPN"] is None


@pytest.mark.parametrize("word", ["NA", "Guest", "n/a", "GUEST"])
def test_words_for_nobody_are_nobody(word: str) -> None:
    [found] = candidates(f"Naam;Plaats\n{word};Assen\n")

    assert problems(found) == [Problem.NO_NAME]


def test_rows_with_nothing_but_an_address_come_in_under_it(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    text = "Naam;E-mail\nAns Proef;ans@x.example\n;bo@x.example\nNA;cas@x.example\n;ans@x.example\n"
    address = checked(planner, base, text.encode())
    page = planner.get(address).text
    planner.post(f"{address}/run")

    assert "There is only an e-mail address." in page
    assert names(opened) == {"Ans Proef", "bo@x.example", "cas@x.example"}


def test_the_preview_of_a_new_row_shows_every_value_that_would_come_in(
    planner: FlaskClient, base: str
) -> None:
    text = (
        "Aanhef;Naam;Functie;Organisatie;Helix;E-mail;Telefoon;Adres;Postcode;Plaats;Website;Taal;"
        "Labels;Opmerking\nmevrouw;Ans Proef;beheerder;Kade 9;overheid;ans@x.example;06-12345678;"
        "Kade 9;9401 AB;Assen;kade.example;Engels;bomen, water;Belt graag\n"
    )
    page = planner.get(checked(planner, base, text.encode())).text
    shown = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", page))

    for told in (
        *("Role: beheerder", "Helix: Government", "E-mail address: ans@x.example"),
        *("Phone number: 06-12345678", "Street and number: Kade 9", "Postcode: 9401 AB"),
        *("Town: Assen", "Language: English", "Tags: bomen; water", "Note: Belt graag"),
        *("Website: https://kade.example", "Form of address: "),
    ):
        assert told in shown


ABROAD = {
    "België": ("0471 23 45 67", "+32471234567"),
    "Duitsland": ("0171 2345678", "+491712345678"),
    "Denmark": ("20 12 34 56", "+4520123456"),
    "Norge": ("912 34 567", "+4791234567"),
    "Sverige": ("070-123 45 67", "+46701234567"),
    "UK": ("07700 900123", "+447700900123"),
    "Nederland": ("0592-123456", "+31592123456"),
    "": ("06-12345678", "+31612345678"),
}


def test_numbers_are_of_the_country_that_the_row_says() -> None:
    rows = "".join(f"Ans Proef;{number};{country}\n" for country, (number, _) in ABROAD.items())

    found = candidates(f"Naam;Telefoon;Land\n{rows}")

    assert [phone.number for row in found for phone in row.phones] == [
        number for _typed, number in ABROAD.values()
    ]
    assert [problems(row) for row in found] == [[]] * len(ABROAD)


def test_numbers_are_of_the_country_that_is_said_of_the_list(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    text = "Naam;Telefoon\nAns Proef;20 12 34 56\nBo Mol;+31612345678\n"
    address = send(planner, base, text.encode()).location
    told = {**chosen(planner.get(address).text), "helix": "end_users", "region": "DK"}
    planner.post(f"{address}/columns", data=told)
    planner.post(f"{address}/run")
    again = planner.get(send(planner, base, text.encode()).location).text

    opened.rollback()
    assert set(opened.scalars(select(Phone.number))) == {"+4520123456", "+31612345678"}
    assert '<option selected value="DK"' in again
