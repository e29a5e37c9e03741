"""Any list, imported twice: the second time it brings nobody new."""

import random

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Choices
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.services import imports
from crm.core import audit
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Email, Person

COLUMNS = {
    "Voornaam": ["", "Ada", "ADA", "Bo", "=1+1"],
    "Achternaam": ["", "", "Vos", "vos", "van den Berg", "Zoë"],
    "Organisatie": ["", "", "Café Oost", "cafe oost", "Wijkraad", "-"],
    "E-mail": ["", "", "a@kring.example", "A@kring.example; b@kring.example", "c@kring.example"],
    "Telefoon": ["", "", "0612345678", "612345678", "0592-123456", "6,1E+08"],
    "Helix": ["", "overheid", "bewoners", "iets"],
    "Functie": ["", "adviseur"],
    "Plaats": ["", "ASSEN"],
    "Website": ["", "kring.example", "javascript:1", "x..y"],
    "Wijk": ["", "Lariks", "lariks"],
    "Trefwoorden": ["", "sport, SPORT", "buurt"],
    "Opmerking": ["", "regel"],
}


def table(chance: random.Random) -> str:
    rows = [
        ";".join(f'"{chance.choice(cells)}"' for cells in COLUMNS.values())
        for _ in range(chance.randint(2, 12))
    ]
    return "\n".join([";".join(COLUMNS), *rows, ""])


def imported(project: Project, text: str) -> ContactImport:
    actor, found = system(project.id), read(text.encode(), "lijst.csv")
    choices = Choices(mapping_for(found.headings))
    made = imports.receive(actor, project, file_name="l.csv", table=found, choices=choices)
    imports.choose_columns(actor, made, choices=choices)
    tried = counts(made)
    imports.carry_out(actor, made, project=project)
    assert counts(made) == tried
    return made


def counts(made: ContactImport) -> tuple[int, ...]:
    return made.new, made.changed, made.duplicate, made.rejected


@pytest.mark.parametrize("seed", range(6))
def test_a_list_brings_nobody_new_the_second_time(project: Project, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(8):
        text = table(chance)
        first, second = imported(project, text), imported(project, text)

        assert sum(counts(first)) == first.rows
        assert sum(counts(second)) == second.rows
        assert second.new == 0, text
    assert audit.broken_entry(project.id) is None


def test_two_rows_about_one_person_both_fill_what_is_empty(
    project: Project, opened: Session
) -> None:
    imported(project, 'Achternaam;E-mail\nVos;"a@kring.example; b@kring.example"\n')
    opened.rollback()
    assert opened.scalar(select(func.count()).select_from(Email)) == 2

    made = imported(
        project,
        "Achternaam;E-mail;Wijk;Opmerking\n"
        "Vos;a@kring.example;Lariks;\nVos;b@kring.example;;belt liever\n",
    )

    assert (made.new, made.changed) == (0, 2)
    opened.rollback()
    person = opened.scalars(select(Person)).one()
    assert (person.area.name if person.area else "", person.note) == ("Lariks", "belt liever")


def test_colleagues_at_one_address_both_come_in_and_are_known_the_next_time(
    project: Project, opened: Session
) -> None:
    text = (
        "Voornaam;Achternaam;E-mail\nAnna;Bos;info@kring.example\nPiet;Vos;INFO@kring.example\n"
        "A.;Bos;info@kring.example\n"
    )

    first, second = imported(project, text), imported(project, text)

    assert counts(first) == (2, 0, 1, 0)
    assert counts(second) == (0, 0, 3, 0)
    opened.rollback()
    names = opened.scalars(select(Person.first_name).join(Email).order_by(Person.id))
    assert list(names) == ["Anna", "Piet"]


def test_text_that_was_encoded_twice_is_mended_and_said(project: Project) -> None:
    made = imported(
        project,
        "Voornaam;Achternaam;Opmerking\nZoÃ«;Bos;\nZoë;Vos;Ångström\n"
        "Ann;Baas;CafÃ© â€“ oost ☕ é\n",
    )

    said = {line.row: [one.problem for one in line.messages] for line in all_lines(made)}
    assert said == {2: [Problem.WRITTEN_TWICE], 4: [Problem.WRITTEN_TWICE]}
