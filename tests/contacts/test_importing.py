"""Imports on a database: nothing before the last step, all or nothing in it."""

import json
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.contacts.models import ContactImport, ImportState, PersonOrigin
from crm.contacts.queries import imports as queries
from crm.contacts.services import import_writing, imports
from crm.core import audit
from crm.core.db import Base, session, unscoped
from crm.core.errors import NotFound
from crm.core.permissions import system
from crm.core.search import found
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories
from tests.contacts.lists import begun, imported
from tests.statements import counted

LIST = """\
Voornaam;Achternaam;Organisatie;Functie;Helix;E-mail;Telefoon;Wijk;Trefwoorden;Opmerking;Plaats
Ada;Vos;Café Oost;gastvrouw;bedrijven;ada@kring.example;612345678;Lariks;horeca, buurt;regel;ASSEN
Bo;Berg;Café Oost;;overheid;bo@kring.example;6,1E+08;;;;
;;Wijkraad;;bewoners;;;Lariks;wijk;;
Bo;Berg;;;;BO@kring.example;;;;;
=1+1;;;;;;;;;;
Cas;;;;;;;;;;
"""


def counts(made: ContactImport) -> tuple[int, ...]:
    return made.rows, made.new, made.changed, made.duplicate, made.rejected


def sizes() -> dict[str, int]:
    options = unscoped("the test looks at every table")
    return {
        name: session().scalar(select(func.count()).select_from(table), execution_options=options)
        or 0
        for name, table in Base.metadata.tables.items()
        if name not in {"contact_import", "contact_import_part", "long_task", "step"}
        and not name.startswith("audit")
    }


def person(first_name: str) -> Person:
    return session().scalars(select(Person).where(Person.first_name == first_name)).one()


@pytest.fixture
def statements(app: Flask) -> Iterator[list[str]]:
    with counted(app) as sent:
        yield sent


def test_a_dry_run_writes_nothing_of_the_register(project: Project) -> None:
    before = sizes()

    made = begun(project, LIST)

    assert counts(made) == (6, 4, 0, 1, 1)
    assert sizes() == before
    assert audit.broken_entry(project.id) is None


def test_an_import_brings_persons_organisations_and_roles(project: Project) -> None:
    made = imported(project, LIST)

    ada, bo = person("Ada"), person("Bo")
    cafe = session().scalars(select(Organisation).where(Organisation.name == "Café Oost")).one()
    assert counts(made) == (6, 4, 0, 1, 1)
    assert (made.state, made.table) == (ImportState.DONE, "")
    assert [email.address for email in ada.emails] == ["ada@kring.example"]
    assert [phone.number for phone in ada.phones] == ["+31612345678"]
    assert sorted(tag.word for tag in ada.tags) == ["buurt", "horeca"]
    assert ada.area
    assert ada.area.name == "Lariks"
    assert (ada.affiliations[0].role, ada.affiliations[0].is_main) == ("gastvrouw", True)
    assert (cafe.helix, cafe.town) == (Helix.BUSINESS, "Assen")
    assert bo.affiliations[0].helix is Helix.GOVERNMENT
    assert bo.affiliations[0].helix_reason
    assert person("Cas").affiliations == []


def test_what_was_doubtful_is_kept_as_it_was_typed(project: Project) -> None:
    imported(project, LIST)

    origin = (
        session()
        .scalars(select(PersonOrigin).where(PersonOrigin.person_id == person("Bo").id))
        .one()
    )
    assert (origin.row, json.loads(origin.raw)) == (3, {"phone": "6,1E+08"})


def test_an_import_is_found_and_stands_in_the_trail(project: Project) -> None:
    imported(project, LIST)

    trail = list(session().scalars(audit.entries_of(project.id)))
    assert found("person", "vos horeca") == [person("Ada").id]
    assert len(found("organisation", "wijkraad")) == 1
    assert {"person", "email", "phone", "affiliation", "organisation"} <= {e.table for e in trail}
    assert audit.broken_entry(project.id) is None


def test_the_same_list_twice_brings_nothing_new(project: Project) -> None:
    imported(project, LIST)
    before = sizes()

    again = imported(project, LIST)

    assert counts(again) == (6, 0, 0, 5, 1)
    assert sizes() == before


def test_importing_twice_by_a_double_click_is_once(project: Project) -> None:
    made = imported(project, LIST)
    before = sizes()

    imports.carry_out(system(project.id), made, project=project)

    assert sizes() == before
    assert counts(made) == (6, 4, 0, 1, 1)


def test_what_is_known_is_filled_in_and_never_overwritten(project: Project) -> None:
    cafe = factories.organisation("Cafe oost", helix=Helix.GOVERNMENT)
    known = factories.person("Vos", first_name="Ada", email="ada@kring.example")

    made = imported(project, LIST)

    session().expire_all()
    assert made.changed == 1
    assert len(list(session().scalars(select(Person).where(Person.surname == "Vos")))) == 1
    assert known.note == "regel"
    assert [role.organisation_id for role in known.affiliations] == [cafe.id]
    assert known.affiliations[0].is_main
    assert known.affiliations[0].helix_reason
    assert (cafe.helix, cafe.town, cafe.name) == (Helix.GOVERNMENT, "Assen", "Cafe oost")
    assert counts(imported(project, LIST)) == (6, 0, 0, 5, 1)


@pytest.mark.parametrize(
    ("row", "changed"),
    [
        ("Ada;Vos;;;ADA@kring.example;", 0),
        ("Ada;Vos;;;;06 1234 5678", 0),
        ("ADA;vos;Cafe  Oost;;;", 0),
        ("Ada;Vos;Café Oost;;nieuw@kring.example;", 1),
        ("Ada;Vos;Bakkerij;;ada@kring.example;0592 123456", 1),
    ],
)
def test_people_are_known_by_address_number_or_organisation(
    project: Project, row: str, changed: int
) -> None:
    imported(project, LIST)

    again = imported(project, f"Voornaam;Achternaam;Organisatie;Functie;E-mail;Telefoon\n{row}\n")

    assert (again.new, again.changed, again.duplicate) == (0, changed, 1 - changed)


def test_a_namesake_elsewhere_is_somebody_else(project: Project) -> None:
    imported(project, LIST)

    again = imported(project, "Voornaam;Achternaam;Organisatie\nAda;Vos;Bakkerij\n")

    assert again.new == 1


def test_the_register_of_another_project_is_not_looked_at(project: Project) -> None:
    imported(project, LIST)
    other = factories.project()

    with_other = session().info
    before, with_other["project_id"] = with_other["project_id"], other.id
    made = imported(other, LIST)
    with_other["project_id"] = before

    assert made.new == 4
    with pytest.raises(NotFound):
        queries.contact_import(made.id)


def test_a_failure_half_way_leaves_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, before = begun(project, LIST), sizes()

    def fail(*_given: object) -> None:
        raise OSError

    # Nothing of ours fails by itself this late; the last step is made to.
    monkeypatch.setattr(import_writing, "_origin", fail)
    with pytest.raises(OSError):
        imports.carry_out(system(project.id), made, project=project)

    assert sizes() == before
    assert queries.contact_import(made.id).state is ImportState.MAPPED


def test_the_number_of_statements_does_not_depend_on_the_rows(
    project: Project, statements: list[str]
) -> None:
    def sent(first: int, last: int) -> int:
        rows = [f"P{n};Vos;Org {n};o{n}@kring.example;06123{n:05}" for n in range(first, last)]
        heading = "Voornaam;Achternaam;Organisatie;E-mail;Telefoon"
        statements.clear()
        made = imported(project, "\n".join([heading, *rows, ""]))
        assert made.new == last - first
        # A table that grew much is looked at anew, once.
        return len([one for one in statements if "ANALY" not in one and "analysis" not in one])

    sent(0, 2)
    few, many = sent(10, 15), sent(100, 200)

    assert many <= few
