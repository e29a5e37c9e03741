"""Claiming: which worker has which messages, under a lease that ends by itself."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from crm.core import clock, leases
from crm.core.db import Database, session, unit_of_work
from crm.core.leases import OPTIONS
from crm.core.mail import Outgoing
from crm.core.permissions import system
from crm.messages.jobs import limits, lost_messages
from crm.messages.models import IS_OPEN, BatchState, MessageBatch, MessageState, OutboxMessage
from crm.messages.rules.server import Lane
from crm.projects.models import Project

RENEWED_BELOW = timedelta(minutes=2)
_Row = OutboxMessage
_IS_CLAIMED = _Row.state == MessageState.CLAIMED


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message that one worker has for itself: all that is known of it, as plain values."""

    outgoing: Outgoing
    owner: str
    project_id: int | None
    batch_id: int | None
    template_id: int | None
    address: str
    attempts: int
    send_not_after: datetime | None
    message_id: str
    date_header: str
    mime: bytes | None
    data_started_at: datetime | None

    @property
    def id(self) -> int:
        """The id of its row."""
        return self.outgoing.id


# What both of them hold stands in the table under the same name.
_LETTER = [field.name for field in fields(Outgoing) if field.name != "is_written"]
_OWN = [field.name for field in fields(Claimed) if field.name not in {"outgoing", "owner"}]


def claim(database: Database, owner: str, lane: Lane, most: int) -> list[Claimed]:
    """
    Claim up to `most` due messages of a lane, those that matter most first.

    Where there is nothing to do it only reads, so that an idle worker never holds up a change.
    """
    with database.opened():
        lost = lost_messages.abandoned().limit(1)
        if session().scalar(lost, execution_options=OPTIONS) is None and not (
            limits.are_open(lane, owner)
            and session().scalar(_due(lane, owner).limit(1), execution_options=OPTIONS)
        ):
            return []
        with unit_of_work(system(), "messages.claim"):
            lost_messages.recover()
            allowed = limits.take(lane, owner, most)
            claimed = _claimed(lane, owner, allowed) if allowed else []
            limits.give_back(lane, allowed - len(claimed))
            return claimed


def release(database: Database, owner: str) -> None:
    """Give back what was claimed and not begun; others may take it at once."""
    back = update(_Row).where(_Row.lease_owner == owner, _IS_CLAIMED)
    free = back.values(state=MessageState.QUEUED, **leases.FREE)
    with database.opened(), unit_of_work(system(), "messages.release"):
        session().execute(free.execution_options(synchronize_session=False, **OPTIONS))


def renew(database: Database, owner: str) -> None:
    """Hold what was claimed and not begun for the time of a lease from now."""
    with database.opened(), unit_of_work(system(), "messages.renew"):
        leases.renew(_Row, owner, _IS_CLAIMED)


def _due(lane: Lane, owner: str) -> Select[Any]:
    now = clock.now()
    due = or_(
        (_Row.state == MessageState.QUEUED) & (_Row.not_before <= now),
        _IS_CLAIMED & leases.lapsed(_Row.lease_until),
    )
    going = select(MessageBatch.id).where(
        MessageBatch.state == BatchState.QUEUED, MessageBatch.not_before <= now
    )
    of_batch = or_(_Row.batch_id.is_(None), _Row.batch_id.in_(going))
    conditions = [due, of_batch]
    if lane.is_demo is not None:
        demo = func.coalesce(_Row.project_id, 0).in_(select(Project.id).where(Project.is_demo))
        conditions.append(demo if lane.is_demo else ~demo)
    if lane.preset.per_domain:
        # Leave out domains that as many others write to as it is allowed at once.
        busy = (
            select(_Row.domain)
            .where(
                IS_OPEN,
                _Row.state.in_((MessageState.CLAIMED, MessageState.HANDING_OVER)),
                ~leases.lapsed(_Row.lease_until),
                _Row.lease_owner != owner,
            )
            .group_by(_Row.domain)
            .having(func.count(_Row.lease_owner.distinct()) >= lane.preset.per_domain)
        )
        conditions.append(_Row.domain.not_in(busy))
    ordered = select(_Row.id).where(IS_OPEN, *conditions)
    return ordered.order_by(_Row.priority, _Row.not_before, _Row.id)


def _claimed(lane: Lane, owner: str, most: int) -> list[Claimed]:
    due = _due(lane, owner).limit(most)
    ids = leases.claim(_Row, due, owner, {"state": MessageState.CLAIMED})
    # As plain rows: objects of the session would be read anew in each of the short transactions.
    chosen = select(*_Row.__table__.columns).where(_Row.id.in_(ids))
    ordered = chosen.order_by(_Row.priority, _Row.not_before, _Row.id)
    found = session().execute(ordered, execution_options=OPTIONS).mappings()
    return [
        Claimed(
            Outgoing(**{name: row[name] for name in _LETTER}, is_written=row["mime"] is not None),
            owner,
            **{name: row[name] for name in _OWN},
        )
        for row in found
    ]
