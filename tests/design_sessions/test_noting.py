"""Noting what somebody says by phone or mail, also who had answered before."""

import pytest
from flask.testing import FlaskClient

from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, AnsweredBy, DesignSession, Invitation
from crm.design_sessions.services import answering, planning
from crm.projects.models import Project
from tests import pages
from tests.design_sessions import own_page
from tests.design_sessions.conftest import Plan, anew


@pytest.fixture
def planned(plan: Plan) -> DesignSession:
    return plan(capacity=1)


@pytest.fixture
def noa(planned: DesignSession, leader: Actor) -> Invitation:
    """Somebody who said yes by her link."""
    made = own_page.invite(planned, leader, "Noa", "Lindeman", "noa@kring.example")
    by = answering.link_actor(made)
    answering.answer(by, made, answer=Answer.YES, by=AnsweredBy.LINK, seen_sequence=0)
    return made


@pytest.fixture
def at(project: Project, planned: DesignSession, noa: Invitation) -> str:
    return f"/projects/{project.slug}/sessions/{planned.id}/invitations/{noa.id}/answer"


def test_a_yes_that_becomes_a_no_on_the_phone_is_noted_and_kept_beside_it(
    planner: FlaskClient, noa: Invitation, at: str
) -> None:
    before = planner.get(at)

    done = pages.post(planner, at, {"answer": "no", "seen": "0"})

    after = pages.text_of(planner.get(at))
    assert 'value="yes"' in before.text.partition("checked")[2]
    assert done.status_code == 303
    anew()
    assert (noa.answer, noa.answered_by) == (Answer.NO, AnsweredBy.PLANNER)
    assert "It is now: No." in after
    assert "No by a planner" in after
    assert "Yes by personal link" in after


def test_a_planner_notes_an_answer_after_the_answers_are_closed(
    planner: FlaskClient, planned: DesignSession, noa: Invitation, at: str, leader: Actor
) -> None:
    planning.close_answers(leader, planned)

    pages.post(planner, at, {"answer": "maybe", "seen": "0"})

    anew()
    assert noa.answer is Answer.MAYBE


@pytest.mark.parametrize(
    ("sent", "status", "words"),
    [
        ({"seen": "0"}, 400, "Choose one of these answers."),
        ({"answer": "offered", "seen": "0"}, 400, "Choose one of these answers."),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_field(
    planner: FlaskClient, noa: Invitation, at: str, sent: dict[str, str], status: int, words: str
) -> None:
    refused = pages.post(planner, at, sent)

    assert refused.status_code == status
    assert words in pages.text_of(refused)
    anew()
    assert noa.answer is Answer.YES


def test_a_page_from_before_a_change_of_time_notes_nothing(
    planner: FlaskClient, planned: DesignSession, noa: Invitation, at: str, leader: Actor
) -> None:
    planning.cancel_session(leader, planned)
    planning.reopen_session(leader, planned)

    refused = pages.post(planner, at, {"answer": "no", "seen": "0"})

    assert refused.status_code == 409
    anew()
    assert noa.answer is Answer.YES


def test_who_is_off_the_list_and_what_is_cancelled_is_said_in_place_of_the_question(
    planner: FlaskClient, planned: DesignSession, noa: Invitation, at: str, leader: Actor
) -> None:
    planning.uninvite(leader, noa)
    off = pages.text_of(planner.get(at))
    planning.cancel_session(leader, planned)
    cancelled = pages.text_of(planner.get(at))

    assert "Noa Lindeman is off the list." in off
    assert "Note this answer" not in off
    assert "This session is cancelled" in cancelled


def test_the_list_of_people_leads_there(
    planner: FlaskClient, project: Project, planned: DesignSession, at: str
) -> None:
    assert at in planner.get(f"/projects/{project.slug}/sessions/{planned.id}").text
