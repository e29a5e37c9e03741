"""The page of a session as answers come: balance, lists by answer, work to do, and its steps."""

import re

import pytest
from flask.testing import FlaskClient

from crm.core import clock
from crm.core.db import unit_of_work
from crm.core.permissions import Actor, Role
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    DesignSession,
    Invitation,
)
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.services import inviting, planning
from crm.projects.models import Project
from crm.stakeholders.models import Email, Helix
from crm.stakeholders.values.addresses import email_key
from tests import factories, pages
from tests.design_sessions.conftest import Plan

Y, M, N, NONE, W = Answer.YES, Answer.MAYBE, Answer.NO, Answer.NONE, Answer.WAITING


@pytest.fixture
def at(project: Project) -> str:
    return f"/projects/{project.slug}/sessions"


def answered(planned: DesignSession, actor: Actor, **by_name: Answer) -> dict[str, Invitation]:
    """Invite people with these surnames for business, who answered so."""
    return answered_for(Helix.BUSINESS, planned, actor, **by_name)


def answered_for(
    helix: Helix, planned: DesignSession, actor: Actor, **by_name: Answer
) -> dict[str, Invitation]:
    """Invite people with these surnames, who answered so."""
    people = {name: factories.person(name, helix=helix) for name in by_name}
    inviting.invite(actor, planned, person_ids=[one.id for one in people.values()])
    listed = {one.person_id: one for one in people_queries.invitations_of(planned)}
    found = {name: listed[one.id] for name, one in people.items()}
    with unit_of_work(actor, "tests.answer"):
        for name, answer in by_name.items():
            found[name].answer = answer
            found[name].waiting_since = planned.created_at if answer is W else None
    return found


def page_of(client: FlaskClient, address: str) -> str:
    return pages.text_of(client.get(address))


def test_a_planner_sees_which_helix_is_short_of_a_yes(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan(targets={Helix.BUSINESS: 3}, capacity=10)
    answered(planned, leader, Ja=Y, Misschien=M, Nee=N, Stil=NONE)

    shown = page_of(planner, f"{at}/{planned.id}/answers")

    said_yes = shown[shown.index("People who said yes") :]
    assert "Business 1 3 2" in said_yes
    assert "Business: 2 short of 3" in said_yes
    assert "Said yes: 1 Places: 10 Free: 9" in shown


def test_more_than_fit_in_is_said(planner: FlaskClient, at: str, plan: Plan, leader: Actor) -> None:
    planned = plan(capacity=1)
    answered(planned, leader, Een=Y, Twee=Y, Drie=Y)

    assert "2 over capacity" in page_of(planner, f"{at}/{planned.id}")


def test_the_list_is_narrowed_by_answer_in_the_address(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    answered(planned, leader, Jaap=Y, Mies=M, Nico=N, Stil=NONE, Wacht=W, Weg=Answer.REVOKED)

    everything = page_of(planner, f"{at}/{planned.id}")
    by_answer = {
        one: page_of(planner, f"{at}/{planned.id}?answer={one}")
        for one in ("yes", "maybe", "no", "none", "waiting", "gone", "nonsense")
    }

    assert "Everybody 5 Yes 1 Maybe 1 No 1 No answer yet 1 Waiting list 1 Off the list 1" in (
        everything
    )
    names = ("Jaap", "Mies", "Nico", "Stil", "Wacht", "Weg")
    for one, name in zip(by_answer, names, strict=False):
        assert [other for other in names if other in by_answer[one]] == [name]
    assert "Weg" not in by_answer["nonsense"]


def test_the_waiting_list_shows_whose_turn_it_is_by_which_rule(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan(capacity=1)
    answered(planned, leader, Eerste=W, Tweede=W)

    shown = page_of(planner, f"{at}/{planned.id}?answer=waiting")

    assert "Rule: Who waits longest goes first" in shown
    assert re.search(r"1 Eerste, Ans .* 2 Tweede, Ans", shown)


def test_a_reviewer_sees_answers_and_can_do_nothing(
    reviewer: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered_for(Helix.END_USERS, planned, leader, Jaap=Y)["Jaap"]

    shown = reviewer.get(f"{at}/{planned.id}?answer=yes").text

    assert "Jaap" not in shown
    assert "take-off" not in shown
    for end in ("calls", "needs", "cancel", "copy"):
        assert reviewer.get(f"{at}/{planned.id}/{end}").status_code == 403
    address = f"{at}/{planned.id}/invitations/{found.id}/take-off"
    assert pages.post(reviewer, address, form_at="/").status_code == 403


def to_be_written(invitation: Invitation, actor: Actor, address: str) -> None:
    """Let somebody have an address, and have answered by themselves."""
    with unit_of_work(actor, "tests.address"):
        invitation.person.emails.append(Email(address=address, address_key=email_key(address)))
        invitation.answered_at, invitation.answered_by = clock.now(), AnsweredBy.LINK


def test_before_a_change_it_is_said_how_many_are_told_and_who_has_to_be_called(
    planner: FlaskClient, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y, Mies=M, Nico=N)
    to_be_written(found["Jaap"], leader, "jaap@kring.example")

    shown = page_of(planner, f"{at}/{planned.id}/edit")

    assert "1 person is told of it 10 minutes later" in shown
    assert "1 person knows of this session and gets no mail about it." in shown
    assert "Ans Mies (no ground to write)" in shown
    assert "Ans Nico (" not in shown


def test_who_does_not_read_that_a_session_is_off_stands_on_its_page(
    planner: FlaskClient, client: FlaskClient, project: Project, at: str, plan: Plan, leader: Actor
) -> None:
    planned = plan()
    found = answered(planned, leader, Jaap=Y, Mies=Y)
    to_be_written(found["Jaap"], leader, "jaap@kring.example")

    before = page_of(planner, f"{at}/{planned.id}/cancel")
    planning.cancel_session(leader, planned)
    after = page_of(planner, f"{at}/{planned.id}")

    told = "knows of this session and gets no mail about it. Call them. Ans Mies"
    assert "1 person is told at once" in before
    assert told in before
    assert "1 person does not know of this and cannot be written to." in after
    factories.sign_in(client, factories.member(project, Role.REVIEWER))
    assert "cannot be written to" not in page_of(client, f"{at}/{planned.id}")


def test_a_session_with_nobody_on_its_list_does_not_say_that_everybody_answered(
    planner: FlaskClient, at: str, plan: Plan
) -> None:
    shown = page_of(planner, f"{at}/{plan().id}")

    assert "Nobody is invited yet." in shown
    assert "Whoever is invited got an invitation." not in shown
    assert "Here you follow who comes." in shown
    assert "(done)" not in shown
