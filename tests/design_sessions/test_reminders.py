"""Reminders by themselves: on one morning, of those who did not answer, and offers that lapse."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.core import clock
from crm.core.mail import Purpose, Reason, Withheld
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.services import planning
from tests.design_sessions.conftest import Plan
from tests.design_sessions.mailbox import (
    deliver,
    edit,
    guests,
    messages,
    prepared,
    queued,
    say,
    send_invitations,
)
from tests.design_sessions.test_answering import change
from tests.design_sessions.test_needs_and_proposals import run_job

HERE = ZoneInfo("Europe/Amsterdam")


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=HERE)


def asked(plan: Plan, leader: Actor, *, days: int = 3) -> tuple[DesignSession, list[Invitation]]:
    """Plan a session on 4 May to which four people were invited long before."""
    made = plan()
    change(made, reminder_days=days)
    everybody = guests(made, leader, 4)
    with clock.frozen(at("2027-04-01T10:00")):
        send_invitations(made)
        deliver()
        for one, given in zip(everybody, (Answer.YES, Answer.MAYBE, Answer.NO), strict=False):
            say(one, given)
        deliver()
    return made, everybody


def reminded(moment: str) -> list[int | None]:
    with clock.frozen(at(moment)):
        run_job("design_sessions.remind")
    return [one.about_id for one in messages(Purpose.REMINDER)]


def test_who_said_maybe_or_nothing_is_reminded_once_that_morning(plan: Plan, leader: Actor) -> None:
    _made, (_yes, maybe, _no, silent) = asked(plan, leader)

    before = reminded("2027-05-01T08:59")
    found = [reminded(moment) for moment in ("2027-05-01T09:00", "2027-05-01T15:00")]

    assert before == []
    assert found == [[maybe.id, silent.id], [maybe.id, silent.id]]


@pytest.mark.parametrize("moment", ["2027-05-02T09:00", "2027-05-01T20:00", "2027-05-04T14:00"])
def test_nobody_is_reminded_late_in_the_evening_or_of_the_past(
    plan: Plan, leader: Actor, moment: str
) -> None:
    asked(plan, leader)

    assert reminded(moment) == []


def test_a_worker_that_was_away_catches_up_the_next_morning(plan: Plan, leader: Actor) -> None:
    asked(plan, leader)

    assert len(reminded("2027-05-02T08:15")) == 2


def test_who_was_invited_a_moment_ago_is_not_reminded(plan: Plan, leader: Actor) -> None:
    made = plan()
    change(made, reminder_days=3)
    guests(made, leader)
    with clock.frozen(at("2027-05-01T08:00")):
        send_invitations(made)
        deliver()

    assert reminded("2027-05-01T09:00") == []


def test_a_session_that_moves_is_reminded_of_on_the_new_morning(plan: Plan, leader: Actor) -> None:
    made, _everybody = asked(plan, leader)
    with clock.frozen(at("2027-04-20T10:00")):
        edit(leader, made, day="2027-05-20")
    change(made, reminder_days=3)

    before = len(reminded("2027-05-01T09:00"))
    after = len(reminded("2027-05-17T09:00"))

    assert (before, after) == (0, 2)


def test_a_reminder_is_not_sent_to_who_answered_meanwhile_or_of_another_time(
    plan: Plan, leader: Actor
) -> None:
    made, (_yes, maybe, _no, silent) = asked(plan, leader)
    reminded("2027-05-01T09:00")
    of_maybe, of_silent = messages(Purpose.REMINDER)

    with clock.frozen(at("2027-05-01T09:01")):
        say(maybe, Answer.YES)
        answered = prepared(of_maybe)
        change(made, sequence=1)
        outdated = prepared(of_silent)

    assert silent.answer is Answer.NONE
    assert answered == Withheld(Reason.ANSWERED)
    assert outdated == Withheld(Reason.OUTDATED)


def test_a_cancelled_session_reminds_nobody(plan: Plan, leader: Actor) -> None:
    made, _everybody = asked(plan, leader)
    with clock.frozen(at("2027-04-20T10:00")):
        planning.cancel_session(leader, made)

    assert reminded("2027-05-01T09:00") == []


def test_offers_lapse_by_themselves_and_go_to_the_next(plan: Plan, leader: Actor) -> None:
    made = plan(capacity=1)
    first, second, third = guests(made, leader, 3)
    with clock.frozen(at("2027-04-01T10:00")):
        for one in (first, second, third):
            say(one, Answer.YES)
        say(first, Answer.NO)

    with clock.frozen(at("2027-04-03T10:00") - timedelta(seconds=1)):
        run_job("design_sessions.lapse_offers")
        before = (second.answer, third.answer)
    with clock.frozen(at("2027-04-03T10:00")):
        run_job("design_sessions.lapse_offers")

    assert before == (Answer.OFFERED, Answer.WAITING)
    assert (second.answer, third.answer) == (Answer.LAPSED, Answer.OFFERED)
    assert len(queued(Purpose.OFFER)) == 2
