"""Delivering: every state a message goes through, against a real mail server."""

import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock, mail
from crm.core.db import session, unit_of_work
from crm.core.mail import MailKind, Purpose, Reason, Withheld
from crm.core.permissions import system
from crm.messages.models import (
    BatchState,
    DeliveryKind,
    MessageBatch,
    MessageState,
    SuppressionReason,
    SuppressionScope,
    WorkerHeartbeat,
)
from crm.messages.services import suppressions
from crm.projects.models import Project
from tests.posting import Post, Said, batch
from tests.smtp import Sink

pytestmark = [pytest.mark.usefixtures("server", "project"), pytest.mark.both_engines("locks")]


def test_a_message_is_handed_over_once_and_its_feature_is_told(
    post: Post, sink: Sink, said: Said
) -> None:
    message_id = post.put()

    post.work()

    message = post.message(message_id)
    (arrived,) = sink.arrived
    assert message.state is MessageState.ACCEPTED
    assert (message.attempts, message.last_code) == (1, 250)
    assert message.finished_at is not None
    assert message.lease_until is None
    assert post.history(message_id) == [DeliveryKind.ACCEPTED]
    assert (said.prepared, said.accepted) == ([message_id], [message_id])
    assert (arrived.sender, arrived.recipient) == ("kring@kring.example", "ans@kring.example")
    assert arrived.message["Message-ID"] == message.message_id
    assert arrived.message["Date"] == message.date_header
    assert message.mime is not None
    assert zlib.decompress(message.mime) == arrived.data


def test_bytes_that_let_somebody_in_are_forgotten_once_they_are_sent(
    post: Post, sink: Sink, kinds: dict[Purpose, MailKind]
) -> None:
    kinds[Purpose.RESET] = replace(kinds[Purpose.RESET], is_secret=True)
    message_id = post.put(purpose=Purpose.RESET)

    post.work()

    assert len(sink.arrived) == 1
    assert post.message(message_id).mime is None


def test_only_bulk_mail_can_be_unsubscribed_from(post: Post, sink: Sink) -> None:
    invitation = post.message(post.put())
    post.put(purpose=Purpose.CONFIRMATION, dedup_key="confirmation")

    post.work()

    bulk, other = (arrived.message for arrived in sink.arrived)
    assert f"/u/{invitation.public_name}." in bulk["List-Unsubscribe"]
    assert other["List-Unsubscribe"] is None


def test_many_messages_take_one_connection_for_fifty_of_them(post: Post, sink: Sink) -> None:
    for number in range(60):
        post.put(f"p{number}@kring.example")

    post.work()

    assert len(sink.arrived) == 60
    assert sink.sessions == 2


def test_what_matters_most_goes_first(post: Post, sink: Sink) -> None:
    for number in range(3):
        post.put(f"p{number}@kring.example", priority=mail.Priority.INVITE)
    post.put("answered@kring.example", priority=mail.Priority.ANSWER)

    post.work()

    assert sink.recipients[0] == "answered@kring.example"


def test_what_is_not_due_yet_waits(post: Post, sink: Sink) -> None:
    later = clock.now() + timedelta(minutes=10)
    message_id = post.put(not_before=later)

    post.work()
    before = post.message(message_id).state
    with clock.frozen(later):
        post.work()

    assert before is MessageState.QUEUED
    assert post.message(message_id).state is MessageState.ACCEPTED


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.ANSWERED, MessageState.WITHHELD),
        (Reason.NO_ADDRESS, MessageState.WITHHELD),
        (Reason.OUTDATED, MessageState.SUPERSEDED),
        (Reason.CANCELLED, MessageState.CANCELLED),
        (Reason.REVOKED, MessageState.CANCELLED),
        (Reason.TOO_LATE, MessageState.EXPIRED),
    ],
)
def test_what_should_not_be_sent_any_more_is_stopped_with_its_reason(
    post: Post, sink: Sink, said: Said, reason: Reason, state: MessageState
) -> None:
    said.answer = lambda _outgoing: Withheld(reason)
    message_id = post.put()

    post.work()

    message = post.message(message_id)
    assert (message.state, message.reason, sink.arrived) == (state, reason, [])
    assert message.finished_at is not None
    assert said.accepted == []


def test_after_its_last_moment_a_message_expires(post: Post, sink: Sink, said: Said) -> None:
    last = clock.now() + timedelta(hours=2)
    message_id = post.put(send_not_after=last)

    with clock.frozen(last + timedelta(seconds=1)):
        post.work()

    assert post.message(message_id).state is MessageState.EXPIRED
    assert post.message(message_id).reason is Reason.TOO_LATE
    assert (sink.arrived, said.prepared) == ([], [])


def test_whoever_unsubscribes_after_it_was_queued_gets_nothing(post: Post, sink: Sink) -> None:
    invitation = post.put()
    confirmation = post.put(purpose=Purpose.CONFIRMATION, dedup_key="confirmation")
    suppressions.suppress(
        system(),
        "ans@kring.example",
        scope=SuppressionScope.BULK,
        reason=SuppressionReason.UNSUBSCRIBED,
    )

    post.work()

    assert post.message(invitation).state is MessageState.WITHHELD
    assert post.message(invitation).reason is Reason.UNSUBSCRIBED
    assert post.message(confirmation).state is MessageState.ACCEPTED


def test_a_message_goes_to_the_address_on_record_and_says_so(
    post: Post, sink: Sink, said: Said
) -> None:
    message_id = post.put("old@kring.example")
    prepare = said.answer

    def moved(outgoing: mail.Outgoing) -> mail.Content:
        given = prepare(outgoing)
        assert isinstance(given, mail.Content)
        return replace(given, recipient=replace(given.recipient, address="new@elsewhere.example"))

    said.answer = moved
    post.work()

    message = post.message(message_id)
    assert sink.recipients == ["new@elsewhere.example"]
    assert (message.address, message.domain) == ("new@elsewhere.example", "elsewhere.example")


def test_a_paused_batch_waits_until_it_is_resumed(post: Post, sink: Sink, project: Project) -> None:
    of = batch(project, state=BatchState.PAUSED)
    post.put(batch_id=of.id)

    post.work()
    before = list(sink.arrived)
    with unit_of_work(system(project.id), "tests.resume"):
        session().get_one(MessageBatch, of.id).state = BatchState.QUEUED
    post.work()

    assert (before, len(sink.arrived)) == ([], 1)


def test_a_batch_waits_for_its_moment(post: Post, sink: Sink, project: Project) -> None:
    of = batch(project)
    with unit_of_work(system(project.id), "tests.schedule"):
        tomorrow = clock.now() + timedelta(days=1)
        session().get_one(MessageBatch, of.id).not_before = tomorrow
    post.put(batch_id=of.id)

    post.work()
    before = list(sink.arrived)
    with clock.frozen(tomorrow):
        post.work()

    assert (before, len(sink.arrived)) == ([], 1)


def test_a_message_that_cannot_be_written_fails_and_holds_up_no_other(
    post: Post, sink: Sink, said: Said
) -> None:
    prepare = said.answer
    broken, other = post.put(), post.put("bo@kring.example")

    def failing(outgoing: mail.Outgoing) -> mail.Content | Withheld:
        if outgoing.id == broken:
            raise ValueError
        return prepare(outgoing)

    said.answer = failing
    post.work()

    assert post.message(broken).state is MessageState.FAILED
    assert post.message(broken).last_text == "ValueError"
    assert post.message(other).state is MessageState.ACCEPTED


def test_a_message_that_no_feature_answers_for_fails(
    post: Post, kinds: dict[Purpose, MailKind]
) -> None:
    message_id = post.put()
    kinds.clear()

    post.work()

    assert post.message(message_id).state is MessageState.FAILED


def test_a_feature_that_fails_on_good_news_does_not_send_it_twice(
    post: Post, sink: Sink, said: Said
) -> None:
    def failing(_outgoing: mail.Outgoing) -> None:
        raise ValueError

    said.when_accepted = failing
    message_id = post.put()

    post.work()

    assert post.message(message_id).state is MessageState.ACCEPTED
    assert len(sink.arrived) == 1


def test_a_worker_gives_signs_of_life_until_it_ends(post: Post, opened: Session) -> None:
    worker = post.another()

    worker.round()
    alive = opened.scalars(select(WorkerHeartbeat.worker)).all()
    worker._leave()
    opened.rollback()

    assert len(alive) == 1
    assert opened.scalars(select(WorkerHeartbeat.worker)).all() == []
