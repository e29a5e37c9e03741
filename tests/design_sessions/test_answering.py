"""Answering: by link or by telephone, until the deadline, and never for another time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.errors import Forbidden, NotFound
from crm.core.permissions import Actor, system
from crm.design_sessions.models import (
    Answer,
    AnsweredBy,
    AnswerEvent,
    DesignSession,
    Invitation,
)
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.rules.links import answer_token
from crm.design_sessions.services import answering, inviting, planning
from crm.design_sessions.services.answering import (
    AnswersClosed,
    NotInvited,
    SessionCancelled,
    SessionFull,
    TimeChanged,
    WithdrawScope,
)
from crm.stakeholders.models import Helix
from tests import factories
from tests.design_sessions.conftest import Plan


def invited(made: DesignSession, leader: Actor, number: int = 1) -> list[Invitation]:
    people = [factories.person(f"Proef{one}", helix=Helix.BUSINESS).id for one in range(number)]
    inviting.invite(leader, made, person_ids=people)
    return people_queries.invitations_of(made)


def say(one: Invitation, given: Answer, *, seen: int | None = None) -> Answer:
    sequence = one.design_session.sequence if seen is None else seen
    actor = answering.link_actor(one)
    answering.answer(actor, one, answer=given, by=AnsweredBy.LINK, seen_sequence=sequence)
    return one.answer


def events(one: Invitation) -> list[tuple[Answer, Answer]]:
    statement = (
        select(AnswerEvent).where(AnswerEvent.invitation_id == one.id).order_by(AnswerEvent.id)
    )
    return [(event.before, event.after) for event in session().scalars(statement)]


def change(made: DesignSession, **values: object) -> None:
    with unit_of_work(system(made.project_id), "tests.change"):
        for name, value in values.items():
            setattr(made, name, value)


def test_an_answer_can_be_changed_and_the_same_one_twice_is_one(plan: Plan, leader: Actor) -> None:
    (one,) = invited(plan(), leader)

    for given in (Answer.YES, Answer.YES, Answer.MAYBE, Answer.NO, Answer.NO):
        say(one, given)

    assert events(one) == [
        (Answer.NONE, Answer.YES),
        (Answer.YES, Answer.MAYBE),
        (Answer.MAYBE, Answer.NO),
    ]
    assert one.answered_by is AnsweredBy.LINK


def test_maybe_holds_no_place_and_does_not_count_as_coming(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second = invited(made, leader, 2)

    say(first, Answer.MAYBE)

    assert say(second, Answer.YES) is Answer.YES
    assert sessions.balance_of(made).accepted == 1
    assert answers.seats(made).held == 1


def test_yes_to_a_full_session_waits_or_is_refused_where_there_is_no_list(
    plan: Plan, leader: Actor
) -> None:
    made = plan(capacity=1)
    first, second, third = invited(made, leader, 3)
    say(first, Answer.YES)

    waits = say(second, Answer.YES)
    change(made, has_waiting_list=False)
    with pytest.raises(SessionFull):
        say(third, Answer.YES)

    assert waits is Answer.WAITING
    assert second.lot is not None
    assert third.answer is Answer.NONE


def test_a_page_from_before_a_change_of_time_is_refused(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = invited(made, leader)
    change(made, sequence=1)

    with pytest.raises(TimeChanged):
        say(one, Answer.YES, seen=0)

    assert one.answer is Answer.NONE


def test_no_answers_by_link_after_the_deadline_but_a_planner_can_note_one(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    (one,) = invited(made, leader)
    change(made, answer_until=made.starts_at - timedelta(days=2))

    with clock.frozen(made.starts_at - timedelta(days=1)):
        with pytest.raises(AnswersClosed):
            say(one, Answer.YES)
        answering.answer(leader, one, answer=Answer.YES, by=AnsweredBy.PLANNER, seen_sequence=0)

    assert one.answered_by is AnsweredBy.PLANNER
    assert one.answer is Answer.YES


def test_no_answers_once_it_has_begun_or_answers_are_closed(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = invited(made, leader)

    with clock.frozen(made.starts_at), pytest.raises(AnswersClosed):
        say(one, Answer.YES)
    planning.close_answers(leader, made)
    with pytest.raises(AnswersClosed):
        say(one, Answer.YES)
    planning.open_answers(leader, made)

    assert say(one, Answer.YES) is Answer.YES


def test_a_cancelled_session_takes_no_answers_until_it_goes_on(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = invited(made, leader)

    planning.cancel_session(leader, made, reason="The hall has burnt down")
    with pytest.raises(SessionCancelled):
        say(one, Answer.YES)
    planning.reopen_session(leader, made)

    assert made.sequence == 2
    assert say(one, Answer.YES) is Answer.YES


def test_nobody_notes_the_answer_of_another_without_the_right_to(plan: Plan, leader: Actor) -> None:
    (one,) = invited(plan(), leader)

    with pytest.raises(Forbidden):
        answering.answer(
            answering.link_actor(one),
            one,
            answer=Answer.YES,
            by=AnsweredBy.PLANNER,
            seen_sequence=0,
        )


def test_a_link_opens_its_invitation_and_no_other(plan: Plan, leader: Actor) -> None:
    first, second = invited(plan(), leader, 2)
    token = answer_token(first)

    assert answers.invitation_by_link(token).id == first.id
    for wrong in (
        "",
        "x",
        "\0",
        "é.x",
        token[:-1],
        token.replace(first.public_name, second.public_name),
    ):
        with pytest.raises(NotFound):
            answers.invitation_by_link(wrong)


def test_who_is_taken_off_the_list_has_no_link_and_gets_a_new_one_when_invited_again(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    (one,) = invited(made, leader)
    say(one, Answer.YES)
    old = answer_token(one)

    inviting.change_invited(leader, made, helixes={}, removed=[one.person_id])
    with pytest.raises(NotFound):
        answers.invitation_by_link(old)
    assert people_queries.invitations_of(made) == []
    assert sessions.balance_of(made).invited == 0
    assert [standing for _who, standing in answers.gone(leader, made)] == [Answer.REVOKED]
    inviting.invite(leader, made, person_ids=[one.person_id])

    with pytest.raises(NotFound):
        answers.invitation_by_link(old)
    assert answers.invitation_by_link(answer_token(one)).answer is Answer.NONE


def test_nothing_is_kept_of_who_was_never_written_to(plan: Plan, leader: Actor) -> None:
    made = plan()
    (one,) = invited(made, leader)

    inviting.change_invited(leader, made, helixes={}, removed=[one.person_id])

    assert answers.all_invitations(made) == []


def test_who_withdraws_frees_the_place_and_is_not_invited_again_by_a_filter(
    plan: Plan, leader: Actor
) -> None:
    made = plan(capacity=1)
    first, second = invited(made, leader, 2)
    say(first, Answer.YES)
    say(second, Answer.YES)

    answering.withdraw(answering.link_actor(first), first, scope=WithdrawScope.SESSION)

    assert second.answer is Answer.OFFERED
    assert inviting.invite(leader, made, person_ids=[first.person_id]) == 0
    with pytest.raises(NotInvited):
        say(first, Answer.YES)
    planning.reinvite(leader, first)
    assert say(first, Answer.YES) is Answer.WAITING


def test_who_wants_nothing_of_the_project_leaves_all_coming_sessions(
    plan: Plan, leader: Actor
) -> None:
    here, there = plan(), plan(day="2027-06-01")
    (one,) = invited(here, leader)
    inviting.invite(leader, there, person_ids=[one.person_id])

    answering.withdraw(answering.link_actor(one), one, scope=WithdrawScope.PROJECT)

    assert [people_queries.invitations_of(held) for held in (here, there)] == [[], []]
