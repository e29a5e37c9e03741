"""What became of a message, written by whoever holds its lease and by nobody else."""

import logging
import random
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, func, insert, literal, select, update
from sqlalchemy.exc import OperationalError

from crm.core import clock, leases
from crm.core.db import Database, session, unit_of_work
from crm.core.leases import OPTIONS
from crm.core.mail import Reason
from crm.core.permissions import system
from crm.messages import models
from crm.messages.jobs import lost_messages, refusals
from crm.messages.jobs.checking import Stopped, in_project
from crm.messages.jobs.claiming import Claimed
from crm.messages.jobs.lost_messages import known_kind
from crm.messages.jobs.relay import Handover, Sealed
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageState, OutboxMessage
from crm.messages.rules import server_replies
from crm.messages.rules.server_replies import Reply, Verdict
from crm.stakeholders.values.addresses import email_key

# Uncertain, or queued by whoever found the lease lapsed: as long as nobody else has claimed it,
# one who was only late may say what became of it.
HELD = (*models.OPEN_STATES, MessageState.UNCERTAIN)
# A database that is held waits ten seconds each time; the lease lasts longer than all of these.
_TRIES = 12
# Asked of the connection itself: between two messages there is no time for more.
_ROW = cast("Table", OutboxMessage.__table__)
_EVENT_INSERT = insert(cast("Table", DeliveryEvent.__table__))
_log = logging.getLogger("kring.mail")
_Following = Callable[[Claimed, Handover], bool]


@contextmanager
def writing(database: Database, claimed: Claimed, action: str) -> Iterator[None]:
    """Change a message in a short transaction, in its project."""
    with database.opened(), in_project(claimed), unit_of_work(system(claimed.project_id), action):
        yield


def persist(change: Callable[[], None]) -> None:
    """Make a change that must not be forgotten, again while the database is held by others."""
    for _try in range(_TRIES - 1):
        try:
            return change()
        except OperationalError:
            _log.warning("the outcome of a message could not be noted yet")
    return change()


def keep(
    claimed: Claimed, values: Mapping[str, Any], states: tuple[MessageState, ...] = HELD
) -> bool:
    """Set values, inside a command, if the message is still this worker's; whether it was."""
    bound = {"this_id": claimed.id, "this_owner": claimed.owner}
    bound |= {f"new_{name}": value for name, value in values.items()}
    statement = _setting(tuple(values), states)
    return session().connection().execute(statement, bound).rowcount > 0


@cache
def _setting(names: tuple[str, ...], states: tuple[MessageState, ...]) -> Update:
    """Return the statement that sets some columns; making it takes longer than carrying it out."""
    row = _ROW.c
    is_mine = (row.id == bindparam("this_id")) & (row.lease_owner == bindparam("this_owner"))
    in_states = row.state.in_([literal(state, row.state.type) for state in states])
    set_to = {name: bindparam(f"new_{name}", type_=row[name].type) for name in names}
    return update(_ROW).where(is_mine, in_states).values(set_to)


def end(claimed: Claimed, state: MessageState, values: Mapping[str, Any]) -> bool:
    """Let a message come to its end, inside a command, if it is still this worker's."""
    ended: dict[str, Any] = {"state": state, "lease_until": None, "finished_at": clock.now()}
    kind = known_kind(claimed.outgoing.purpose)
    if kind is not None and kind.is_secret:
        ended["mime"] = None
    return keep(claimed, {**ended, **values})


def said(claimed: Claimed, reply: Reply) -> dict[str, Any]:
    """Return what is kept of a reply, which was to one attempt more."""
    return {
        "attempts": claimed.attempts + 1,
        "last_code": reply.code or None,
        "last_enhanced": reply.enhanced,
        "last_text": reply.told,
    }


def tell(claimed: Claimed, kind: DeliveryKind, reply: Reply) -> None:
    """Add a line to the history of a message, inside a command."""
    event = {
        "project_id": claimed.project_id,
        "message_id": claimed.id,
        "at": clock.now(),
        "kind": kind,
        "code": reply.code or None,
        "enhanced": reply.enhanced,
        "text": reply.told,
    }
    session().connection().execute(_EVENT_INSERT, event)


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
    # Committed before the first byte: a worker that dies now leaves a message that may have left.
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


def _note(database: Database, claimed: Claimed, outcome: Handover, following: _Following) -> None:
    with writing(database, claimed, "messages.note"):
        was_mine = following(claimed, outcome)
    code = outcome.reply.code
    if was_mine:
        _log.info("message %s: %s %s", claimed.id, outcome.verdict, code)
    else:
        _log.warning("message %s is another's by now: %s %s", claimed.id, outcome.verdict, code)


def _left(claimed: Claimed, outcome: Handover) -> bool:
    is_filed = outcome.verdict is Verdict.FILED
    state = MessageState.FILED if is_filed else MessageState.ACCEPTED
    if not end(claimed, state, said(claimed, outcome.reply)):
        return False
    kind = DeliveryKind.FILED if is_filed else DeliveryKind.ACCEPTED
    tell(claimed, kind, outcome.reply)
    return True


def _left_and_told(claimed: Claimed, outcome: Handover) -> bool:
    if not _left(claimed, outcome):
        return False
    # In the same transaction: an invitation counts as sent exactly if its message left.
    kind = known_kind(claimed.outgoing.purpose)
    if kind is not None and kind.accepted is not None:
        kind.accepted(claimed.outgoing)
    return True


def _addressed(claimed: Claimed) -> dict[str, str]:
    # The address on record may have changed since it was queued: kept is where it went.
    return {"address": claimed.address, "domain": email_key(claimed.address).rpartition("@")[2]}


def _waiting(claimed: Claimed, until: datetime) -> Mapping[str, Any]:
    """Return what is set on a message that certainly did not arrive this time."""
    return {
        "state": MessageState.QUEUED,
        "not_before": until,
        "lease_owner": None,
        "lease_until": None,
        # As it was before this try: what may have arrived an earlier time stays so.
        "data_started_at": claimed.data_started_at,
    }


def _deferred(claimed: Claimed, outcome: Handover) -> bool:
    reply = outcome.reply
    waiting = server_replies.wait(claimed.attempts + 1, random.random())  # noqa: S311 - spreads, no secret
    again = clock.now() + waiting if waiting is not None else None
    # Refused for now for the first time, since it was last sent again.
    of_message = DeliveryEvent.message_id == claimed.id
    anew = select(func.coalesce(func.max(DeliveryEvent.id), 0)).where(
        of_message, DeliveryEvent.kind == DeliveryKind.SENT_AGAIN
    )
    refused = of_message & (DeliveryEvent.kind == DeliveryKind.DEFERRED)
    first = select(func.min(DeliveryEvent.at)).where(
        refused, DeliveryEvent.id > anew.scalar_subquery()
    )
    began = session().scalar(first, execution_options=OPTIONS) or clock.now()
    if again is None or again > began + server_replies.LONGEST_TIME:
        tell(claimed, DeliveryKind.FAILED, reply)
        return end(claimed, MessageState.FAILED, said(claimed, reply))
    tell(claimed, DeliveryKind.DEFERRED, reply)
    if claimed.send_not_after is not None and again > claimed.send_not_after:
        late = {"reason": Reason.TOO_LATE, **said(claimed, reply)}
        return end(claimed, MessageState.EXPIRED, late)
    return keep(claimed, {**_waiting(claimed, again), **said(claimed, reply)})


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


_FOLLOWING: Mapping[Verdict, _Following] = {
    Verdict.ACCEPTED: _left_and_told,
    Verdict.FILED: _left_and_told,
    Verdict.LATER: _deferred,
    Verdict.NO_MAILBOX: _rejected,
    Verdict.REFUSED: _rejected,
    Verdict.OURS: _failed,
    Verdict.UNKNOWN: _unknown,
}
