"""The invited list: who is on it, and for which helix."""

import pytest

from crm.core.db import project_scope, unit_of_work
from crm.core.errors import NotFound
from crm.core.permissions import Actor, system
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Mark
from crm.design_sessions.services.inviting import HelixNotHeld
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Person
from tests import factories
from tests.design_sessions.conftest import Plan


def questions(statements: list[str]) -> int:
    return sum(statement.startswith("SELECT") for statement in statements)


def invited(design_session: DesignSession) -> dict[int, Helix]:
    return {one.person_id: one.helix for one in people_queries.invitations_of(design_session)}


def in_two_helixes() -> Person:
    someone = factories.person("Tweerollen", helix=Helix.GOVERNMENT)
    university = factories.organisation("Hogeschool Proef", helix=Helix.RESEARCH)
    with unit_of_work(system(someone.project_id), "tests.role"):
        someone.affiliations.append(Affiliation(organisation=university, helix=Helix.RESEARCH))
    return someone


def test_people_are_invited_for_the_helix_of_their_main_role(plan: Plan, leader: Actor) -> None:
    someone = in_two_helixes()
    resident = factories.person("Bewoner")
    made = plan()

    count = inviting.invite(leader, made, person_ids=[someone.id, resident.id])

    assert count == 2
    assert invited(made) == {someone.id: Helix.GOVERNMENT, resident.id: Helix.END_USERS}


def test_inviting_twice_changes_nothing(plan: Plan, leader: Actor) -> None:
    someone = factories.person(helix=Helix.BUSINESS)
    made = plan()
    inviting.invite(leader, made, person_ids=[someone.id, someone.id])

    assert inviting.invite(leader, made, person_ids=[someone.id]) == 0
    assert len(people_queries.invitations_of(made)) == 1


def test_another_role_can_be_chosen(plan: Plan, leader: Actor) -> None:
    someone = in_two_helixes()
    made = plan()

    inviting.invite(leader, made, person_ids=[someone.id], helixes={someone.id: Helix.RESEARCH})
    inviting.change_invited(leader, made, helixes={someone.id: Helix.RESEARCH}, removed=[])

    assert invited(made) == {someone.id: Helix.RESEARCH}


def test_a_helix_that_somebody_has_no_role_in_is_refused(plan: Plan, leader: Actor) -> None:
    someone = in_two_helixes()
    made = plan()

    with pytest.raises(HelixNotHeld):
        inviting.invite(leader, made, person_ids=[someone.id], helixes={someone.id: Helix.BUSINESS})

    assert invited(made) == {}


def test_taking_somebody_off_the_list_keeps_that_they_came(plan: Plan, leader: Actor) -> None:
    someone = factories.person(helix=Helix.BUSINESS)
    made = plan()
    inviting.invite(leader, made, person_ids=[someone.id])
    mark = Mark(someone, AttendanceStatus.PRESENT, Helix.BUSINESS)
    attending.record_attendance(leader, made, marks=[mark])

    inviting.change_invited(leader, made, helixes={}, removed=[someone.id])
    inviting.change_invited(leader, made, helixes={}, removed=[someone.id])

    assert invited(made) == {}
    assert sessions.balance_of(made).attended == 1


def test_persons_of_another_project_do_not_exist(
    plan: Plan, leader: Actor, project: Project
) -> None:
    other = factories.project("Ander project")
    with project_scope(other.id):
        stranger = factories.person("Vreemd").id
    ours = factories.person("Eigen").id
    made = plan()

    for ids in ([stranger], [ours, stranger]):
        with pytest.raises(NotFound):
            inviting.invite(leader, made, person_ids=ids)
        with pytest.raises(NotFound):
            inviting.change_invited(leader, made, helixes={}, removed=ids)

    assert invited(made) == {}


def test_many_are_invited_with_as_many_questions_as_one(
    plan: Plan, leader: Actor, statements: list[str]
) -> None:
    few, many = plan("Klein"), plan("Groot")
    with factories.together():
        crowd = [factories.person(f"Proef{one}", helix=Helix.BUSINESS) for one in range(60)]
    people = [one.id for one in crowd]
    statements.clear()
    inviting.invite(leader, few, person_ids=people[:1])
    for_one = questions(statements)
    statements.clear()

    inviting.invite(leader, many, person_ids=people)

    assert questions(statements) == for_one
