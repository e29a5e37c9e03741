"""Refusals: for now, for this address, or of our own side, and what follows from each."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock
from crm.core.db import session
from crm.core.mail import Reason
from crm.messages.models import (
    BatchState,
    DeliveryKind,
    MessageBatch,
    MessageState,
    OutboxMessage,
    SuppressionScope,
)
from crm.messages.queries import suppressions as suppression_queries
from crm.projects.models import Project
from tests.posting import Post, batch
from tests.smtp import Sink

pytestmark = pytest.mark.usefixtures("server", "project")


def test_an_address_that_does_not_exist_is_written_to_no_more(post: Post, sink: Sink) -> None:
    sink.answer("RCPT", "550 5.1.1 <ans@kring.example>: no such user")
    message_id = post.put()

    post.work()

    message = post.message(message_id)
    assert (message.state, message.reason) == (MessageState.REJECTED, Reason.ADDRESS_FAILS)
    assert (message.last_code, message.last_enhanced) == (550, "5.1.1")
    assert message.last_text == "5.1.1 <…@…>: no such user"
    assert post.history(message_id) == [DeliveryKind.REJECTED]
    assert suppression_queries.reasons_by_scope(["ans@kring.example"]) == {
        "ans@kring.example": {SuppressionScope.ALL: Reason.ADDRESS_FAILS}
    }


def test_a_mailbox_that_refuses_three_times_is_written_to_no_more(post: Post, sink: Sink) -> None:
    sink.always["RCPT"] = "552 5.2.2 mailbox full"
    for number in range(2):
        post.put(dedup_key=f"{number}")
    post.work()
    after_two = suppression_queries.reasons_by_scope(["ans@kring.example"])
    last = post.put(dedup_key="3")

    post.work()

    assert post.message(last).state is MessageState.REJECTED
    assert after_two == {}
    assert suppression_queries.reasons_by_scope(["ans@kring.example"]) != {}


def test_refusals_of_long_ago_do_not_count(post: Post, sink: Sink) -> None:
    sink.always["RCPT"] = "552 5.2.2 mailbox full"
    for number in range(3):
        with clock.frozen(clock.now() + timedelta(days=40 * number)):
            post.put(dedup_key=f"{number}")
            post.work()

    assert suppression_queries.reasons_by_scope(["ans@kring.example"]) == {}


def test_a_refusal_for_now_is_tried_again_later_with_equal_bytes(post: Post, sink: Sink) -> None:
    sink.answer("DATA", "451 4.7.1 greylisted")
    message_id = post.put()

    post.work()
    message = post.message(message_id)
    state, frozen, again = message.state, message.mime, message.not_before
    with clock.frozen(again):
        post.work()

    assert (state, sink.recipients) == (MessageState.QUEUED, ["ans@kring.example"])
    assert timedelta(seconds=47) < again - clock.now() < timedelta(seconds=73)
    assert post.message(message_id).attempts == 2
    assert post.message(message_id).mime == frozen
    assert post.history(message_id) == [DeliveryKind.DEFERRED, DeliveryKind.ACCEPTED]


def test_after_nine_attempts_it_is_given_up_without_pausing_anything(
    post: Post, sink: Sink, project: Project
) -> None:
    sink.always["RCPT"] = "450 4.2.1 not now"
    of = batch(project)
    message_id = post.put(batch_id=of.id)
    moment = clock.now()

    for _attempt in range(9):
        with clock.frozen(moment):
            post.work()
        moment = post.message(message_id).not_before

    assert post.message(message_id).state is MessageState.FAILED
    assert post.message(message_id).attempts == 9
    assert post.history(message_id) == [DeliveryKind.DEFERRED] * 8 + [DeliveryKind.FAILED]
    assert session().get_one(MessageBatch, of.id).state is BatchState.QUEUED


def test_after_a_day_it_is_given_up_too(post: Post, sink: Sink) -> None:
    sink.always["RCPT"] = "450 4.2.1 not now"
    message_id = post.put()
    post.work()

    with clock.frozen(clock.now() + timedelta(hours=25)):
        post.work()

    assert post.message(message_id).state is MessageState.FAILED


def test_it_is_not_tried_again_after_its_last_moment(post: Post, sink: Sink) -> None:
    sink.answer("RCPT", "450 4.2.1 not now")
    message_id = post.put(send_not_after=clock.now() + timedelta(seconds=20))

    post.work()

    assert post.message(message_id).state is MessageState.EXPIRED


@pytest.mark.parametrize(
    ("stage", "reply"),
    [
        ("MAIL", "530 5.7.0 authentication required"),
        ("RCPT", "550 5.7.1 relaying denied"),
        ("DATA", "554 5.7.1 this looks like spam"),
        ("DATA", "552 5.3.4 too big"),
    ],
)
def test_a_refusal_of_our_side_fails_the_message_and_spares_the_person(
    post: Post, sink: Sink, stage: str, reply: str
) -> None:
    sink.answer(stage, reply)
    message_id = post.put()
    other = post.put("bo@kring.example")

    post.work()

    assert post.message(message_id).state is MessageState.FAILED
    assert post.history(message_id) == [DeliveryKind.FAILED]
    assert post.message(other).state is MessageState.ACCEPTED
    assert suppression_queries.reasons_by_scope(["ans@kring.example"]) == {}


def test_a_batch_pauses_itself_when_our_side_is_refused_five_times(
    post: Post, sink: Sink, project: Project
) -> None:
    of = batch(project)
    for number in range(120):
        post.put(f"p{number}@kring.example", batch_id=of.id)
    sink.always["DATA"] = "554 5.7.1 this looks like spam"

    post.work()

    post.opened.rollback()
    failed = select(OutboxMessage.id).where(OutboxMessage.state == MessageState.FAILED)
    kept = session().get_one(MessageBatch, of.id)
    assert (kept.state, kept.pause_reason) == (BatchState.PAUSED, "554 5.7.1 this looks like spam")
    assert len(session().scalars(failed).all()) == 5


def test_a_small_batch_pauses_itself_at_once(post: Post, sink: Sink, project: Project) -> None:
    of = batch(project)
    for number in range(3):
        post.put(f"p{number}@kring.example", batch_id=of.id)
    sink.answer("DATA", "554 5.7.1 this looks like spam")

    post.work()

    post.opened.rollback()
    kept = session().get_one(MessageBatch, of.id)
    assert kept.state is BatchState.PAUSED
