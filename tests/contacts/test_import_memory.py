"""What one list teaches the next: columns, words, and the rows that come back to be mended."""

import csv
import io

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import RememberedWord
from crm.contacts.rules.memory import asked_words, asked_words_text, headings_key, word_questions
from crm.contacts.rules.plan_lines import without_reasons
from crm.contacts.rules.rows import read_rows
from crm.core.permissions import Role
from crm.intake.reading.tables import Table
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from crm.stakeholders.rules.columns import Field
from tests.contacts.pages import checked, chosen, send
from tests.pages import Enter

LIST = b"Wie;Waar;Soort\nAda Vos;Wijkraad;samenleving\nBo Berg;Bakkerij;kwartiermaker\n"
AS_MEANT = {"column_0": "full_name", "column_1": "organisation", "column_2": "helix"}


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons/import"


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


def with_columns(planner: FlaskClient, base: str) -> str:
    """Upload the list, say what its columns hold, and return its address."""
    address = send(planner, base, LIST).location
    answer = planner.post(f"{address}/columns", data={**AS_MEANT, "helix": "business"})
    assert answer.location.endswith("/words")
    return str(address)


def test_columns_are_proposed_as_they_were_chosen_until_that_is_forgotten(
    planner: FlaskClient, base: str
) -> None:
    with_columns(planner, base)
    again = send(planner, base, LIST.replace(b"Wie;", b"WIE;")).location

    proposed = planner.get(again).text
    assert "As you chose before" in proposed
    assert chosen(proposed) == {**AS_MEANT, "helix": "business", "region": ""}

    planner.post(f"{again}/columns/forget")
    anew = planner.get(again).text
    assert "As you chose before" not in anew
    assert chosen(anew)["column_0"] == ""


def test_a_word_is_asked_once(planner: FlaskClient, base: str, opened: Session) -> None:
    first = with_columns(planner, base)
    asked = planner.get(f"{first}/words").text
    assert "“samenleving”" in asked
    answers = chosen(asked)
    assert sorted(answers.values()) == ["?", "end_users"]
    meant = {name: "government" if guess == "?" else guess for name, guess in answers.items()}
    planner.post(f"{first}/words", data=meant)
    planner.post(f"{first}/run")

    opened.rollback()
    bakery = select(Organisation.helix).where(Organisation.name == "Bakkerij")
    assert opened.scalar(bakery) is Helix.GOVERNMENT
    second = send(planner, base, LIST).location
    answer = planner.post(f"{second}/columns", data={**AS_MEANT, "helix": "business"})
    assert answer.location == second
    assert "“samenleving”" not in planner.get(f"{second}/words").text


def test_a_word_that_is_forgotten_is_asked_again(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    address = with_columns(planner, base)
    planner.post(f"{address}/words", data=chosen(planner.get(f"{address}/words").text))
    opened.rollback()
    word = opened.scalars(select(RememberedWord)).one()
    assert (word.word, word.meaning) == ("samenleving", "end_users")

    planner.post(f"{address}/words/{word.id}/forget")

    assert "“samenleving”" in planner.get(f"{address}/words").text


def test_a_word_that_is_forgotten_means_nothing_in_the_list_at_hand(
    planner: FlaskClient, base: str, opened: Session
) -> None:
    address = with_columns(planner, base)
    answers = chosen(planner.get(f"{address}/words").text)
    meant = {name: "government" if guess == "?" else guess for name, guess in answers.items()}
    planner.post(f"{address}/words", data=meant)
    opened.rollback()
    is_it = RememberedWord.word == "kwartiermaker"
    word = opened.scalars(select(RememberedWord).where(is_it)).one()

    planner.post(f"{address}/words/{word.id}/forget")
    planner.post(f"{address}/run")

    opened.rollback()
    bakery = select(Organisation.helix).where(Organisation.name == "Bakkerij")
    assert opened.scalar(bakery) is Helix.BUSINESS


def test_rejected_rows_come_back_mended(planner: FlaskClient, base: str, opened: Session) -> None:
    sent = "Voornaam;Achternaam;E-mail;Anders\nAda;Vos;ada@kring.example;1\n2024;;bo@x.example;=2\n"
    address = checked(planner, base, sent.encode())
    planner.post(f"{address}/run")

    content = planner.get(f"{address}/rejected.csv").data.decode("utf-8-sig")
    workbook = planner.get(f"{address}/rejected.xlsx").data
    (headings, (number, *row)) = csv.reader(io.StringIO(content), delimiter=",")
    assert (number, headings[2:]) == ("3", ["Voornaam", "Achternaam", "E-mail", "Anders"])
    assert "This is a number or a date and no name." in row[0]
    assert row[1:] == ["2024", "", "bo@x.example", "'=2"]
    mended = content.replace("2024", "Bo")
    for name, file in (("mended.csv", mended.encode()), ("same.xlsx", workbook)):
        again = checked(planner, base, file, name)
        assert "Why this row was left out" not in planner.get(f"{again}/columns").text
        planner.post(f"{again}/run")
    opened.rollback()
    assert opened.scalar(select(func.count()).select_from(Person)) == 2


def test_the_order_of_headings_does_not_matter_but_their_names_do() -> None:
    assert headings_key(["Naam", "E-mail"]) == headings_key(["e mail", "NAAM"])
    assert headings_key(["Naam"]) != headings_key(["Naam", "Plaats"])


def test_words_that_mean_nothing_are_left_out_in_silence() -> None:
    table = Table(("Naam", "Helix", "Taal"), (("Ada", "iets", "klingon"),) * 2, (1, 2))
    mapping = {"Naam": Field.FULL_NAME, "Helix": Field.HELIX, "Taal": Field.LANGUAGE}
    explained = {Field.HELIX: {"iets": ""}, Field.LANGUAGE: {"klingon": "de"}}

    kept = asked_words_text(asked_words(table, mapping))
    asked = word_questions(kept, {})
    first, _second = read_rows(table, mapping, explained)

    assert [(one.field, one.word, one.count) for one in asked] == [
        (Field.HELIX, "iets", 2),
        (Field.LANGUAGE, "klingon", 2),
    ]
    assert word_questions(kept, explained) == []
    assert (first.helix, first.language, first.messages) == (None, "de", ())


def test_only_the_column_with_reasons_goes() -> None:
    table = Table(("Waarom deze rij niet meekwam", "Naam"), (("omdat", "Ada"), ("x", "")), (1, 2))

    assert without_reasons(table) == Table(("Naam",), (("Ada",),), (1,))
    assert without_reasons(Table(("Naam",), (("Ada",),), (1,))).headings == ("Naam",)
