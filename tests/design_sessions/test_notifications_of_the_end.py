"""Messages of a session that is cancelled or goes on, and of people who leave the list."""

import pytest

from crm.consent.services import note_objection
from crm.core import clock
from crm.core.mail import Priority, Reason, Withheld
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.services import answering, planning
from crm.design_sessions.services.answering import WithdrawScope
from crm.messages.models import MessageState
from crm.stakeholders.models import Objected
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import (
    content,
    deliver,
    edit,
    guests,
    messages,
    prepared,
    queued,
    say,
    send_invitations,
)

pytestmark = pytest.mark.usefixtures("words")


def answered_by_all(made: DesignSession, leader: Actor) -> list[Invitation]:
    everybody = guests(made, leader, 4)
    send_invitations(made)
    deliver()
    for one, given in zip(everybody, (Answer.YES, Answer.MAYBE, Answer.NO), strict=False):
        say(one, given)
    deliver()
    return everybody


def test_a_cancellation_reaches_all_but_who_said_no(plan: Plan, leader: Actor) -> None:
    made = plan()
    yes, maybe, _no, silent = answered_by_all(made, leader)

    told = planning.cancel_session(leader, made)

    assert told == 3
    assert {one.about_id for one in queued()} == {yes.id, maybe.id, silent.id}
    assert {one.priority for one in queued()} == {Priority.URGENT}
    with_item = next(one for one in queued() if one.about_id == yes.id)
    calendar = content(with_item).calendar
    assert calendar is not None
    assert b"METHOD:CANCEL" in calendar.data
    assert "gaat helaas niet door" in content(with_item).values["outcome"]
    assert planning.cancel_session(leader, made) == 0


def test_what_was_not_sent_yet_is_taken_back_when_a_session_is_cancelled(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    guests(made, leader)
    send_invitations(made)

    told = planning.cancel_session(leader, made)

    assert told == 0
    assert [one.state for one in messages()] == [MessageState.CANCELLED]


def test_a_session_that_goes_on_after_all_is_told_to_who_read_that_it_would_not(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    yes, maybe, _no, silent = answered_by_all(made, leader)
    planning.cancel_session(leader, made)
    deliver()

    told = planning.reopen_session(leader, made)

    assert told == 3
    assert {one.about_id for one in queued()} == {yes.id, maybe.id, silent.id}
    assert yes.reconfirm_sequence == made.sequence
    again = next(one for one in queued() if one.about_id == yes.id)
    said = content(again)
    assert said.values["old_when"] == "afgezegd"
    assert said.calendar is not None
    assert b"METHOD:REQUEST" in said.calendar.data
    assert b"SEQUENCE:2" in said.calendar.data


def test_a_cancellation_undone_before_it_was_sent_is_no_news(plan: Plan, leader: Actor) -> None:
    made = plan()
    answered_by_all(made, leader)

    planning.cancel_session(leader, made)
    told = planning.reopen_session(leader, made)

    assert told == 0
    assert queued() == []


def test_cancelled_once_more_before_the_news_that_it_goes_on_is_no_news(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    answered_by_all(made, leader)
    planning.cancel_session(leader, made)
    deliver()
    planning.reopen_session(leader, made)

    told = planning.cancel_session(leader, made)

    assert told == 0
    assert queued() == []


def test_another_time_while_the_news_that_it_goes_on_waits_says_both(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    answered_by_all(made, leader)
    planning.cancel_session(leader, made)
    deliver()
    planning.reopen_session(leader, made)

    told = edit(leader, made, day="2027-05-05")

    said = content(queued()[0]).values
    assert told == 3
    assert "gaat toch door" in said["words"]
    assert "4 mei" in said["old_when"]


def test_who_is_taken_off_the_list_hears_only_if_they_would_come(plan: Plan, leader: Actor) -> None:
    made = plan()
    yes, maybe, _no, silent = answered_by_all(made, leader)

    for one in (yes, maybe, silent):
        planning.uninvite(leader, one)

    (told,) = queued()
    said = content(told)
    assert told.about_id == yes.id
    assert "staat niet meer op de lijst" in said.values["outcome"]
    assert said.calendar is not None
    assert said.calendar.method == "CANCEL"
    planning.reinvite(leader, yes)
    assert prepared(told) == Withheld(Reason.OUTDATED)


def test_who_objects_gets_nothing_any_more_and_frees_the_place(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second = guests(made, leader, 2)
    say(first, Answer.YES)
    say(second, Answer.YES)
    deliver()

    answering.withdraw(answering.link_actor(first), first, scope=WithdrawScope.EVERYTHING)
    told = planning.cancel_session(leader, made)

    assert (first.answer, second.answer) == (Answer.WITHDRAWN, Answer.WAITING)
    assert told == 1
    assert {one.about_id for one in queued()} == {second.id}


def test_an_objection_that_a_planner_notes_does_the_same(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second = guests(made, leader, 2)
    say(first, Answer.YES)
    say(second, Answer.YES)

    note_objection(leader, first.person, said=Objected(source="Aan de telefoon", at=clock.now()))

    assert (first.answer, second.answer) == (Answer.WITHDRAWN, Answer.OFFERED)
    assert {one.about_id for one in queued()} == {second.id}


def test_who_withdraws_from_a_session_has_it_taken_out_of_the_calendar(
    plan: Plan, leader: Actor
) -> None:
    one, other = guests(plan(), leader, 2)
    say(one, Answer.YES)
    deliver()

    for leaves in (one, other):
        scope = WithdrawScope.SESSION
        answering.withdraw(answering.link_actor(leaves), leaves, scope=scope)

    (told,) = queued()
    assert told.about_id == one.id
    calendar = content(told).calendar
    assert calendar is not None
    assert calendar.method == "CANCEL"


def test_who_was_taken_off_hears_it_though_the_session_is_cancelled_after(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    yes, *_others = answered_by_all(made, leader)

    planning.uninvite(leader, yes)
    planning.cancel_session(leader, made)

    (told,) = [one for one in queued() if one.about_id == yes.id]
    calendar = content(told).calendar
    assert calendar is not None
    assert calendar.method == "CANCEL"


def test_what_changed_while_it_was_cancelled_is_told_when_it_goes_on(
    plan: Plan, leader: Actor
) -> None:
    made = plan()
    yes, *_others = answered_by_all(made, leader)

    planning.cancel_session(leader, made)
    edit(leader, made, day="2027-05-05")
    (cancellation, *_rest) = [one for one in queued() if one.about_id == yes.id]
    said = content(cancellation).values
    told = planning.reopen_session(leader, made)

    assert "4 mei" in said["when"]
    assert told == 3
    (change,) = [one for one in queued() if one.about_id == yes.id]
    assert "4 mei" in content(change).values["old_when"]
    assert "5 mei" in content(change).values["when"]
    assert content(change).values["words"] == ""
