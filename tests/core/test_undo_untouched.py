"""What undoing a long step would do, where only the rows are looked at that may stay."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from crm.core import undo
from crm.core.db import add_many, change_many, remove_many, session, set_many, unit_of_work
from crm.core.permissions import system
from crm.core.undo import Decisions, Key, Step
from crm.core.undo.planning import whole_plan
from crm.core.undo.untouched import told_apart
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Email, Helix, Organisation, Person, PersonTag
from tests.contacts.lists import imported
from tests.core.undoing import back
from tests.networks.gathering import meet

ROWS = 24
HEADINGS = "Voornaam;Achternaam;Organisatie;E-mail;Trefwoorden;Opmerking\n"
OF_ONE_PERSON = {"person", "email", "affiliation", "person_tag", "person_origin"}
Change = Callable[[list[int]], object]


def a_list(project: Project, *, note: str = "") -> Step:
    """Import some people with their tags, four at each organisation, and return the step."""
    each = (
        f"Zoë{at};'t Hart{at};Club {at // 4};p{at}@kring.example;sport;{note}\n"
        for at in range(ROWS)
    )
    made = imported(project, HEADINGS + "".join(each))
    return session().get_one(Step, made.step_id)


def people() -> list[int]:
    return list(session().scalars(select(Person.id).order_by(Person.id)))


def move_address(ids: list[int]) -> None:
    """Let a person lose an address that another one gets."""
    first = session().scalars(select(Email).where(Email.person_id == ids[0])).one()
    address, key = first.address, first.address_key
    remove_many(Email, Email.person_id == ids[0])
    values = {"person_id": ids[1], "position": 2, "address": address, "address_key": key}
    add_many(Email, [values])


def leave_the_club(ids: list[int]) -> None:
    change_many(Affiliation, Affiliation.person_id == ids[4], {"role": "voorzitter"})


def join_the_club(ids: list[int]) -> None:
    club = session().scalars(select(Organisation.id).order_by(Organisation.id)).first()
    values = {"person_id": ids[-1], "organisation_id": club, "helix": Helix.BUSINESS, "role": ""}
    add_many(Affiliation, [values])


CHANGES: dict[str, Change] = {
    "nothing": lambda _ids: None,
    "a note": lambda ids: set_many(Person, {ids[2]: {"note": "gebeld"}}),
    "an address": move_address,
    "a role": leave_the_club,
    "one role more": join_the_club,
    "a tag": lambda ids: remove_many(PersonTag, PersonTag.person_id == ids[3]),
    "a club": lambda _ids: change_many(Organisation, Organisation.id > 0, {"town": "Assen"}),
    "a person": lambda ids: remove_many(Person, Person.id == ids[5]),
    "everybody": lambda _ids: change_many(Person, Person.id > 0, {"note": "anders"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("decisions", [Decisions(), Decisions(everything=True)])
def test_a_plan_that_looks_at_what_may_stay_says_the_same_as_one_that_looks_at_all(
    project: Project, change: Change, decisions: Decisions
) -> None:
    step = a_list(project)
    news = a_list(project, note="nieuw")
    with unit_of_work(system(project.id), "test"):
        change(people())

    for one in (step, news):
        quick, whole = undo.plan(one, decisions), whole_plan(one, decisions)
        assert quick.counts == whole.counts
        assert quick.conflicts == whole.conflicts
        assert quick.size == whole.size


def test_who_was_met_since_stays_with_the_club_and_the_others_go_unseen(project: Project) -> None:
    step = a_list(project)
    one = session().get_one(Person, people()[0])
    meet(one)

    images, untouched = told_apart(step)

    club = session().scalars(
        select(Affiliation.organisation_id).where(Affiliation.person_id == one.id)
    )
    assert {key.table for key in images} == OF_ONE_PERSON | {"organisation", "organisation_origin"}
    assert Key("organisation", club.one() or 0) in images
    assert {table: len(rows) for table, rows in untouched.items() if table in OF_ONE_PERSON} == (
        dict.fromkeys(OF_ONE_PERSON, ROWS - 1)
    )
    assert undo.plan(step).counts == whole_plan(step, Decisions()).counts


def test_of_a_list_that_nobody_touched_no_row_is_looked_at(project: Project) -> None:
    images, untouched = told_apart(a_list(project))

    assert images == {}
    assert {len(untouched[table]) for table in OF_ONE_PERSON} == {ROWS}


def test_what_was_undone_and_came_back_is_planned_alike(project: Project) -> None:
    step = a_list(project)
    own = back(step)

    quick, whole = undo.plan(own), whole_plan(own, Decisions())

    assert (quick.counts, quick.conflicts) == (whole.counts, whole.conflicts)
