"""
The outbox: messages are put into it, taken back, and sent again.

No message with one `dedup_key` is queued twice: `queue_many` adds only those that are not there.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from sqlalchemy import ColumnElement

from crm.accounts import queries as accounts
from crm.accounts.events import LinkPosted
from crm.accounts.models import LinkPurpose
from crm.accounts.rules import recipients
from crm.core import clock, mail, tokens
from crm.core.commands import command
from crm.core.db import add_missing, change_many, session
from crm.core.mail import Letter, Priority, Purpose, Reason, Recipient
from crm.core.permissions import Actor
from crm.messages import models
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import suppressions
from crm.stakeholders.models import Person
from crm.stakeholders.values.addresses import email_key

# Until its bytes begin to leave, a message can be taken back; the worker looks again before that.
TAKEN_BACK = (MessageState.QUEUED, MessageState.CLAIMED)
_ANEW = {"state": MessageState.QUEUED, "lease_owner": None, "lease_until": None, "mime": None}


def queue(recipient: Recipient, letter: Letter) -> bool:
    """Put a message into the outbox, inside the command that causes it; whether it was new."""
    return queue_many([(recipient, letter)]) == 1


def queue_many(letters: Sequence[tuple[Recipient, Letter]]) -> int:
    """
    Put messages into the outbox, inside the command that causes them; return how many were new.

    Of one `dedup_key` there is at most one message, ever. Nobody is left out in silence: what may
    not be sent to an address becomes a message that was withheld, with the reason.
    """
    against = suppressions.reasons_by_scope({recipient.address for recipient, _ in letters})
    rows = []
    for recipient, letter in letters:
        to = {
            "address": recipient.address,
            "language": recipient.language,
            "person_id": recipient.person_id,
            "account_id": recipient.account_id,
        }
        found, is_bulk = against.get(recipient.address, {}), mail.is_bulk(letter.purpose)
        reason = suppressions.reason_against(found, is_bulk=is_bulk)
        rows.append(_written(to, letter, reason))
    return len(add_missing(OutboxMessage, rows, unique=["dedup_key"]))


def withhold_many(missed: Sequence[tuple[Person, Letter, Reason]]) -> None:
    """Put beside the others, inside a command, what is never written to people, and why."""
    nowhere = {"address": "", "account_id": None}
    rows = [
        _written({**nowhere, "language": to.language, "person_id": to.id}, letter, reason)
        for to, letter, reason in missed
    ]
    add_missing(OutboxMessage, rows, unique=["dedup_key"])


def overtake(message_ids: Collection[int]) -> None:
    """Note, inside a command, that what messages would have said is not the news any more."""
    # Of one that came back or was refused, it stays so that it did.
    these = OutboxMessage.id.in_(message_ids)
    withheld = these & (OutboxMessage.state == MessageState.WITHHELD)
    change_many(OutboxMessage, these, {"reason": Reason.OUTDATED})
    change_many(OutboxMessage, withheld, {"state": MessageState.SUPERSEDED})


def supersede(purposes: Collection[Purpose], about_ids: Collection[int], *, below: int) -> int:
    """Take back, inside a command, what tells of a lower sequence; return how many messages."""
    lower = _unsent(purposes, about_ids) & (OutboxMessage.sequence < below)
    return _take_back(lower, MessageState.SUPERSEDED, Reason.OUTDATED)


def cancel(purposes: Collection[Purpose], about_ids: Collection[int], *, reason: Reason) -> int:
    """Take back, inside a command, what was not sent; return how many messages."""
    return _take_back(_unsent(purposes, about_ids), MessageState.CANCELLED, reason)


def renew(
    purposes: Collection[Purpose],
    about_ids: Collection[int],
    *,
    sequence: int,
    send_not_after: datetime | None = None,
) -> int:
    """
    Let, inside a command, what was not sent be written anew; return how many messages.

    :param send_not_after: until when it makes sense now; none: as long as before
    """
    until = {} if send_not_after is None else {"send_not_after": send_not_after}
    return _write_anew(_unsent(purposes, about_ids), {"sequence": sequence, **until})


def move_batch(
    batch: models.MessageBatch, *, to: datetime | None, sequence: int, send_not_after: datetime
) -> int:
    """
    Let, inside a command, what was not sent of a batch be written anew and leave at another time.

    :param to: the new moment; none: that stays as it was
    :return: how many messages; whoever got it already gets it no second time
    """
    values: dict[str, Any] = {"sequence": sequence, "send_not_after": send_not_after}
    if to is not None:
        values["not_before"] = batch.not_before = to
    return _write_anew(_of_batch(batch.id), values)


def cancel_batch(batch_id: int, *, reason: Reason = Reason.CANCELLED) -> int:
    """Take back, inside a command, what was not sent of a batch; return how many messages."""
    return _take_back(_of_batch(batch_id), MessageState.CANCELLED, reason)


def hold_batch(batch_id: int) -> int:
    """Let a batch that pauses stop at once, inside a command: nobody has its messages claimed."""
    claimed = (OutboxMessage.batch_id == batch_id) & (OutboxMessage.state == MessageState.CLAIMED)
    values = {"state": MessageState.QUEUED, "lease_owner": None, "lease_until": None}
    return len(change_many(OutboxMessage, claimed, values))


@command(MessagePermission.SEND)
def send_again(_actor: Actor, message: OutboxMessage) -> None:
    """Send once more what may not have arrived or our side was refused for; else `NotSentAgain`."""
    message.queue_again()
    session().add(models.DeliveryEvent(message_id=message.id, kind=models.DeliveryKind.SENT_AGAIN))


@command(MessagePermission.SEND)
def leave(_actor: Actor, message: OutboxMessage) -> None:
    """Leave it open whether a message arrived, or raise `NotUncertain`; nobody is asked again."""
    message.leave()


def _written(to: Mapping[str, Any], letter: Letter, reason: Reason | None) -> dict[str, Any]:
    now, name = clock.now(), tokens.public()
    return {
        **to,
        "dedup_key": letter.dedup_key,
        "purpose": letter.purpose,
        "about_id": letter.about_id,
        "sequence": letter.sequence,
        "params": dict(letter.params),
        "priority": int(letter.priority),
        "send_not_after": letter.send_not_after,
        "batch_id": letter.batch_id,
        "template_id": letter.template_id,
        "public_name": name,
        "domain": email_key(to["address"]).rpartition("@")[2],
        "not_before": letter.not_before or now,
        "state": MessageState.WITHHELD if reason else MessageState.QUEUED,
        "reason": reason,
        "finished_at": now if reason else None,
        "message_id": f"<{name}@{mail.settings().sender.rpartition('@')[2]}>",
        "date_header": format_datetime(now),
        "queued_at": now,
    }


def _unsent(purposes: Iterable[Purpose], about_ids: Iterable[int]) -> ColumnElement[bool]:
    return (
        OutboxMessage.purpose.in_(purposes)
        & OutboxMessage.about_id.in_(about_ids)
        & OutboxMessage.state.in_(TAKEN_BACK)
    )


def _of_batch(batch_id: int) -> ColumnElement[bool]:
    return (OutboxMessage.batch_id == batch_id) & OutboxMessage.state.in_(TAKEN_BACK)


def _write_anew(unsent: ColumnElement[bool], values: Mapping[str, Any]) -> int:
    # Bytes that may have arrived stay as they are.
    which = unsent & OutboxMessage.data_started_at.is_(None)
    return len(change_many(OutboxMessage, which, {**_ANEW, **values}))


def _take_back(which: ColumnElement[bool], state: MessageState, reason: Reason) -> int:
    values = {"reason": reason, "finished_at": clock.now()}
    # One that waits to be sent once more may have arrived: whoever asks later must not forget it.
    may_have_left = which & OutboxMessage.data_started_at.is_not(None)
    uncertain = {**values, "state": MessageState.UNCERTAIN}
    left = change_many(OutboxMessage, may_have_left, uncertain)
    return len(left) + len(change_many(OutboxMessage, which, {**values, "state": state}))


PURPOSES = {
    LinkPurpose.JOIN: Purpose.COLLEAGUE,
    LinkPurpose.RESET: Purpose.RESET,
    LinkPurpose.ADDRESS: Purpose.ADDRESS,
}


def post_link(fact: LinkPosted) -> None:
    """React to a link of a colleague that is to be mailed, as soon as it is made."""
    # The message holds only the public part of it: who reads the table cannot open the link.
    found = accounts.link(fact.link_id)
    if found is None:
        return
    account = accounts.account(found.account_id) if found.account_id else None
    maker = accounts.account(found.made_by_id) if found.made_by_id else None
    to = recipients.of_link(found, account, language=maker.locale if maker else "nl")
    letter = Letter(
        PURPOSES[found.purpose],
        f"link:{found.id}",
        about_id=found.id,
        params={"name": fact.name},
        priority=Priority.ANSWER,
        send_not_after=found.expires_at,
    )
    queue(to, letter)
