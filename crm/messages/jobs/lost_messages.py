"""Messages of which nobody knows whether they arrived, and what is done with them."""

from datetime import timedelta

from sqlalchemy import Select, insert, select, update

from crm.core import clock, leases, mail
from crm.core.db import session, unscoped
from crm.core.mail import MailKind, Purpose
from crm.messages.models import IS_OPEN, DeliveryEvent, DeliveryKind, MessageState, OutboxMessage

_OPTIONS = unscoped("the worker serves all projects")
_Row = OutboxMessage


def abandoned() -> Select[int, int | None, Purpose]:
    """Return the statement for messages whose worker went away while it handed them over."""
    is_lapsed = (_Row.state == MessageState.HANDING_OVER) & leases.lapsed(_Row.lease_until)
    return select(_Row.id, _Row.project_id, _Row.purpose).where(IS_OPEN, is_lapsed)


def recover() -> int:
    """Decide, inside a command, about all messages whose worker went away; return how many."""
    held = abandoned().order_by(_Row.id).with_for_update(skip_locked=True, of=_Row)
    rows = session().execute(held, execution_options=_OPTIONS).all()
    for row in rows:
        lose(row.id, row.project_id, row.purpose, wait=leases.patience())
    return len(rows)


def lose(
    message_id: int, project_id: int | None, purpose: Purpose, *, wait: timedelta = timedelta(0)
) -> None:
    """
    Note, inside a command, that a message may or may not have arrived.

    Where its purpose allows, it is sent once more with equal bytes; else a planner decides.

    :param wait: how long its worker may still say that it was accepted; a clock that jumps makes
        leases of living workers end, so the owner of the lease stays named
    """
    kind = known_kind(purpose)
    sent_again = select(DeliveryEvent.id).where(
        DeliveryEvent.message_id == message_id, DeliveryEvent.kind == DeliveryKind.SENT_AGAIN
    )
    # Only once: a server that always breaks off would make many of it.
    again = (
        kind is not None
        and kind.resends
        and session().scalar(sent_again.limit(1), execution_options=_OPTIONS) is None
    )
    state = MessageState.QUEUED if again else MessageState.UNCERTAIN
    now = clock.now()
    values = {"state": state, "not_before": now + wait, "lease_until": None, "last_text": ""}
    statement = update(_Row).where(_Row.id == message_id).values(values)
    session().execute(
        statement.execution_options(synchronize_session=False), execution_options=_OPTIONS
    )
    kinds = [DeliveryKind.UNCERTAIN, *([DeliveryKind.SENT_AGAIN] if again else [])]
    told = {"message_id": message_id, "project_id": project_id, "at": now}
    session().execute(insert(DeliveryEvent), [{**told, "kind": kind} for kind in kinds])


def known_kind(purpose: Purpose) -> MailKind | None:
    """Return what is said of a purpose; nothing if its feature is not there any more."""
    try:
        return mail.kind_of(purpose)
    except KeyError:
        return None
