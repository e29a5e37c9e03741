"""A list that left Kring, was edited and came back: only what was changed, and never in silence."""

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Decisions
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.services import imports
from crm.core.db import project_scope, session
from crm.core.permissions import Role, system
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.rules.round_trip import (
    _FIRST,
    _KEYS,
    FIELDS,
    KEY,
    MARK,
    Cells,
    CellState,
    Meant,
    _marker,
    code_of,
    meant_by,
    number_of,
    returned,
)
from crm.stakeholders.services.persons import set_tags
from crm.steps.services import take_back
from tests import factories
from tests.contacts.lists import begun, cells, exported, imported, text_of
from tests.depth import examples
from tests.pages import Enter

KNOWN = (
    "Voornaam;Tussenvoegsel;Achternaam;Organisatie;Functie;Helix;E-mail;Telefoon;Wijk;"
    "Trefwoorden;Opmerking\n"
    "Ada;de;Vos;Café Oost;kok;bedrijven;;0612345678;Lariks;sport, buurt;regel\n"
    "Bo;;Berg;Wijkraad;lid;bewoners;;;;;\n"
)


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


def people() -> dict[str, Person]:
    session().expire_all()
    return {one.surname: one for one in session().scalars(select(Person).order_by(Person.id))}


def test_a_list_that_comes_back_as_it_left_changes_nothing(
    planner: FlaskClient, project: Project
) -> None:
    imported(project, KNOWN)

    made = begun(project, text_of(exported(planner, project, "persons")))

    assert (made.rows, made.duplicate) == (2, 2)
    assert cells(made) == {2: {}, 3: {}}


def test_a_name_that_looks_like_a_formula_goes_elsewhere_as_it_is(
    planner: FlaskClient, project: Project
) -> None:
    surnames = ["'s-Gravenhage", "'t Hart", "+1", "@home", "=1+1"]
    for surname in surnames:
        factories.person(surname, at=factories.organisation(f"{surname} BV"))
    rows = exported(planner, project, "persons")
    elsewhere = factories.project("Elders", slug="elders")

    with project_scope(elsewhere.id):
        imported(elsewhere, text_of([{**row, "Kring number": ""} for row in rows]))
        session().expire_all()
        persons = session().scalars(select(Person).order_by(Person.id)).all()
        places = session().scalars(select(Organisation.name).order_by(Organisation.name)).all()

    names = [f"{one.prefix} {one.surname}".strip() for one in persons]
    assert sorted(names) == sorted(surnames)
    assert sorted(places) == sorted(f"{surname} BV" for surname in surnames)


def test_only_what_was_edited_there_is_changed_here(planner: FlaskClient, project: Project) -> None:
    imported(project, KNOWN)
    berg, vos = exported(planner, project, "persons")
    vos |= {"Surname": "Wolf", "Role": "baas", "Tags": "sport; nieuw", "Organisation": "Bakkerij"}
    vos |= {"Phone number": "612345678", "Neighbourhood": "Marsdijk", "Helix": "Government"}

    made = begun(project, text_of([berg, vos]))
    taken = cells(made)
    imports.carry_out(system(project.id), made, project=project)

    edited = {Field.SURNAME, Field.ROLE, Field.TAGS, Field.ORGANISATION, Field.AREA, Field.HELIX}
    assert taken == {2: {}, 3: dict.fromkeys(edited, (CellState.CHANGED, True))}
    wolf = people()["Wolf"]
    role = wolf.affiliations[0]
    assert role.organisation
    assert wolf.area
    assert (wolf.prefix, wolf.note, wolf.area.name) == ("de", "regel", "Marsdijk")
    assert (role.organisation.name, role.role, role.helix.value) == (
        "Bakkerij", "baas", "government",
    )  # fmt: skip
    assert [tag.word for tag in wolf.tags] == ["nieuw", "sport"]
    assert [phone.number for phone in wolf.phones] == ["+31612345678"]
    assert len(wolf.affiliations) == 1
    assert begun(project, text_of(exported(planner, project, "persons"))).duplicate == 2


def test_what_a_row_took_away_comes_back_with_undo(planner: FlaskClient, project: Project) -> None:
    imported(project, KNOWN)
    _berg, vos = exported(planner, project, "persons")
    made = begun(project, text_of([vos | {"Phone number": "0687654321", "Tags": "nieuw"}]))
    imports.carry_out(system(project.id), made, project=project)

    take_back(system(project.id), session().get_one(Step, made.step_id))

    back = people()["Vos"]
    assert [one.number for one in back.phones] == ["+31612345678"]
    assert sorted(one.word for one in back.tags) == ["buurt", "sport"]


def test_what_was_changed_here_too_and_what_was_emptied_is_asked(
    planner: FlaskClient, project: Project
) -> None:
    imported(project, KNOWN)
    berg, vos = exported(planner, project, "persons")
    vos |= {"Tags": "sport; nieuw", "Note": ""}
    berg |= {"Role": ""}
    set_tags(system(project.id), people()["Vos"], words=["hier"])

    made = begun(project, text_of([berg, vos]))

    assert cells(made) == {
        2: {Field.ROLE: (CellState.EMPTIED, False)},
        3: {Field.TAGS: (CellState.CONFLICT, False), Field.NOTE: (CellState.EMPTIED, False)},
    }
    assert (made.changed, made.duplicate) == (0, 2)
    chosen = Decisions(cells={2: {Field.ROLE: True}, 3: {Field.TAGS: True}})
    imports.decide(system(project.id), made, decisions=chosen)
    imports.carry_out(system(project.id), made, project=project)
    found = people()
    assert sorted(tag.word for tag in found["Vos"].tags) == ["nieuw", "sport"]
    assert (found["Vos"].note, found["Berg"].affiliations[0].role) == ("regel", "")


def test_numbers_of_elsewhere_are_named_and_touch_nobody(
    planner: FlaskClient, project: Project
) -> None:
    imported(project, KNOWN)
    berg, vos = exported(planner, project, "persons")
    other = factories.project()
    with project_scope(other.id):
        imported(other, KNOWN)
        foreign = begun(other, text_of([berg]))
        assert [line.messages[0].problem.value for line in all_lines(foreign)] == ["unknown_record"]
    vos["Kring number"] = f"{vos['Kring number'][:-1]}x"
    berg["Kring number"] = number_of(project.id, Meant(Kind.PERSON, 999_999))

    made = begun(project, text_of([berg, vos]))

    told = [(line.outcome, line.messages[0].problem.value) for line in all_lines(made)]
    assert told == [(RowOutcome.REJECTED, "record_gone"), (RowOutcome.REJECTED, "unknown_record")]


def test_nobody_loses_every_name(planner: FlaskClient, project: Project) -> None:
    imported(project, KNOWN)
    berg, _vos = exported(planner, project, "persons")
    berg |= {"First name": "", "Surname": ""}
    made = begun(project, text_of([berg]))
    both = Decisions(cells={2: {Field.FIRST_NAME: True, Field.SURNAME: True}})

    imports.decide(system(project.id), made, decisions=both)
    imports.carry_out(system(project.id), made, project=project)

    assert people()["Berg"].first_name == "Bo"


def test_the_file_of_a_reviewer_holds_no_number(enter: Enter, project: Project) -> None:
    imported(project, KNOWN)

    row = exported(enter(Role.REVIEWER), project, "persons")[0]

    assert not [heading for heading in row if heading.startswith("Kring")]


def test_a_conflict_is_decided_on_the_page(
    planner: FlaskClient, project: Project, opened: Session
) -> None:
    imported(project, KNOWN)
    berg, _vos = exported(planner, project, "persons")
    berg["Role"] = ""
    made = begun(project, text_of([berg]))
    address = f"/projects/{project.slug}/persons/import/{made.id}"

    shown = planner.get(address).text
    planner.post(f"{address}/decide", data={"cell-role-2": "there"})

    assert "This list came from Kring" in shown
    assert "emptied in the list" in shown
    assert 'name="cell-role-2"' in shown
    opened.rollback()
    opened.expire_all()
    assert cells(made)[2] == {Field.ROLE: (CellState.EMPTIED, True)}


CELL = some.sampled_from(["", "Ada", "ada", "0612345678", "a@kring.example", "overheid", "x; y"])
CELLS = some.fixed_dictionaries(
    dict.fromkeys({*FIELDS[Kind.PERSON], *FIELDS[Kind.ORGANISATION]}, CELL)
)


@settings(max_examples=examples(60))
@given(some.sampled_from(Kind), CELLS, CELLS, CELLS)
def test_a_cell_is_told_only_where_it_was_changed(
    kind: Kind, left: Cells, here: Cells, there: Cells
) -> None:
    number = number_of(1, Meant(kind, 7))
    code = code_of(number, left)

    told = {one.field: one for one in returned(number, code, there, here)}

    assert returned(number, code, left, here) == []
    assert returned(number, code, here, here) == []
    for field, one in told.items():
        assert there[field] != left[field]
        assert there[field] != here[field]
        if one.state is CellState.CHANGED:
            assert here[field].lower() == left[field].lower()


@pytest.mark.parametrize("kind", Kind)
def test_a_file_of_before_marks_had_keys_comes_back_as_it_left(kind: Kind) -> None:
    number = number_of(1, Meant(kind, 7))
    left = dict.fromkeys(FIELDS[kind], "x")
    mark = _marker(number)
    # As codes were made then: one mark after the other, of the columns that there were.
    code = "".join(mark(Field(column), "x") for column in _FIRST[kind])

    assert returned(number, code, left, left) == []
    for state, here in ((CellState.CHANGED, "x"), (CellState.CONFLICT, "y")):
        told = returned(number, code, {**left, Field.TAGS: "z"}, {**left, Field.TAGS: here})
        assert [(one.field, one.state) for one in told] == [(Field.TAGS, state)]


@pytest.mark.parametrize("kind", Kind)
def test_a_column_that_its_code_does_not_know_is_asked(kind: Kind) -> None:
    number = number_of(1, Meant(kind, 7))
    left = dict.fromkeys(FIELDS[kind], "x")
    code = code_of(number, left)
    at = code.index(_KEYS[Field.TAGS])
    without = code[:at] + code[at + KEY + MARK :]

    told = returned(number, without, {**left, Field.TAGS: "z"}, left)

    assert [(one.field, one.state) for one in told] == [(Field.TAGS, CellState.CONFLICT)]


def test_no_two_columns_have_one_key() -> None:
    assert len(set(_KEYS.values())) == len(_KEYS)


@pytest.mark.parametrize("kind", Kind)
def test_a_number_means_one_record_of_one_project(kind: Kind) -> None:
    meant = Meant(kind, 7)
    number = number_of(1, meant)
    other = {"P": "O", "O": "P"}[number[0]]

    assert meant_by(1, number) == meant
    assert meant_by(2, number) is None
    assert meant_by(1, f"{other}{number[1:]}") is None
    assert meant_by(1, f"{number[0]}7-0000000000") is None
    assert meant_by(1, "7") is None


def test_letters_that_a_spreadsheet_lost_are_no_change(
    planner: FlaskClient, project: Project
) -> None:
    imported(project, "Voornaam;Achternaam;Opmerking\nMohamed;Yıldız;Wat?\n")
    (row,) = exported(planner, project, "persons")

    lost = begun(project, text_of([row | {"Surname": "Y?ld?z"}]))
    typed = begun(project, text_of([row | {"Surname": "Yildiz", "Note": "Dat?"}]))

    assert cells(lost) == {2: {}}
    changed = (CellState.CHANGED, True)
    assert cells(typed) == {2: {Field.SURNAME: changed, Field.NOTE: changed}}
