"""What became of a message: each outcome, and what follows from it."""

import logging
import random
import zlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from crm.core import clock
from crm.core.db import Database, session
from crm.core.mail import Reason
from crm.messages.delivery import leases, lost_messages, refusals
from crm.messages.delivery.checking import Stopped
from crm.messages.delivery.claiming import OPTIONS, Claimed
from crm.messages.delivery.fencing import end, keep, persist, said, tell, writing
from crm.messages.delivery.handover import Handover, Sealed
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageState
from crm.messages.rules import server_replies
from crm.messages.rules.server_replies import Reply, Verdict
from crm.stakeholders.addresses import email_key

_log = logging.getLogger("kring.mail")


def begin(database: Database, claimed: Claimed, sealed: Sealed) -> bool:
    """Note that the bytes of a message begin to leave; whether it is still this worker's."""
    now = clock.now()
    values: dict[str, Any] = {
        "state": MessageState.HANDING_OVER,
        "data_started_at": now,
        "lease_until": leases.ends(),
    }
    if claimed.mime is None:
        values |= {"mime": zlib.compress(sealed.mime), **_addressed(claimed)}
    with writing(database, claimed, "messages.begin"):
        return keep(claimed, values, (MessageState.CLAIMED,))


def note(database: Database, claimed: Claimed, outcome: Handover) -> None:
    """Note what became of a message that was handed over or refused."""
    try:
        persist(lambda: _note(database, claimed, outcome, _FOLLOWING[outcome.verdict]))
    except OperationalError:
        raise
    except Exception:
        if outcome.verdict not in server_replies.HANDED_OVER:
            raise
        # The message has left, whatever its feature could not note of that.
        _log.exception("message %s has left, and its feature failed", claimed.id)
        persist(lambda: _note(database, claimed, outcome, _left))


def stop(database: Database, claimed: Claimed, why: Stopped) -> None:
    """Note that a message is not sent after all; one that may have arrived stays uncertain."""
    state = why.state if claimed.data_started_at is None else MessageState.UNCERTAIN
    with writing(database, claimed, "messages.stop"):
        end(claimed, state, {"reason": why.reason})
    _log.info("message %s: %s, %s", claimed.id, state, why.reason)


def fail(database: Database, claimed: Claimed, failure: Exception) -> None:
    """Note that a message cannot be written."""
    _log.error("message %s cannot be written", claimed.id, exc_info=failure)
    note(database, claimed, Handover(Verdict.OURS, Reply(0, type(failure).__name__)))


def put_off(database: Database, claimed: Claimed, until: datetime) -> None:
    """Let a message wait, without counting this as an attempt."""
    with writing(database, claimed, "messages.put_off"):
        keep(claimed, _waiting(claimed, until))


_Following = Callable[[Claimed, Handover], bool]


def _note(database: Database, claimed: Claimed, outcome: Handover, following: _Following) -> None:
    with writing(database, claimed, "messages.note"):
        was_mine = following(claimed, outcome)
    code = outcome.reply.code
    if was_mine:
        _log.info("message %s: %s %s", claimed.id, outcome.verdict, code)
    else:
        _log.warning("message %s is another's by now: %s %s", claimed.id, outcome.verdict, code)


def _left(claimed: Claimed, outcome: Handover) -> bool:
    state, kind = _AS[outcome.verdict]
    if not end(claimed, state, said(claimed, outcome.reply)):
        return False
    tell(claimed, kind, outcome.reply)
    return True


def _left_and_told(claimed: Claimed, outcome: Handover) -> bool:
    if not _left(claimed, outcome):
        return False
    kind = lost_messages.known_kind(claimed.outgoing.purpose)
    if kind is not None and kind.accepted is not None:
        kind.accepted(claimed.outgoing)
    return True


def _addressed(claimed: Claimed) -> dict[str, str]:
    """Return what is kept of where it went; the address on record may have changed meanwhile."""
    return {"address": claimed.address, "domain": email_key(claimed.address).rpartition("@")[2]}


def _waiting(claimed: Claimed, until: datetime) -> Mapping[str, Any]:
    """Return what is set on a message that certainly did not arrive this time."""
    return {
        "state": MessageState.QUEUED,
        "not_before": until,
        "lease_owner": None,
        "lease_until": None,
        "data_started_at": claimed.data_started_at,
    }


def _deferred(claimed: Claimed, outcome: Handover) -> bool:
    reply = outcome.reply
    waiting = server_replies.wait(claimed.attempts + 1, random.random())  # noqa: S311 - spreads, no secret
    again = clock.now() + waiting if waiting is not None else None
    if again is None or again > _first_refusal(claimed) + server_replies.LONGEST_TIME:
        tell(claimed, DeliveryKind.FAILED, reply)
        return end(claimed, MessageState.FAILED, said(claimed, reply))
    tell(claimed, DeliveryKind.DEFERRED, reply)
    if claimed.send_not_after is not None and again > claimed.send_not_after:
        late = {"reason": Reason.TOO_LATE, **said(claimed, reply)}
        return end(claimed, MessageState.EXPIRED, late)
    return keep(claimed, {**_waiting(claimed, again), **said(claimed, reply)})


def _first_refusal(claimed: Claimed) -> datetime:
    """Return when it was refused for now for the first time, since it was last sent again."""
    of_message = DeliveryEvent.message_id == claimed.id
    anew = select(func.coalesce(func.max(DeliveryEvent.id), 0)).where(
        of_message, DeliveryEvent.kind == DeliveryKind.SENT_AGAIN
    )
    statement = select(func.min(DeliveryEvent.at)).where(
        of_message,
        DeliveryEvent.kind == DeliveryKind.DEFERRED,
        DeliveryEvent.id > anew.scalar_subquery(),
    )
    return session().scalar(statement, execution_options=OPTIONS) or clock.now()


def _rejected(claimed: Claimed, outcome: Handover) -> bool:
    tell(claimed, DeliveryKind.REJECTED, outcome.reply)
    why = {"reason": Reason.ADDRESS_FAILS, **_addressed(claimed)}
    if not end(claimed, MessageState.REJECTED, {**why, **said(claimed, outcome.reply)}):
        return False
    refusals.address_fails(claimed.address, outcome.verdict)
    return True


def _failed(claimed: Claimed, outcome: Handover) -> bool:
    tell(claimed, DeliveryKind.FAILED, outcome.reply)
    if not end(claimed, MessageState.FAILED, said(claimed, outcome.reply)):
        return False
    if claimed.batch_id is not None:
        refusals.pause_batch(claimed.batch_id, outcome.reply)
    return True


def _unknown(claimed: Claimed, _outcome: Handover) -> bool:
    if not keep(claimed, {"attempts": claimed.attempts + 1}):
        return False
    lost_messages.lose(claimed.id, claimed.project_id, claimed.outgoing.purpose)
    return True


_AS = {
    Verdict.ACCEPTED: (MessageState.ACCEPTED, DeliveryKind.ACCEPTED),
    Verdict.FILED: (MessageState.FILED, DeliveryKind.FILED),
}
_FOLLOWING: Mapping[Verdict, _Following] = {
    Verdict.ACCEPTED: _left_and_told,
    Verdict.FILED: _left_and_told,
    Verdict.LATER: _deferred,
    Verdict.NO_MAILBOX: _rejected,
    Verdict.REFUSED: _rejected,
    Verdict.OURS: _failed,
    Verdict.UNKNOWN: _unknown,
}
