"""A clock that jumps under a session: offers, reminders and invitations stay one for each event."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crm.core import clock
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services import planning
from crm.design_sessions.services.mailing import send
from crm.messages.services.batches import NobodyToSendTo, Sending
from tests.design_sessions import mailbox
from tests.design_sessions.conftest import Plan
from tests.design_sessions.test_answering import change
from tests.design_sessions.test_needs_and_proposals import run_job

pytestmark = pytest.mark.usefixtures("words")

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
START = datetime(2027, 4, 20, 8, tzinfo=UTC)
HERE = ZoneInfo("Europe/Amsterdam")
# The reminder of each is due in the night after which the clock says an hour more, or less.
NIGHTS = [("2027-03-29", "2027-03-28T07:00+00:00"), ("2027-11-01", "2027-10-31T08:00+00:00")]


def waiting(plan: Plan, leader: Actor) -> tuple[DesignSession, list[Invitation]]:
    """Plan a session with one place: one comes, two wait."""
    made = plan(capacity=1)
    people = mailbox.guests(made, leader, 3)
    for one in people:
        mailbox.say(one, Answer.YES)
    mailbox.deliver()
    return made, people


@pytest.mark.parametrize("jumps", [(50, -50), (-50, 50), (1, -1), (-1, 1)])
def test_a_free_place_is_one_offer_whatever_the_clock_does(
    plan: Plan, leader: Actor, jumps: tuple[int, int]
) -> None:
    now = START
    with clock.frozen(now):
        made, people = waiting(plan, leader)
        mailbox.say(people[0], Answer.NO)

    for hours in (*jumps, 49, 49):
        now += hours * HOUR
        with clock.frozen(now):
            run_job("design_sessions.lapse_offers")
            held = answers.seats(made).held
            standing = [one for one in people if one.answer is Answer.OFFERED]
            mailbox.deliver()
        assert held <= 1
        assert len(standing) <= 1

    offers = mailbox.messages(Purpose.OFFER)
    assert [one.answer for one in people[1:]] == [Answer.LAPSED] * 2
    assert sorted(one.about_id or 0 for one in offers) == [people[1].id, people[2].id]


@pytest.mark.parametrize(("day", "due"), NIGHTS)
def test_reminders_of_the_night_in_which_the_clock_changes_leave_once_and_by_day(
    plan: Plan, leader: Actor, day: str, due: str
) -> None:
    due_at = datetime.fromisoformat(due)
    made = plan(day=day)
    change(made, reminder_days=1)
    mailbox.guests(made, leader)
    with clock.frozen(due_at - 20 * DAY):
        mailbox.send_invitations(made)
        mailbox.deliver()
    found = []

    for moment in (due_at - HOUR, due_at, due_at + 3 * HOUR, due_at - HOUR, due_at + 13 * HOUR):
        with clock.frozen(moment):
            run_job("design_sessions.remind")
        found.append(len(mailbox.messages(Purpose.REMINDER)))

    assert due_at.astimezone(HERE).hour == 9
    assert found == [0, 1, 1, 1, 1]


@pytest.mark.parametrize("jump", [-DAY, -5 * HOUR, 5 * HOUR, 10 * HOUR])
def test_a_reminder_that_the_clock_jumped_over_leaves_once_and_never_at_night(
    plan: Plan, leader: Actor, jump: timedelta
) -> None:
    due_at = datetime(2027, 5, 1, 7, tzinfo=UTC)
    made = plan()
    change(made, reminder_days=3)
    mailbox.guests(made, leader)
    with clock.frozen(due_at - 20 * DAY):
        mailbox.send_invitations(made)
        mailbox.deliver()
    queued_at: set[datetime] = set()

    for moment in (due_at - HOUR + jump, due_at + jump, due_at + HOUR, due_at + 24 * HOUR - HOUR):
        with clock.frozen(moment):
            run_job("design_sessions.remind")
        queued_at |= {one.queued_at for one in mailbox.messages(Purpose.REMINDER)}

    [left] = queued_at
    assert 8 <= left.astimezone(HERE).hour < 20
    assert len(mailbox.messages(Purpose.REMINDER)) == 1


@pytest.mark.parametrize("jump", [3 * HOUR, -3 * HOUR, HOUR, -HOUR])
def test_nobody_is_invited_twice_because_the_clock_was_set_back(
    plan: Plan, leader: Actor, jump: timedelta
) -> None:
    made, now = plan(), START
    [one] = mailbox.guests(made, leader)
    with clock.frozen(now + jump):
        send(leader, made, purpose=Purpose.INVITE, how=Sending("first"))
        mailbox.deliver()
        planning.uninvite(leader, one)
        planning.reinvite(leader, one)

    with clock.frozen(now):
        send(leader, made, purpose=Purpose.INVITE, how=Sending("second"))
        mailbox.deliver()
        left = mailing(made, Purpose.INVITE).selection.to
        with pytest.raises(NobodyToSendTo):
            send(leader, made, purpose=Purpose.INVITE, how=Sending("third"))

    assert left == []
    assert len(mailbox.messages(Purpose.INVITE)) == 2


@pytest.mark.parametrize("jump", [3 * HOUR, -3 * HOUR])
def test_a_change_is_told_once_though_the_clock_jumps_while_it_waits(
    plan: Plan, leader: Actor, jump: timedelta
) -> None:
    made, now = plan(), START
    mailbox.guests(made, leader)
    with clock.frozen(now):
        mailbox.send_invitations(made)
        mailbox.deliver()
        mailbox.edit(leader, made, day="2027-05-05")

    for moment in (now + jump, now, now + jump):
        with clock.frozen(moment):
            mailbox.deliver()
    with clock.frozen(now + 11 * timedelta(minutes=1)):
        mailbox.deliver()

    assert mailbox.queued() == []
    assert len(mailbox.messages(Purpose.CHANGE)) == 1
