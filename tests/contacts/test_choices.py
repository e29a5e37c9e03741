"""Rows beside the register: why they are taken for somebody, and what is chosen for them."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries.imports import all_lines
from crm.contacts.rules.choices import Choice, Decisions, Reason, decisions_of, decisions_text
from crm.contacts.rules.fuzzy_matching import Lookalikes, called
from crm.contacts.rules.plan_lines import ReportLine
from crm.contacts.services import imports
from crm.core.db import session
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.values.names import NameParts
from tests.contacts.lists import begun, imported
from tests.contacts.pages import checked, chosen
from tests.pages import Enter

HEADINGS = "Voornaam;Voorletters;Achternaam;Organisatie;Functie;E-mail;Telefoon;Wijk;Opmerking\n"
KNOWN = HEADINGS + (
    "Ada;;Vos;Café Oost;gastvrouw;ada@kring.example;0612345678;Lariks;oud\n"
    "Jan;;de Vries;Wijkraad;lid;jan@kring.example;;;\n"
    "Eva;;Dijkstra;;;eva@kring.example;;;\n"
)
AGAIN = HEADINGS + (
    "Ada;;Vos;Café Oost;kok;ada@kring.example;0592123456;Marsdijk;nieuw\n"
    ";J.;de Vries;Bakkerij;;;;;\n"
    "Eva;;Dijstra;Bakkerij;;;;;\n"
    "Jan;;de Vries;Bakkerij;;;;;\n"
    "Bo;;Berg;;;;0612345678;;\n"
    "Zus;;Ander;;;;;;\n"
)


def lines(made: ContactImport) -> dict[int, ReportLine]:
    return {line.row: line for line in all_lines(made)}


def decide(made: ContactImport, project: Project, decisions: Decisions) -> None:
    imports.decide(system(project.id), made, decisions=decisions)


def people() -> dict[str, Person]:
    session().expire_all()
    return {one.name_key: one for one in session().scalars(select(Person).order_by(Person.id))}


def test_each_row_says_who_it_may_be_and_why(project: Project) -> None:
    imported(project, KNOWN)

    found = lines(begun(project, AGAIN))

    told = {row: (line.reason, line.choice, line.known_as) for row, line in found.items()}
    assert told == {
        2: (Reason.EMAIL, Choice.FILL, "Ada Vos"),
        3: (Reason.INITIALS, Choice.NEW, "Jan de Vries"),
        4: (Reason.SPELLING, Choice.NEW, "Eva Dijkstra"),
        5: (Reason.SAME_NAME, Choice.NEW, "Jan de Vries"),
        6: (Reason.SAME_PHONE, Choice.NEW, "Ada Vos"),
        7: (None, None, ""),
    }
    assert found[2].beside == "Café Oost · ada@kring.example · 0612345678"


def test_overwriting_shows_and_writes_cell_by_cell(project: Project) -> None:
    imported(project, KNOWN)
    made = begun(project, AGAIN)

    decide(made, project, Decisions({Reason.EMAIL: Choice.OVERWRITE}))
    cells = {one.field.value: (one.old, one.new, one.is_taken) for one in lines(made)[2].cells}
    imports.carry_out(system(project.id), made, project=project)

    ada = people()["ada vos"]
    assert cells == {
        "area": ("Lariks", "Marsdijk", True),
        "note": ("oud", "nieuw", True),
        "phone": ("0612345678", "0592123456", True),
        "role": ("gastvrouw", "kok", True),
    }
    assert ada.area
    assert (ada.area.name, ada.note, ada.affiliations[0].role) == ("Marsdijk", "nieuw", "kok")
    assert [one.number for one in ada.phones] == ["+31592123456", "+31612345678"]
    assert len(ada.affiliations) == 1


def test_what_is_skipped_brings_nothing_and_is_counted(project: Project) -> None:
    imported(project, KNOWN)
    made = begun(project, AGAIN)

    decide(made, project, Decisions(rows=dict.fromkeys((3, 4, 5, 7), Choice.SKIP)))
    imports.carry_out(system(project.id), made, project=project)

    assert (made.new, made.changed, made.skipped, made.rows) == (1, 1, 4, 6)
    assert sorted(people()) == ["ada vos", "bo berg", "eva dijkstra", "jan de vries"]
    bakery = select(Organisation).where(Organisation.name == "Bakkerij")
    assert session().scalars(bakery).all() == []


def test_who_only_resembles_can_be_filled_and_who_is_known_can_be_new(project: Project) -> None:
    imported(project, KNOWN)
    made = begun(project, AGAIN)

    decide(made, project, Decisions(rows={2: Choice.NEW, 3: Choice.FILL}))
    imports.carry_out(system(project.id), made, project=project)

    names = session().scalars(select(Person.name_key).order_by(Person.id)).all()
    assert names.count("ada vos") == 2
    jan = people_with("Jan")[0]
    assert {role.organisation.name for role in jan.affiliations if role.organisation} == {
        "Wijkraad",
        "Bakkerij",
    }


def people_with(first_name: str) -> list[Person]:
    statement = select(Person).where(Person.first_name == first_name).order_by(Person.id)
    return list(session().scalars(statement))


def test_a_choice_for_a_kind_goes_for_all_its_rows_and_later_ones_go_first() -> None:
    before = Decisions({Reason.EMAIL: Choice.SKIP}, {1: Choice.NEW, 2: Choice.NEW})
    reasons = {1: Reason.EMAIL, 2: Reason.INITIALS, 3: Reason.EMAIL}

    after = before.joined_by(Decisions({Reason.EMAIL: Choice.OVERWRITE}, {3: Choice.FILL}), reasons)

    assert decisions_of(decisions_text(after)) == after
    made = [after.choice(row, reason) for row, reason in reasons.items()]
    assert made == [Choice.OVERWRITE, Choice.NEW, Choice.FILL]
    assert after.choice(9, Reason.INITIALS) is Choice.NEW
    assert after.choice(9, None) is Choice.NEW
    no_other = Decisions({Reason.ORGANISATION: Choice.NEW})
    assert no_other.choice(1, Reason.ORGANISATION) is Choice.FILL


@pytest.mark.parametrize(
    ("one", "reason"),
    [
        (NameParts(first_name="Jan", prefix="de", surname="Vries"), Reason.SAME_NAME),
        (NameParts(initials="J.", prefix="de", surname="Vries"), Reason.INITIALS),
        (NameParts(initials="J.P.", surname="Vries"), Reason.INITIALS),
        (NameParts(first_name="Jan", prefix="de", surname="Vriess"), Reason.SPELLING),
        (NameParts(first_name="Joop", prefix="de", surname="Vries"), None),
        (NameParts(initials="P.", prefix="de", surname="Vries"), None),
        (NameParts(first_name="Jan"), None),
    ],
)
def test_names_that_may_mean_the_same_person(one: NameParts, reason: Reason | None) -> None:
    others = Lookalikes()
    others.add([called(7, NameParts(first_name="Jan", prefix="de", surname="Vries"))])

    assert others.like(called(0, one)) == (None if reason is None else (7, reason))


def test_choices_are_made_without_a_script_and_kept(
    enter: Enter, project: Project, opened: Session
) -> None:
    planner, base = enter(Role.PLANNER), f"/projects/{project.slug}/persons/import"
    planner.post(f"{checked(planner, base, KNOWN.encode())}/run")
    address = checked(planner, base, AGAIN.encode())

    shown = planner.get(address).text
    assert shown.index("Eva Dijkstra") < shown.index("ada@kring.example")
    answers = chosen(shown)
    answers |= {"kind-email": "overwrite", "row-7": "skip", "row-3": "fill", "reason": "email"}
    kept = planner.post(f"{address}/decide", data=answers)
    assert kept.location.endswith("?reason=email")
    only_email = planner.get(kept.location).text
    assert "<del>oud</del>" in only_email
    assert "<ins>nieuw</ins>" in only_email
    assert "Dijstra" not in only_email

    opened.rollback()
    made = opened.scalars(select(ContactImport).order_by(ContactImport.id.desc())).first()
    assert made
    assert (made.new, made.changed, made.skipped) == (3, 2, 1)
    assert decisions_of(made.decisions).rows == {3: Choice.FILL, 7: Choice.SKIP}


def test_what_was_chosen_and_not_kept_yet_is_not_lost_by_importing(
    enter: Enter, project: Project, opened: Session
) -> None:
    planner, base = enter(Role.PLANNER), f"/projects/{project.slug}/persons/import"
    planner.post(f"{checked(planner, base, KNOWN.encode())}/run")
    address = checked(planner, base, AGAIN.encode())
    as_shown = {"row-3": "new", "row-7": "new", "kind-email": ""}

    answer = planner.post(
        f"{address}/run", data=as_shown | {"row-7": "skip"}, follow_redirects=True
    )
    by_kind = planner.post(f"{address}/run", data={"kind-email": "skip"}, follow_redirects=True)
    opened.rollback()
    made = opened.scalars(select(ContactImport).order_by(ContactImport.id.desc())).first()
    assert made
    before = (made.state, made.skipped)
    done = planner.post(f"{address}/run", data=as_shown | {"row-7": "skip"}, follow_redirects=True)

    again = planner.get(checked(planner, base, KNOWN.encode())).text

    assert ("there is nothing to import" in again, "/run" in again) == (True, False)
    assert ("there is nothing to import" in by_kind.text, "/run" in by_kind.text) == (False, True)
    assert "Your choices are kept. Look at what happens now" in answer.text
    assert "Chosen for all: Skip" in by_kind.text
    assert before == (ImportState.MAPPED, 2)
    assert "The import is done" in done.text
