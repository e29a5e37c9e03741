"""Who is reminded was invited first, and reminders that were planned move along with a session."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm.core import clock
from crm.core.db import session
from crm.core.mail import Purpose, Reason, Withheld
from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services import mailing as sending
from crm.design_sessions.services.inviting import Said, note_call
from crm.design_sessions.services.planning import LocalTime
from crm.messages.models import MessageBatch, MessageState, OutboxMessage
from crm.messages.queries.batches import progress_of
from crm.messages.rules.progress import Phase, phase_of
from crm.messages.services.batches import NobodyToSendTo, Sending, moment
from crm.projects.models import Project
from tests import pages
from tests.depth import examples
from tests.design_sessions.conftest import Plan, anew
from tests.design_sessions.mailbox import (
    deliver,
    edit,
    guests,
    messages,
    page_of,
    prepared,
    queued,
    say,
    take,
    to,
    without,
)
from tests.messages.batching import bring

HERE = "Europe/Amsterdam"
DAY = date(2027, 5, 4)
ZONES = (HERE, "America/New_York", "Asia/Tokyo")


def at(local: str) -> datetime:
    return datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(HERE))


def send(made: DesignSession, purpose: Purpose, key: str, **more: object) -> MessageBatch:
    who = Actor(None, "", project_id=made.project_id, is_system=True)
    return sending.send(who, made, purpose=purpose, how=Sending(key, **more))  # type: ignore[arg-type]  # a test names what it needs


def asked(plan: Plan, leader: Actor, number: int = 3) -> tuple[DesignSession, list[Invitation]]:
    """Plan a session on 4 May at 14:00 to which people got an invitation on 1 April."""
    made = plan()
    everybody = guests(made, leader, number)
    with clock.frozen(at("2027-04-01T10:00")):
        send(made, Purpose.INVITE, f"invite {made.id}")
        deliver()
    return made, everybody


def test_nobody_is_reminded_of_an_invitation_that_has_not_left(
    plan: Plan, leader: Actor, planner: FlaskClient, project: Project
) -> None:
    made = plan()
    guests(made, leader, 10)
    send(made, Purpose.INVITE, "invite", not_before=clock.now() + timedelta(days=1))

    seen = pages.text_of(planner.get(page_of(project, made, "send-reminders")))
    sent = pages.post(
        planner, page_of(project, made, "send-reminders"), {"key": "rem", "when": "now"},
        form_at=page_of(project, made),
    )  # fmt: skip

    assert "0 people get it." in seen
    assert seen.count("no invitation has gone to them yet") == 10
    assert sent.status_code == 409
    anew()
    assert messages(Purpose.REMINDER) == []


def test_the_page_of_a_session_says_done_only_when_the_invitations_have_left(
    plan: Plan, leader: Actor, planner: FlaskClient, project: Project
) -> None:
    made = plan()
    guests(made, leader, 10)
    batch = send(made, Purpose.INVITE, "invite", not_before=clock.now() + timedelta(days=1))
    here = f"/projects/{project.slug}/sessions/{made.id}"

    before = pages.text_of(planner.get(here))
    phases = [phase_of(batch, progress_of([batch])[batch.id], clock.now())]
    deliver(at=batch.not_before)
    anew()
    after = pages.text_of(planner.get(here))
    phases.append(phase_of(batch, progress_of([batch])[batch.id], clock.now()))

    assert "10 invitations wait to be sent." in before
    assert "Whoever is invited got an invitation." not in before
    assert "Whoever is invited got an invitation." in after
    assert phases == [Phase.SCHEDULED, Phase.FINISHED]


def test_an_invitation_that_came_back_takes_the_reminder_back_just_before_it_leaves(
    plan: Plan, leader: Actor
) -> None:
    made, (one, two, _three) = asked(plan, leader)
    send(made, Purpose.REMINDER, "rem", not_before=clock.now() + timedelta(days=1))
    reminders = queued(Purpose.REMINDER)

    bring(messages(Purpose.INVITE)[0], MessageState.BOUNCED)

    assert [message.about_id for message in reminders][:2] == [one.id, two.id]
    assert prepared(reminders[0]) == Withheld(Reason.NOT_INVITED)
    assert not isinstance(prepared(reminders[1]), Withheld)


def test_who_heard_of_it_by_phone_is_reminded(plan: Plan, leader: Actor) -> None:
    made = plan()
    called, silent = guests(made, leader, 2)
    note_call(leader, called, said=Said.MAYBE, seen_sequence=0)

    who = mailing(made, Purpose.REMINDER)

    assert to(who) == [called.person.surname]
    assert without(who) == {silent.person.surname: Reason.NOT_INVITED}
    say(called, Answer.YES)
    with pytest.raises(NobodyToSendTo):
        send(made, Purpose.REMINDER, "rem")


def test_planned_reminders_keep_their_hour_before_the_session_and_none_is_sent_twice(
    plan: Plan, leader: Actor
) -> None:
    made, everybody = asked(plan, leader)
    with clock.frozen(at("2027-04-02T10:00")):
        batch = send(made, Purpose.REMINDER, "rem", not_before=at("2027-05-02T09:30"))
        edit(leader, made, day="2027-11-10")  # the clock goes back in between
        moved = {one.not_before for one in queued(Purpose.REMINDER)}
        sequences = {one.sequence for one in queued(Purpose.REMINDER)}

    with clock.frozen(at("2027-11-08T09:30")):
        assert batch.not_before == clock.now()
        deliver()
        edit(leader, made, day="2027-11-20")

    assert moved == {at("2027-11-08T09:30")}
    assert sequences == {1}
    sent = messages(Purpose.REMINDER)
    assert {one.about_id for one in sent} == {one.id for one in everybody}
    assert {one.state for one in sent} == {MessageState.ACCEPTED}


def test_a_moment_that_has_been_becomes_soon_and_is_found_again_when_it_lies_ahead(
    plan: Plan, leader: Actor
) -> None:
    made, _everybody = asked(plan, leader)
    with clock.frozen(at("2027-04-10T10:00")):
        send(made, Purpose.REMINDER, "rem", not_before=at("2027-05-01T09:30"))
        edit(leader, made, day="2027-04-12")
        soon = {one.not_before for one in queued(Purpose.REMINDER)}
        edit(leader, made, day="2027-06-04")
        again = {one.not_before for one in queued(Purpose.REMINDER)}

    assert soon == {at("2027-04-10T10:10")}
    assert again == {at("2027-06-01T09:30")}


def test_another_place_leaves_the_hour_of_reminders_and_their_words_tell_it(
    plan: Plan, leader: Actor
) -> None:
    made, _everybody = asked(plan, leader)
    with clock.frozen(at("2027-04-10T10:00")):
        send(made, Purpose.REMINDER, "rem", not_before=at("2027-05-01T09:30"))
        edit(leader, made, place="De Zuidstee")
        [first, *_others] = queued(Purpose.REMINDER)
        said = prepared(first)

    assert first.not_before == at("2027-05-01T09:30")
    assert not isinstance(said, Withheld)
    assert said.values["where"] == "De Zuidstee"


MOVES = st.lists(
    st.tuples(st.integers(0, 400), st.integers(4, 21), st.sampled_from(ZONES), st.booleans()),
    min_size=1,
    max_size=4,
)


@settings(
    max_examples=examples(6),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(moves=MOVES, days=st.integers(1, 20), hour=st.integers(4, 20))
def test_wherever_a_session_moves_each_reminder_is_there_once_at_its_hour(
    plan: Plan, leader: Actor, moves: list[tuple[int, int, str, bool]], days: int, hour: int
) -> None:
    made, everybody = asked(plan, leader, 2)
    today = at("2027-04-02T10:00")
    planned = datetime.combine(DAY, time(hour)) - timedelta(days=days)
    ahead = datetime.combine(DAY, time(14)) - planned
    gone = 0
    with clock.frozen(today):
        send(made, Purpose.REMINDER, f"rem {made.id}", not_before=max(moment(planned, HERE), today))
        for offset, starts_hour, zone, leaves in moves:
            starts = datetime.combine(date(2027, 4, 4), time(starts_hour)) + timedelta(days=offset)
            edit(
                leader, made, zone=zone,
                starts=LocalTime(starts), ends=LocalTime(starts + timedelta(hours=1)),
            )  # fmt: skip
            waiting = [one for one in queued(Purpose.REMINDER) if of(made, one)]
            there = starts - ahead
            due = there.replace(tzinfo=ZoneInfo(zone))
            moments = [one.not_before for one in waiting]
            assert moments == [max(due, today + timedelta(minutes=10))] * (2 - gone)
            if leaves and waiting:
                take(waiting[0], prepared(waiting[0]), clock.now())
                gone += 1
    found = [one for one in messages(Purpose.REMINDER) if of(made, one)]
    assert sorted(one.about_id or 0 for one in found) == [one.id for one in everybody]


def of(made: DesignSession, message: OutboxMessage) -> bool:
    found = session().get(Invitation, message.about_id)
    return found is not None and found.design_session_id == made.id
