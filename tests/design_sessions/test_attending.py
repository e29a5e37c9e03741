"""Attendance: marks and walk-ins, noted once however often they are sent."""

from collections.abc import Mapping

import pytest

from crm.core import events
from crm.core.db import project_scope, session
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.design_sessions.events import AttendanceTaken
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import (
    MarkedMeanwhile,
    NamesKnown,
    Noted,
    WalkIn,
    WalkInUnclear,
)
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.organisations import organisation_named
from tests import factories
from tests.design_sessions.conftest import Plan

PRESENT, EXCUSED = AttendanceStatus.PRESENT, AttendanceStatus.EXCUSED


def take(
    leader: Actor,
    where: DesignSession,
    noted: Mapping[int, Noted] | None = None,
    walk_ins: Mapping[int, WalkIn] | None = None,
) -> int:
    return attending.take_attendance(leader, where, noted=noted or {}, walk_ins=walk_ins or {})


def noted_at(where: DesignSession) -> dict[int, tuple[AttendanceStatus, Helix, bool]]:
    return {
        one.person_id: (one.status, one.helix, one.is_walk_in)
        for one in people_queries.attendances_of(where)
    }


def only_person(surname: str) -> Person:
    return session().query(Person).filter(Person.surname == surname).one()


def test_somebody_is_present_for_what_they_were_invited_for(plan: Plan, leader: Actor) -> None:
    made = plan()
    someone = factories.person(helix=Helix.RESEARCH).id
    inviting.invite(leader, made, person_ids=[someone])

    assert take(leader, made, {someone: Noted(None, PRESENT)}) == 1

    assert noted_at(made) == {someone: (PRESENT, Helix.RESEARCH, False)}


def test_sending_the_same_marks_twice_changes_nothing(plan: Plan, leader: Actor) -> None:
    made = plan()
    someone = factories.person().id
    inviting.invite(leader, made, person_ids=[someone])
    marks = {someone: Noted(None, PRESENT)}

    assert [take(leader, made, marks), take(leader, made, marks)] == [1, 0]


def test_a_mark_can_be_changed_and_taken_away(plan: Plan, leader: Actor) -> None:
    made = plan()
    someone = factories.person().id
    inviting.invite(leader, made, person_ids=[someone])
    take(leader, made, {someone: Noted(None, PRESENT)})

    take(leader, made, {someone: Noted(PRESENT, EXCUSED)})
    changed = noted_at(made)
    take(leader, made, {someone: Noted(EXCUSED, None)})

    assert changed[someone][0] is EXCUSED
    assert noted_at(made) == {}


def test_two_planners_may_note_different_people_at_once(plan: Plan, leader: Actor) -> None:
    made = plan()
    one, two = factories.person().id, factories.person().id
    inviting.invite(leader, made, person_ids=[one, two])
    take(leader, made, {one: Noted(None, PRESENT), two: Noted(None, None)})

    take(leader, made, {one: Noted(None, None), two: Noted(None, PRESENT)})

    assert noted_at(made).keys() == {one, two}


def test_two_planners_who_note_the_same_person_differently_are_told(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    someone, other = factories.person().id, factories.person().id
    inviting.invite(leader, made, person_ids=[someone, other])
    take(leader, made, {someone: Noted(None, PRESENT)})

    with pytest.raises(MarkedMeanwhile) as refused:
        take(leader, made, {someone: Noted(None, EXCUSED), other: Noted(None, PRESENT)})

    assert refused.value.current == {someone: PRESENT}
    assert noted_at(made).keys() == {someone}


def test_a_new_walk_in_is_put_in_the_register_once(plan: Plan, leader: Actor) -> None:
    made = plan()
    walk_ins = {
        0: WalkIn("Jolanda van der Veen"),
        1: WalkIn("Kees Bakker", organisation="Bakkerij Bakker", helix=Helix.BUSINESS),
    }

    assert [take(leader, made, {}, walk_ins), take(leader, made, {}, walk_ins)] == [2, 0]

    resident, baker = only_person("Veen"), only_person("Bakker")
    assert (resident.prefix, resident.helix_on(made.day)) == ("van der", Helix.END_USERS)
    assert noted_at(made) == {
        resident.id: (PRESENT, Helix.END_USERS, True),
        baker.id: (PRESENT, Helix.BUSINESS, True),
    }
    bakery = organisation_named("bakkerij bakker")
    assert bakery is not None
    assert bakery.helix is Helix.BUSINESS
    assert baker.affiliations[0].organisation_id == bakery.id


def test_a_known_organisation_gives_its_helix_to_a_new_walk_in(plan: Plan, leader: Actor) -> None:
    made = plan()
    factories.organisation("Gemeente Proef", helix=Helix.GOVERNMENT)

    take(leader, made, {}, {0: WalkIn("Ina Wit", organisation="gemeente proef")})
    take(
        leader,
        made,
        {},
        {0: WalkIn("Bo Rood", organisation="Gemeente Proef", helix=Helix.BUSINESS)},
    )

    assert only_person("Wit").helix_on(made.day) is Helix.GOVERNMENT
    departing = only_person("Rood").affiliations[0]
    assert departing.helix is Helix.BUSINESS
    assert made.title in departing.helix_reason


def test_a_new_organisation_needs_a_helix(plan: Plan, leader: Actor) -> None:
    made = plan()

    with pytest.raises(WalkInUnclear) as refused:
        take(leader, made, {}, {2: WalkIn("Ina Wit", organisation="Nog onbekend")})

    assert (refused.value.line, refused.value.part) == (2, "helix")
    assert organisation_named("Nog onbekend") is None


def test_a_known_name_asks_who_it_is(plan: Plan, leader: Actor) -> None:
    made = plan()
    known = factories.person("Vries", first_name="Jan").id

    with pytest.raises(NamesKnown) as refused:
        take(leader, made, {}, {1: WalkIn("jan vries")})
    assert refused.value.known == {1: [known]}
    assert noted_at(made) == {}

    take(leader, made, {}, {1: WalkIn("jan vries", person_id=known)})
    assert noted_at(made).keys() == {known}


def test_somebody_else_of_a_known_name_is_added_once(plan: Plan, leader: Actor) -> None:
    made = plan()
    known = factories.person("Vries", first_name="Jan").id
    other = {0: WalkIn("Jan Vries", apart_from=frozenset({known}))}

    assert [take(leader, made, {}, other), take(leader, made, {}, other)] == [1, 0]

    assert known not in noted_at(made)
    assert len(people_queries.named("Jan Vries")) == 2


def test_somebody_invited_who_is_typed_as_a_walk_in_is_no_walk_in(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    someone = factories.person("Vries", helix=Helix.RESEARCH).id
    inviting.invite(leader, made, person_ids=[someone])

    take(leader, made, {}, {0: WalkIn("", person_id=someone)})

    assert noted_at(made) == {someone: (PRESENT, Helix.RESEARCH, False)}


def test_a_walk_in_counts_for_no_helix_that_they_have_no_role_in(plan: Plan, leader: Actor) -> None:
    made = plan()
    someone = factories.person("Vries", helix=Helix.RESEARCH).id

    with pytest.raises(WalkInUnclear) as refused:
        take(leader, made, {}, {0: WalkIn("", person_id=someone, helix=Helix.BUSINESS)})

    assert refused.value.part == "helix"


def test_persons_of_another_project_do_not_exist(plan: Plan, leader: Actor) -> None:
    made = plan()
    other = factories.project("Ander project")
    with project_scope(other.id):
        stranger = factories.person("Vreemd").id

    with pytest.raises(NotFound):
        take(leader, made, {stranger: Noted(None, PRESENT)})
    with pytest.raises(NotFound):
        take(leader, made, {}, {0: WalkIn("", person_id=stranger)})

    assert noted_at(made) == {}


def test_that_attendance_was_taken_is_announced_if_it_changed_anything(
    plan: Plan, leader: Actor
) -> None:
    heard: list[int] = []
    made = plan()
    number = made.id
    someone = factories.person().id

    def hear(fact: AttendanceTaken) -> None:
        if fact.session_id == number:
            heard.append(fact.session_id)

    events.react(AttendanceTaken, hear)
    take(leader, made, {someone: Noted(None, PRESENT)})
    take(leader, made, {someone: Noted(None, PRESENT)})

    assert heard == [number]


def test_the_balance_counts_who_was_present_only(
    plan: Plan, leader: Actor, project: Project
) -> None:
    made = plan(targets={Helix.BUSINESS: 3})
    people = [factories.person(f"Proef{n}", helix=Helix.BUSINESS).id for n in range(3)]
    inviting.invite(leader, made, person_ids=people)
    statuses = [PRESENT, PRESENT, AttendanceStatus.NO_SHOW]
    marks = {one: Noted(None, status) for one, status in zip(people, statuses, strict=True)}

    take(leader, made, marks)

    business = next(one for one in sessions.balance_of(made).helixes if one.helix is Helix.BUSINESS)
    assert (business.invited, business.attended, business.short(business.attended)) == (3, 2, 1)
