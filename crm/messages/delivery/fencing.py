"""Changes of a message by whoever holds its lease, and by nobody else."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import OperationalError

from crm.core import clock
from crm.core.db import Database, session, unit_of_work
from crm.core.permissions import system
from crm.messages.delivery.checking import in_project
from crm.messages.delivery.claiming import OPTIONS, Claimed
from crm.messages.delivery.losing import known_kind
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageState, OutboxMessage
from crm.messages.replies import Reply

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
_Row = OutboxMessage
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
    claimed: Claimed, values: Mapping[str, Any], states: tuple[MessageState, ...] = HELD
) -> bool:
    """Set values, inside a command, if the message is still this worker's; whether it was."""
    is_mine = (_Row.lease_owner == claimed.owner) & _Row.state.in_(states)
    statement = update(_Row).where(_Row.id == claimed.id, is_mine).values(dict(values))
    found: Any = session().execute(
        statement.execution_options(synchronize_session=False), execution_options=OPTIONS
    )
    return bool(found.rowcount)


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
    session().execute(insert(DeliveryEvent), [event])
