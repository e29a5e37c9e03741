"""Somebody who stands in a list more than once, each time with another organisation."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.contacts.models import PersonOrigin
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.choices import Choice, Decisions
from crm.contacts.rules.existing_records import Register
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.organisations import HelixOfNew
from crm.contacts.rules.plan import Plan, RowOutcome
from crm.contacts.rules.planner import make_plan
from crm.contacts.rules.reading import read
from crm.contacts.rules.row_messages import Problem
from crm.contacts.rules.rows import read_rows
from crm.contacts.services import imports
from crm.core.permissions import system
from crm.core.undo import Decisions as Undoing
from crm.core.undo import Step
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Organisation, Person
from crm.stakeholders.rules.columns import Field
from crm.stakeholders.values.names import NameParts
from crm.steps.services import take_back
from tests.contacts.lists import begun, imported

HEADINGS = "Voornaam;Achternaam;Organisatie;Functie;E-mail;Telefoon;Helix"
FIRST = "Anna;Bos;Gemeente Assen;adviseur;anna@kring.example;0592123456;overheid"
OTHER = "ANNA;bos;Vaart Welzijn;lid;Anna@kring.example, bos@kring.example;0612345678;bewoners"
Role = tuple[str, str | None, bool]


def row(number: int, organisation: str, *, name: str = "Anna", **more: object) -> Candidate:
    given: dict[str, object] = {"emails": ("anna@kring.example",), **more}
    parts = NameParts(first_name=name)
    return Candidate(number, parts, organisation, **given)  # type: ignore[arg-type]  # the caller names fields of it


def planned(*rows: Candidate, rows_chosen: dict[int, Choice] | None = None) -> Plan:
    return make_plan(rows, Register(), HelixOfNew(), Decisions(rows=rows_chosen or {}))


def outcomes(plan: Plan) -> list[RowOutcome]:
    return [one.outcome for one in plan.rows]


def roles(opened: Session) -> list[Role]:
    asked = (
        select(Affiliation.role, Organisation.name, Affiliation.is_main)
        .outerjoin(Affiliation.organisation)
        .order_by(Affiliation.id)
    )
    return [(role, name, is_main) for role, name, is_main in opened.execute(asked)]


def size(opened: Session, model: type[Person | Email | PersonOrigin]) -> int:
    return opened.scalar(select(func.count()).select_from(model)) or 0


def test_another_organisation_is_a_further_role_and_the_same_one_is_not() -> None:
    plan = planned(
        row(1, "Gemeente Assen"),
        row(2, "Vaart Welzijn"),
        row(3, "gemeente assen"),
        row(4, "Stichting Vaart Welzijn"),
        row(5, ""),
        row(6, "Café Oost", name="Bo"),
        row(7, "Café Oost", emails=("elders@kring.example",)),
        row(8, "Wijkraad", emails=("elders@kring.example",)),
    )

    repeats = RowOutcome.DUPLICATE
    assert outcomes(plan) == [
        RowOutcome.NEW, RowOutcome.CHANGED, repeats, repeats, repeats, RowOutcome.NEW,
        RowOutcome.NEW, RowOutcome.CHANGED,
    ]  # fmt: skip
    assert [one.repeats for one in plan.rows] == [None, 1, 1, 1, 1, None, None, 7]
    assert [one.choice for one in plan.rows[2:5]] == [None, Choice.SKIP, None]
    assert plan.part(0, 1).further[1] == [plan.rows[1]]


def test_what_is_chosen_for_a_further_role_is_done() -> None:
    rows = row(1, "Initiatiefgroep Pump Track"), row(2, "Pump Track"), row(3, "Wijkraad")

    chosen = planned(*rows, rows_chosen={2: Choice.FILL, 3: Choice.SKIP})
    skipped = planned(*rows, rows_chosen={1: Choice.SKIP})

    assert outcomes(planned(*rows)) == [RowOutcome.NEW, RowOutcome.DUPLICATE, RowOutcome.CHANGED]
    assert outcomes(chosen) == [RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.SKIPPED]
    assert list(chosen.organisations) == ["initiatiefgroep pump track", "pump track"]
    assert outcomes(skipped) == [RowOutcome.SKIPPED, RowOutcome.DUPLICATE, RowOutcome.DUPLICATE]
    assert skipped.organisations == {}


def test_an_address_of_another_row_stays_with_that_row() -> None:
    plan = planned(
        row(1, "Gemeente Assen"),
        row(2, "Café", name="Bo", emails=("bo@kring.example",)),
        row(3, "Wijkraad", emails=("anna@kring.example", "bo@kring.example", "a@kring.example")),
    )

    added = plan.rows[2].additions
    assert added
    assert added.emails == ("a@kring.example",)


def test_somebody_new_gets_all_roles_at_once_and_the_rest_of_the_row(
    project: Project, opened: Session
) -> None:
    made = imported(project, f"{HEADINGS}\n{FIRST}\n{OTHER}")

    assert (made.new, made.changed, made.duplicate) == (1, 1, 0)
    assert roles(opened) == [("adviseur", "Gemeente Assen", True), ("lid", "Vaart Welzijn", False)]
    person = opened.scalars(select(Person)).one()
    assert [one.address for one in person.emails] == ["anna@kring.example", "bos@kring.example"]
    assert [one.number for one in person.phones] == ["+31592123456", "+31612345678"]
    origins = select(PersonOrigin.row, PersonOrigin.is_new).order_by(PersonOrigin.row)
    assert list(opened.execute(origins)) == [(2, True), (3, False)]

    again = imported(project, f"{HEADINGS}\n{FIRST}\n{OTHER}")

    assert (again.new, again.changed, again.duplicate) == (0, 0, 2)
    take_back(system(project.id), opened.get_one(Step, made.step_id), decisions=Undoing())
    opened.expire_all()
    assert (roles(opened), size(opened, Person), size(opened, PersonOrigin)) == ([], 0, 0)


def test_somebody_who_is_known_gets_each_role_that_is_missing(
    project: Project, opened: Session
) -> None:
    imported(project, f"{HEADINGS}\n{FIRST}")
    third = OTHER.replace("Vaart Welzijn", "Wijkraad Oost")

    made = begun(project, f"{HEADINGS}\n{FIRST}\n{OTHER}\n{third}")
    told = list(all_lines(made))
    imports.carry_out(system(project.id), made, project=project)

    assert [one.outcome for one in told] == [
        RowOutcome.DUPLICATE,
        RowOutcome.CHANGED,
        RowOutcome.CHANGED,
    ]
    assert [one.repeats for one in told] == [None, 2, 2]
    assert [(one.field, one.new) for one in told[2].cells if one.is_taken] == [
        (Field.ROLE, "lid, Wijkraad Oost")
    ]
    assert [name for _role, name, _main in roles(opened)] == [
        "Gemeente Assen", "Vaart Welzijn", "Wijkraad Oost",
    ]  # fmt: skip
    assert (size(opened, Person), size(opened, Email)) == (1, 2)
    take_back(system(project.id), opened.get_one(Step, made.step_id), decisions=Undoing())
    opened.expire_all()
    assert roles(opened) == [("adviseur", "Gemeente Assen", True)]


def test_two_organisations_in_a_cell_are_asked_about_and_stay_as_they_are() -> None:
    text = (
        'Naam;Organisatie\nAnna Bos;"Hanze; RUG"\nJan Vos;Gemeente Assen / Vaart Welzijn\n'
        "Eva Smit;Bakker / Slager\nPiet Dam;Actium;\n"
    )

    table = read(text.encode(), "lijst.csv")
    found = list(read_rows(table, mapping_for(table.headings)))

    assert [one.organisation for one in found] == [
        "Hanze; RUG", "Gemeente Assen / Vaart Welzijn", "Bakker / Slager", "Actium",
    ]  # fmt: skip
    is_asked = [
        Problem.TWO_ORGANISATIONS in {said.problem for said in one.messages} for one in found
    ]
    assert is_asked == [True, True, False, False]
