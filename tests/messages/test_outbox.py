"""The outbox: what is put in, and what is taken back before it left."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.db import Unit, WriteOutsideCommand, project_scope, unit_of_work, unscoped
from crm.core.mail import Letter, Purpose, Reason, Recipient
from crm.core.permissions import system
from crm.messages.models import (
    DeliveryEvent,
    DeliveryKind,
    MessageState,
    NotSentAgain,
    NotUncertain,
    OutboxMessage,
    SuppressionReason,
    SuppressionScope,
)
from crm.messages.queries import suppressions as suppression_queries
from crm.messages.services import outbox, suppressions
from crm.projects.models import Project

pytestmark = [pytest.mark.usefixtures("kinds"), pytest.mark.both_engines("locks")]

ALL = unscoped("the test looks at everything")
ANS = Recipient("Ans.Proef@Kring.example", "Ans Proef", "nl")
LETTER = Letter(Purpose.INVITE, "inv:1:invite:1", about_id=1)


@pytest.fixture
def unit(project: Project) -> Iterator[Unit]:
    """A command that is under way."""
    with unit_of_work(system(project.id), "tests.cause") as opened:
        yield opened


def messages(opened: Session) -> list[OutboxMessage]:
    return list(opened.scalars(select(OutboxMessage).order_by(OutboxMessage.id)))


def test_a_message_is_queued_with_the_names_that_it_keeps(
    unit: Unit, opened: Session, project: Project
) -> None:
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)

    with clock.frozen(moment):
        new = outbox.queue(ANS, LETTER)

    (message,) = messages(opened)
    assert new
    assert (message.state, message.project_id) == (MessageState.QUEUED, project.id)
    assert (message.address, message.domain) == (ANS.address, "kring.example")
    assert message.message_id == f"<{message.public_name}@localhost>"
    assert message.date_header == "Tue, 24 Nov 2026 09:30:00 +0000"
    assert message.not_before == message.queued_at == moment


def test_of_one_event_there_is_one_message(unit: Unit, opened: Session) -> None:
    first = outbox.queue(ANS, LETTER)

    again = outbox.queue(ANS, replace(LETTER, sequence=3))
    both = outbox.queue_many([(ANS, replace(LETTER, dedup_key="another"))] * 2)

    assert (first, again, both) == (True, False, 1)
    assert [message.sequence for message in messages(opened)] == [0, 0]


def test_nothing_is_queued_outside_a_command(project: Project) -> None:
    with pytest.raises(WriteOutsideCommand):
        outbox.queue(ANS, LETTER)


def test_without_a_project_it_is_a_message_of_the_installation(opened: Session) -> None:
    with unit_of_work(system(), "tests.cause"):
        outbox.queue(ANS, replace(LETTER, purpose=Purpose.RESET))

    kept = opened.scalars(select(OutboxMessage), execution_options=ALL).one()
    assert kept.project_id is None


@pytest.mark.parametrize(
    ("scope", "purpose", "reason"),
    [
        (SuppressionScope.ALL, Purpose.INVITE, Reason.UNSUBSCRIBED),
        (SuppressionScope.ALL, Purpose.CONFIRMATION, Reason.UNSUBSCRIBED),
        (SuppressionScope.BULK, Purpose.INVITE, Reason.UNSUBSCRIBED),
        (SuppressionScope.BULK, Purpose.CONFIRMATION, None),
    ],
)
def test_a_suppressed_address_gets_no_message_and_it_is_seen_why(
    unit: Unit, opened: Session, scope: SuppressionScope, purpose: Purpose, reason: Reason | None
) -> None:
    suppressions.suppress(
        system(), "ans.proef@kring.EXAMPLE", scope=scope, reason=SuppressionReason.UNSUBSCRIBED
    )

    outbox.queue(ANS, replace(LETTER, purpose=purpose))

    (message,) = messages(opened)
    assert message.reason == reason
    assert message.state == (MessageState.WITHHELD if reason else MessageState.QUEUED)
    assert (message.finished_at is None) == (reason is None)


def test_a_suppression_said_twice_is_kept_once_and_can_be_lifted(unit: Unit) -> None:
    asked = ["ans.proef@kring.example", "bo@kring.example"]
    for _time in range(2):
        suppressions.suppress(
            system(), ANS.address, scope=SuppressionScope.BULK, reason=SuppressionReason.MANUAL
        )
    before = suppression_queries.reasons_by_scope(asked)

    suppressions.lift(system(), ANS.address)

    assert before == {"ans.proef@kring.example": {SuppressionScope.BULK: Reason.OBJECTED}}
    assert suppression_queries.reasons_by_scope(asked) == {}


def test_only_unsent_messages_of_a_lower_sequence_are_superseded(
    unit: Unit, opened: Session
) -> None:
    letters = [replace(LETTER, dedup_key=f"{number}", sequence=number) for number in range(4)]
    outbox.queue_many([(ANS, letter) for letter in letters])
    sent, claimed, *_ = messages(opened)
    sent.state, claimed.state = MessageState.HANDING_OVER, MessageState.CLAIMED

    taken_back = outbox.supersede([Purpose.INVITE], [1], below=3)

    assert taken_back == 2
    assert [(message.state, message.reason) for message in messages(opened)] == [
        (MessageState.HANDING_OVER, None),
        (MessageState.SUPERSEDED, Reason.OUTDATED),
        (MessageState.SUPERSEDED, Reason.OUTDATED),
        (MessageState.QUEUED, None),
    ]


def test_messages_about_other_things_are_not_cancelled(unit: Unit, opened: Session) -> None:
    others = [
        replace(LETTER, dedup_key="of another", about_id=2),
        replace(LETTER, dedup_key="confirmation", purpose=Purpose.CONFIRMATION),
    ]
    outbox.queue_many([(ANS, letter) for letter in (LETTER, *others)])

    cancelled = outbox.cancel([Purpose.INVITE], [1], reason=Reason.REVOKED)

    first, *rest = messages(opened)
    assert cancelled == 1
    assert (first.state, first.reason) == (MessageState.CANCELLED, Reason.REVOKED)
    assert {message.state for message in rest} == {MessageState.QUEUED}


def test_messages_of_another_project_are_out_of_reach(unit: Unit, opened: Session) -> None:
    outbox.queue(ANS, LETTER)

    with project_scope(1_000):
        cancelled = outbox.cancel([Purpose.INVITE], [1], reason=Reason.REVOKED)

    assert cancelled == 0
    assert [message.state for message in messages(opened)] == [MessageState.QUEUED]


def test_what_may_have_arrived_is_sent_again_with_equal_bytes(unit: Unit, opened: Session) -> None:
    outbox.queue(ANS, LETTER)
    (message,) = messages(opened)
    message.state, message.mime, message.attempts = MessageState.UNCERTAIN, b"as sent", 3

    outbox.send_again(system(unit.actor.project_id), message)

    opened.flush()
    event = opened.scalars(select(DeliveryEvent)).one()
    assert (message.state, message.mime, message.attempts) == (MessageState.QUEUED, b"as sent", 0)
    assert event.kind is DeliveryKind.SENT_AGAIN


def test_what_was_refused_for_our_fault_is_written_anew(unit: Unit, opened: Session) -> None:
    outbox.queue(ANS, LETTER)
    (message,) = messages(opened)
    message.state, message.mime = MessageState.FAILED, b"too big"

    outbox.send_again(system(unit.actor.project_id), message)

    assert message.state.value == MessageState.QUEUED
    assert not message.mime


@pytest.mark.parametrize(
    "state", sorted(set(MessageState) - {MessageState.UNCERTAIN, MessageState.FAILED})
)
def test_what_has_another_end_is_not_sent_again(
    unit: Unit, opened: Session, state: MessageState
) -> None:
    outbox.queue(ANS, LETTER)
    (message,) = messages(opened)
    message.state = state

    with pytest.raises(NotSentAgain):
        outbox.send_again(system(unit.actor.project_id), message)


def test_whether_it_arrived_can_be_left_open(unit: Unit, opened: Session) -> None:
    outbox.queue(ANS, LETTER)
    (message,) = messages(opened)
    actor = system(unit.actor.project_id)
    with pytest.raises(NotUncertain):
        outbox.leave(actor, message)
    message.state = MessageState.UNCERTAIN

    with clock.frozen(clock.now() + timedelta(hours=1)):
        outbox.leave(actor, message)

        assert message.finished_at == clock.now()
    assert message.state is MessageState.UNCERTAIN
