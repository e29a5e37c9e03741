"""Planning a session: what is kept, and what is refused."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crm.core import audit, search
from crm.core.errors import Forbidden, Invalid, NotFound, StaleRecord
from crm.core.permissions import Actor, Role
from crm.design_sessions.models import (
    DesignPhase,
    EndsBeforeStart,
    LinkUnusable,
    PhaseOfOtherKind,
    SessionKind,
)
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting, planning
from crm.design_sessions.services.planning import LocalTime
from crm.design_sessions.values.local_times import HourDoesNotExist, HourHappensTwice, Occurrence
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests.design_sessions.conftest import Plan, details


def at(text: str, occurrence: Occurrence | None = None) -> LocalTime:
    return LocalTime(datetime.fromisoformat(text), occurrence)


def test_what_the_clock_says_is_kept_beside_the_moment(plan: Plan) -> None:
    made = plan(starts=at("2027-07-01T14:00"), ends=at("2027-07-01T16:00"))

    assert made.starts_local == "2027-07-01T14:00"
    assert made.starts_at == datetime(2027, 7, 1, 12, 0, tzinfo=UTC)


def test_an_end_before_the_start_is_refused_beside_the_end(plan: Plan) -> None:
    with pytest.raises(EndsBeforeStart) as refused:
        plan(starts=at("2027-05-04T14:00"), ends=at("2027-05-04T13:59"))

    assert refused.value.field == "ends_time"


@pytest.mark.parametrize(("which", "field"), [("starts", "starts_time"), ("ends", "ends_time")])
def test_an_hour_that_does_not_exist_is_refused_beside_its_field(
    plan: Plan, which: str, field: str
) -> None:
    times = {"starts": at("2027-03-28T01:00"), "ends": at("2027-03-28T04:00")}

    with pytest.raises(HourDoesNotExist) as refused:
        plan(**{**times, which: at("2027-03-28T02:30")})

    assert refused.value.field == field


def test_an_hour_that_comes_twice_asks_which_one_beside_its_field(plan: Plan) -> None:
    with pytest.raises(HourHappensTwice) as refused:
        plan(starts=at("2027-10-31T01:00"), ends=at("2027-10-31T02:30"))

    assert refused.value.field == "ends_occurrence"


def test_the_second_of_two_hours_lies_behind_the_first(plan: Plan) -> None:
    made = plan(
        starts=at("2027-10-31T02:45", Occurrence.FIRST),
        ends=at("2027-10-31T02:15", Occurrence.SECOND),
    )

    assert (made.ends_at - made.starts_at).total_seconds() == 30 * 60


def test_only_a_design_session_has_a_phase(plan: Plan) -> None:
    assert plan(phase=DesignPhase.DEFINE).phase is DesignPhase.DEFINE
    with pytest.raises(PhaseOfOtherKind):
        plan(kind=SessionKind.DECISION, phase=DesignPhase.DEFINE)


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//elsewhere"])
def test_a_link_that_is_no_web_address_is_refused(plan: Plan, link: str) -> None:
    with pytest.raises(LinkUnusable):
        plan(link=link)


def test_a_refused_session_leaves_nothing_behind(plan: Plan, project: Project) -> None:
    with pytest.raises(Invalid):
        plan(link="javascript:alert(1)")

    assert sessions.sessions(sessions.upcoming(sessions.SessionFilter())) == []
    assert sessions.years() == []


def test_targets_can_be_set_changed_and_taken_away(plan: Plan, leader: Actor) -> None:
    made = plan(targets={Helix.BUSINESS: 3, Helix.RESEARCH: 2})

    planning.edit_session(
        leader,
        made,
        details=details(targets={Helix.BUSINESS: 4, Helix.GOVERNMENT: 1}),
        revision=made.revision,
    )

    assert made.wanted == {Helix.BUSINESS: 4, Helix.GOVERNMENT: 1}


def test_the_second_of_two_editors_is_told(plan: Plan, leader: Actor) -> None:
    made = plan()
    before = made.revision
    planning.edit_session(leader, made, details=details("Eerste"), revision=before)

    with pytest.raises(StaleRecord):
        planning.edit_session(leader, made, details=details("Tweede"), revision=before)

    assert made.title == "Eerste"


def test_changing_only_a_target_counts_as_a_change(plan: Plan, leader: Actor) -> None:
    made = plan()
    before = made.revision
    planning.edit_session(
        leader, made, details=details(targets={Helix.BUSINESS: 1}), revision=before
    )

    with pytest.raises(StaleRecord):
        planning.edit_session(leader, made, details=details("Tweede"), revision=before)


def test_a_reviewer_arranges_nothing(plan: Plan, project: Project, leader: Actor) -> None:
    made = plan()
    reviewer = replace(leader, role=Role.REVIEWER)

    with pytest.raises(Forbidden):
        planning.add_session(reviewer, project, details=details())
    with pytest.raises(Forbidden):
        planning.edit_session(reviewer, made, details=details(), revision=made.revision)
    with pytest.raises(Forbidden):
        inviting.invite(reviewer, made, person_ids=[])
    with pytest.raises(Forbidden):
        attending.record_attendance(reviewer, made, marks=[])


@pytest.mark.parametrize("session_id", [0, 999_999, 2**31, 2**70])
def test_a_session_that_is_not_there_is_not_found(project: Project, session_id: int) -> None:
    with pytest.raises(NotFound):
        sessions.design_session(session_id)


def test_a_session_is_found_by_title_place_and_goal(plan: Plan) -> None:
    made = plan("Spelen in Lariks", place="Wijkgebouw De Zuidstee", goal="Ideeën verzamelen")

    for words in ("larik", "zuidstee", "ideeen verz"):
        assert search.found("session", words) == [made.id]


def test_planning_stands_in_the_trail(plan: Plan, project: Project) -> None:
    plan()

    assert audit.broken_entry(project.id) is None
