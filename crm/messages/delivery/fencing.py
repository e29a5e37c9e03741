"""Changes of a message by whoever holds its lease, and by nobody else."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any, cast

from sqlalchemy import Table, Update, bindparam, insert, literal, update
from sqlalchemy.exc import OperationalError

from crm.core import clock
from crm.core.db import Database, session, unit_of_work
from crm.core.permissions import system
from crm.messages.delivery.checking import in_project
from crm.messages.delivery.claiming import Claimed
from crm.messages.delivery.lost_messages import known_kind
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageState, OutboxMessage
from crm.messages.rules.server_replies import Reply

# Uncertain, or queued by whoever found the lease lapsed: as long as nobody else has claimed it,
# one who was only late may say what became of it.
HELD = (
    MessageState.CLAIMED,
    MessageState.HANDING_OVER,
    MessageState.UNCERTAIN,
    MessageState.QUEUED,
)
# A database that is held waits ten seconds each time; the lease lasts longer than all of these.
_TRIES = 12
# Asked of the connection itself: between two messages there is no time for more.
_ROW = cast("Table", OutboxMessage.__table__)
_EVENT_INSERT = insert(cast("Table", DeliveryEvent.__table__))
_log = logging.getLogger("kring.mail")


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
    claimed: Claimed,
    values: Mapping[str, Any],
    states: tuple[MessageState, ...] = HELD,
) -> bool:
    """Set values, inside a command, if the message is still this worker's; whether it was."""
    given = {"this_id": claimed.id, "this_owner": claimed.owner}
    given |= {f"new_{name}": value for name, value in values.items()}
    statement = _setting(tuple(values), states)
    return session().connection().execute(statement, given).rowcount > 0


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
