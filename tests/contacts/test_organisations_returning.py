"""The list of organisations that left Kring, was edited and came back."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as some
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Choice, Decisions
from crm.contacts.rules.headings import propose_mapping
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.contacts.services import imports
from crm.core import search
from crm.core.db import project_scope, session
from crm.core.normalisation import fold
from crm.core.permissions import Role, system
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Kind, Organisation
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.rules.round_trip import FIELDS, CellState, Meant, code_of, number_of, returned
from crm.stakeholders.services import organisations
from crm.stakeholders.services.organisations import OrganisationDetails
from crm.steps.services import take_back
from crm.web.downloads import csv_text
from tests import factories
from tests.contacts.lists import Row, begun, cells, exported, imported, text_of
from tests.contacts.pages import checked, totals
from tests.depth import examples
from tests.pages import Enter

CAFE = OrganisationDetails(
    "Café Oost", Helix.BUSINESS, Helix.RESEARCH, "horeca", "https://oost.example", "Steeg 1",
    "9401 AB", "Assen", "Lariks", ("sport", "buurt"), "eerste regel\ntweede regel",
)  # fmt: skip
AT_WORK = "@Work", "'t Hoekje", "'=tien", "Totaal", "A; B, C"
"""Names that a list would not take, or would read as something else."""
CHANGED, CONFLICT, EMPTIED = CellState.CHANGED, CellState.CONFLICT, CellState.EMPTIED


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    return enter(Role.PLANNER)


@pytest.fixture
def cafe(project: Project) -> Organisation:
    return organisations.add_organisation(system(project.id), project, details=CAFE)


def left(client: FlaskClient, project: Project) -> list[Row]:
    return exported(client, project, "organisations")


def places() -> dict[str, Organisation]:
    session().expire_all()
    rows = session().scalars(select(Organisation).order_by(Organisation.id))
    return {one.name: one for one in rows}


def problems(made: ContactImport) -> list[list[str]]:
    return [[one.problem.value for one in line.messages] for line in all_lines(made)]


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_list_that_comes_back_as_it_left_changes_nothing(
    app: Flask, project: Project, opened: Session, cafe: Organisation, language: str, kind: str
) -> None:
    for name in AT_WORK:
        factories.organisation(name)
    base = f"/projects/{project.slug}"
    who = factories.member(project, Role.PLANNER, who=factories.account(locale=language))
    planner = factories.sign_in(app.test_client(), who)
    app.config["WTF_CSRF_ENABLED"] = False
    file = planner.get(f"{base}/organisations/export.{kind}").data
    assert ("Tweede helix" in read(file, f"lijst.{kind}").headings) is (language == "nl")

    address = checked(planner, f"{base}/persons/import", file, f"lijst.{kind}")

    opened.rollback()
    made = opened.get_one(ContactImport, int(address.rpartition("/")[2]))
    assert (made.rows, made.duplicate) == (6, 6)
    assert cells(made) == {row: {} for row in range(2, 8)}
    assert problems(made) == [[]] * 6


def test_only_what_was_edited_there_is_changed_here_and_undone_as_one(
    planner: FlaskClient, project: Project, cafe: Organisation
) -> None:
    ada = factories.person("Vos", first_name="Ada", at=cafe)
    factories.organisation("Wijkraad")
    row, other = left(planner, project)
    row |= {"Organisation": "Eetcafé Noord", "Helix": "Government", "Tags": "sport, nieuw"}
    row |= {"Second helix": "", "Website": "www.noord.example", "Neighbourhood": "Marsdijk"}
    row |= {"Kind of organisation": "restaurant", "Postcode": "9402cd", "Town": "ASSEN"}

    made = begun(project, text_of([row, other]))
    shown = cells(made)
    chosen = Decisions(cells={2: {Field.SECOND_HELIX: True}})
    imports.decide(system(project.id), made, decisions=chosen)
    imports.carry_out(system(project.id), made, project=project)

    edited = {
        Field.ORGANISATION, Field.KIND, Field.HELIX, Field.WEBSITE, Field.POSTCODE, Field.AREA,
        Field.TAGS,
    }  # fmt: skip
    assert shown == {
        2: dict.fromkeys(edited, (CHANGED, True)) | {Field.SECOND_HELIX: (EMPTIED, False)},
        3: {},
    }
    now = places()
    noord = now["Eetcafé Noord"]
    assert (noord.id, set(now)) == (cafe.id, {"Eetcafé Noord", "Wijkraad"})
    assert noord.area
    assert (noord.kind, noord.helix, noord.second_helix, noord.website, noord.area.name) == (
        "restaurant", Helix.GOVERNMENT, None, "https://www.noord.example", "Marsdijk",
    )  # fmt: skip
    assert (noord.postcode, noord.town, noord.street, noord.note) == (
        "9402 CD", "Assen", "Steeg 1", CAFE.note,
    )  # fmt: skip
    assert sorted(one.word for one in noord.tags) == ["nieuw", "sport"]
    assert ada.id in search.found("person", "noord", limit=9)
    assert begun(project, text_of(left(planner, project))).duplicate == 2

    take_back(system(project.id), session().get_one(Step, made.step_id))

    oost = places()["Café Oost"]
    assert (oost.helix, oost.second_helix, oost.kind) == (
        Helix.BUSINESS, Helix.RESEARCH, "horeca",
    )  # fmt: skip
    assert sorted(one.word for one in oost.tags) == ["buurt", "sport"]
    assert ada.id not in search.found("person", "noord", limit=9)


def test_what_was_changed_here_too_and_what_was_emptied_is_asked(
    planner: FlaskClient, project: Project, cafe: Organisation, opened: Session
) -> None:
    row = left(planner, project)[0]
    row |= {"Tags": "sport; nieuw", "Note": "", "Helix": "", "Town": "Vries"}
    organisations.set_tags(system(project.id), cafe, words=["hier"])

    made = begun(project, text_of([row]))
    text = planner.get(f"/projects/{project.slug}/persons/import/{made.id}").text

    assert cells(made)[2] == {
        Field.TAGS: (CONFLICT, False), Field.NOTE: (EMPTIED, False), Field.TOWN: (CHANGED, True),
        Field.HELIX: (EMPTIED, False),
    }  # fmt: skip
    assert "also changed here" in text
    assert f'/organisations/{cafe.id}"' in text
    wanted = {Field.TAGS: True, Field.HELIX: True, Field.TOWN: False}
    imports.decide(system(project.id), made, decisions=Decisions(cells={2: wanted}))
    imports.carry_out(system(project.id), made, project=project)
    now = places()["Café Oost"]
    assert sorted(one.word for one in now.tags) == ["nieuw", "sport"]
    # An organisation always has a usual helix.
    assert (now.helix, now.note, now.town) == (Helix.BUSINESS, CAFE.note, "Assen")


def test_a_name_that_another_has_is_named_and_not_taken(
    planner: FlaskClient, project: Project, cafe: Organisation
) -> None:
    for name in ("Dorpshuis", "Wijkraad", "Zwembad"):
        factories.organisation(name)
    rows = left(planner, project)
    names = ["WIJKRAAD", "Nieuw", "", "nieuw"]
    for row, name in zip(rows, names, strict=True):
        row |= {"Organisation": name, "Town": "Vries"}
    made = begun(project, text_of(rows))
    wanted = {Field.ORGANISATION: True}
    imports.decide(
        system(project.id), made, decisions=Decisions(cells={2: wanted, 4: wanted, 5: wanted})
    )

    told = problems(made)
    first = [line.needs_eyes for line in all_lines(made)]
    imports.carry_out(system(project.id), made, project=project)

    assert told == [["name_taken"], [], [], ["name_taken"]]
    assert first == [True, False, True, True]
    now = places()
    assert list(now) == ["Café Oost", "Nieuw", "Wijkraad", "Zwembad"]
    assert {one.town for one in now.values()} == {"Vries"}


def test_two_helixes_that_are_one_and_words_that_mean_none_are_named(
    planner: FlaskClient, project: Project, cafe: Organisation
) -> None:
    factories.organisation("Wijkraad")
    rows = left(planner, project)
    rows[0] |= {"Helix": "Research", "Town": "Vries"}
    rows[1] |= {"Helix": "zomaar", "Postcode": "0000 AA", "Website": "geen site"}

    made = begun(project, text_of(rows))

    assert problems(made) == [
        ["same_helix"], ["unknown_helix", "not_a_postcode", "not_a_website"],
    ]  # fmt: skip
    assert cells(made) == {2: {Field.HELIX: (CHANGED, False), Field.TOWN: (CHANGED, True)}, 3: {}}


def test_numbers_of_elsewhere_and_of_the_other_list_touch_nothing(
    planner: FlaskClient, project: Project, cafe: Organisation
) -> None:
    for name in ("Dorpshuis", "Wijkraad", "Zwembad"):
        factories.organisation(name)
    imported(project, "Voornaam;Achternaam\nAda;Vos\n")
    rows = left(planner, project)
    other = factories.project()
    number = exported(planner, project, "persons")[0]["Kring number"]
    rows[1]["Kring number"] = f"{rows[1]['Kring number'][:-1]}x"
    rows[2]["Kring number"] = number_of(project.id, Meant(Kind.ORGANISATION, 999_999))
    rows[3]["Kring number"] = number
    rows.append(rows[0] | {"Kring number": number_of(other.id, Meant(Kind.ORGANISATION, cafe.id))})
    rows[0]["Town"] = "Vries"
    for row in rows[1:]:
        row["Organisation"] = "Van elders"

    made = begun(project, text_of(rows))

    assert problems(made) == [
        [], ["unknown_record"], ["organisation_gone"], ["other_list"], ["unknown_record"],
    ]  # fmt: skip
    assert (made.changed, made.rejected) == (1, 4)
    with project_scope(other.id):
        foreign = begun(other, text_of(rows[:1]))
        assert problems(foreign) == [["unknown_record"]]


def test_a_row_that_is_left_out_and_a_row_that_is_new(
    planner: FlaskClient, project: Project, cafe: Organisation, opened: Session
) -> None:
    row = left(planner, project)[0]
    new = dict.fromkeys(row, "") | {"Organisation": "Buurtbus", "Helix": "Residents"}
    new |= {"Kind of organisation": "vereniging", "Second helix": "Government"}
    made = begun(project, text_of([row | {"Town": "Vries"}, new]))

    imports.decide(system(project.id), made, decisions=Decisions(rows={2: Choice.SKIP}))
    imports.carry_out(system(project.id), made, project=project)

    now = places()
    assert now["Café Oost"].town == "Assen"
    bus = now["Buurtbus"]
    assert (bus.kind, bus.helix, bus.second_helix) == (
        "vereniging", Helix.END_USERS, Helix.GOVERNMENT,
    )  # fmt: skip
    assert totals(opened) == (0, 2)


def test_who_may_not_see_everything_gets_no_number(
    enter: Enter, project: Project, cafe: Organisation
) -> None:
    row = left(enter(Role.REVIEWER), project)[0]

    assert next(iter(row)) == "Organisation"
    assert not {"Note", "Kring number", "Kring code"} & set(row)


SIGNS = some.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"))
TEXT = some.text(some.one_of(some.sampled_from("=+-@'\";, ab1"), SIGNS), max_size=8)
KEPT: some.SearchStrategy[Row] = some.builds(
    dict,
    organisation=TEXT.filter(fold),
    kind_of_organisation=TEXT,
    helix=some.sampled_from(Helix),
    street=TEXT,
    town=TEXT,
    area=TEXT,
    tags=some.lists(TEXT.filter(fold), max_size=3).map("; ".join),
    note=some.lists(TEXT, max_size=2).map("\n".join),
)


@settings(max_examples=examples(60))
@given(KEPT)
def test_no_text_is_changed_by_leaving_and_coming_back(kept: Row) -> None:
    here = {one: kept.get(one.value, "") for one in FIELDS[Kind.ORGANISATION]}
    number = number_of(1, Meant(Kind.ORGANISATION, 7))
    code = code_of(number, here)
    headings = [Field.RECORD, *here, Field.CODE]

    file = csv_text(headings, [[number, *here.values(), code]])
    table = read(file, "lijst.csv")
    row = next(iter(read_rows(table, propose_mapping(table.headings))))

    assert not row.is_rejected
    assert not row.is_person
    assert returned(row.record, row.code, row.typed, here) == []
