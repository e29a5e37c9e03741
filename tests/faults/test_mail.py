"""Mail under faults: nothing is lost without a word, and nothing is doubled that must not be."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from crm.core import clock, leases, mail
from crm.core.db import unit_of_work
from crm.core.mail import Purpose, Reason
from crm.core.permissions import system
from crm.messages.jobs import claiming, results
from crm.messages.jobs.checking import check
from crm.messages.jobs.claiming import Claimed
from crm.messages.jobs.relay import Handover, Sealed
from crm.messages.models import DeliveryKind, MessageState, RelayState
from crm.messages.rules.server import lanes
from crm.messages.rules.server_replies import Reply, Stage, Verdict
from crm.messages.services import outbox
from crm.projects.models import Project
from tests.posting import Post, Said
from tests.smtp import DISCONNECT, TAKE_AND_DISCONNECT, Sink

pytestmark = pytest.mark.usefixtures("server", "project")

LATER = leases.LEASE + timedelta(seconds=1)


def claimed_by(post: Post, owner: str) -> Claimed:
    (claimed,) = claiming.claim(post.database, owner, lanes()[0], 1)
    return claimed


def begun_by(post: Post, owner: str) -> tuple[Claimed, Sealed]:
    claimed = claimed_by(post, owner)
    sealed = check(post.database, claimed)
    assert isinstance(sealed, Sealed)
    assert results.begin(post.database, claimed, sealed)
    return claimed, sealed


def test_a_connection_lost_before_the_data_is_tried_again(post: Post, sink: Sink) -> None:
    sink.answer("RCPT", DISCONNECT)
    message_id = post.put()

    post.work()
    message = post.message(message_id)
    state, attempts = message.state, message.attempts
    with clock.frozen(message.not_before):
        post.work()

    assert (state, attempts) == (MessageState.QUEUED, 1)
    assert post.message(message_id).state is MessageState.ACCEPTED
    assert len(sink.arrived) == 1


def test_an_invitation_lost_at_the_last_moment_is_sent_once_more_with_equal_bytes(
    post: Post, sink: Sink
) -> None:
    sink.answer("DATA", TAKE_AND_DISCONNECT)
    message_id = post.put()

    post.work()

    first, second = sink.arrived
    assert first.data == second.data
    assert post.message(message_id).state is MessageState.ACCEPTED
    assert post.history(message_id) == [
        DeliveryKind.UNCERTAIN, DeliveryKind.SENT_AGAIN, DeliveryKind.ACCEPTED
    ]  # fmt: skip


def test_a_server_that_always_breaks_off_gets_an_invitation_twice_and_not_more(
    post: Post, sink: Sink
) -> None:
    sink.always["DATA"] = TAKE_AND_DISCONNECT
    message_id = post.put()

    post.work()

    assert len(sink.arrived) == 2
    assert post.message(message_id).state is MessageState.UNCERTAIN
    assert post.message(message_id).finished_at is None


def test_a_reminder_lost_at_the_last_moment_is_left_to_a_planner(
    post: Post, sink: Sink, project: Project
) -> None:
    sink.answer("DATA", TAKE_AND_DISCONNECT)
    message_id = post.put(purpose=Purpose.REMINDER)
    post.work()
    once, state = len(sink.arrived), post.message(message_id).state

    outbox.send_again(system(project.id), post.message(message_id))
    post.work()

    assert (once, state) == (1, MessageState.UNCERTAIN)
    first, second = sink.arrived
    assert first.data == second.data
    assert post.message(message_id).state is MessageState.ACCEPTED


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("MAIL", "421 4.3.2 closing"),
        ("MAIL", "451 4.7.500 server busy"),
        ("RCPT", "421 4.7.0 too many"),
        ("DATA", "432 4.3.2 concurrent connections limit exceeded"),
        ("DATA", "452 4.3.1 no space left"),
    ],
)
def test_a_server_that_wants_us_away_is_left_alone_and_no_attempt_is_counted(
    post: Post, sink: Sink, stage: str, reply: str
) -> None:
    sink.answer(stage, reply, reply)
    ids = [post.put(f"p{number}@kring.example") for number in range(3)]
    begun = clock.now()

    post.work()
    waiting = [post.message(one).state for one in ids]
    attempts = {post.message(one).attempts for one in ids}
    pause = post.opened.scalars(select(RelayState)).one().closed_until
    for minutes in (2, 10, 30):
        with clock.frozen(begun + timedelta(minutes=minutes)):
            post.work()

    assert pause is not None
    assert begun + timedelta(seconds=29) < pause < clock.now() + timedelta(seconds=31)
    assert (waiting, attempts) == ([MessageState.QUEUED] * 3, {0})
    assert sorted(sink.recipients) == [f"p{number}@kring.example" for number in range(3)]
    assert {post.message(one).state for one in ids} == {MessageState.ACCEPTED}
    post.opened.expire_all()
    state = post.opened.scalars(select(RelayState)).one()
    assert (state.failures, state.closed_until, state.last_text) == (0, None, "")


def test_a_server_that_is_not_there_is_asked_less_and_less_often(
    post: Post, sink: Sink, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = post.put()
    nowhere = "smtp://127.0.0.1:1"
    monkeypatch.setattr(mail, "_settings", [replace(mail.settings(), server=nowhere)])
    now, pauses = clock.now(), []

    for _time in range(9):
        with clock.frozen(now):
            post.work()
        post.opened.rollback()
        post.opened.expire_all()
        closed_until = post.opened.scalars(select(RelayState)).one().closed_until
        assert closed_until is not None
        pauses.append((closed_until - now).total_seconds())
        now = closed_until + timedelta(seconds=1)

    assert pauses == [30, 60, 120, 240, 480, 960, 1800, 1800, 1800]
    assert post.message(message_id).attempts == 0
    assert post.message(message_id).state is MessageState.QUEUED


def test_a_connection_that_was_closed_while_idle_is_opened_again(post: Post, sink: Sink) -> None:
    post.put()
    post.work()
    sink.answer("MAIL", "421 4.4.2 idle for too long")
    second = post.put("bo@kring.example")

    post.work()

    assert post.message(second).state is MessageState.ACCEPTED
    assert post.opened.scalars(select(func.count()).select_from(RelayState)).one() == 0


def test_what_a_killed_worker_had_claimed_is_sent_by_another_once_its_lease_lapsed(
    post: Post, sink: Sink
) -> None:
    message_id = post.put()
    claimed_by(post, "killed")

    post.work()
    before = list(sink.arrived)
    with clock.frozen(clock.now() + LATER):
        post.work()

    assert (before, len(sink.arrived)) == ([], 1)
    assert post.message(message_id).attempts == 1


@pytest.mark.parametrize(
    ("purpose", "state", "sent"),
    [
        (Purpose.INVITE, MessageState.ACCEPTED, 1),
        (Purpose.REMINDER, MessageState.UNCERTAIN, 0),
    ],
)
def test_what_a_killed_worker_was_handing_over_is_sent_again_or_left(
    post: Post, sink: Sink, purpose: Purpose, state: MessageState, sent: int
) -> None:
    message_id = post.put(purpose=purpose)
    _claimed, sealed = begun_by(post, "killed")

    now = clock.now() + LATER
    with clock.frozen(now):
        post.work()
    at_once = list(sink.arrived)
    with clock.frozen(now + leases.patience()):
        post.work()

    assert at_once == []
    assert post.message(message_id).state is state
    assert [arrived.data for arrived in sink.arrived] == [sealed.mime] * sent


def test_one_who_was_only_late_can_still_say_that_it_was_accepted(
    post: Post, sink: Sink, said: Said
) -> None:
    message_id = post.put(purpose=Purpose.REMINDER)
    claimed, _sealed = begun_by(post, "late")
    with clock.frozen(clock.now() + LATER):
        post.work()
    before = post.message(message_id).state

    results.note(post.database, claimed, Handover(Verdict.ACCEPTED, Reply(250, "ok")))

    assert before is MessageState.UNCERTAIN
    assert post.message(message_id).state is MessageState.ACCEPTED
    assert said.accepted == [message_id]


def test_one_who_comes_after_another_overwrites_nothing(post: Post, sink: Sink, said: Said) -> None:
    message_id = post.put()
    claimed, _sealed = begun_by(post, "late")
    now = clock.now() + LATER
    with clock.frozen(now):
        post.work()
    with clock.frozen(now + leases.patience()):
        claimed_by(post, "another")

    results.note(post.database, claimed, Handover(Verdict.OURS, Reply(554, "no"), Stage.DATA))

    message = post.message(message_id)
    assert (message.state, message.lease_owner) == (MessageState.CLAIMED, "another")
    assert message.last_code is None


def test_what_is_taken_back_after_it_was_claimed_does_not_leave(
    post: Post, sink: Sink, said: Said, project: Project
) -> None:
    message_id = post.put()
    claimed = claimed_by(post, "slow")
    sealed = check(post.database, claimed)
    with unit_of_work(system(project.id), "tests.cancel"):
        outbox.cancel([Purpose.INVITE], [1], reason=Reason.CANCELLED)

    assert isinstance(sealed, Sealed)
    assert not results.begin(post.database, claimed, sealed)
    assert post.message(message_id).state is MessageState.CANCELLED
