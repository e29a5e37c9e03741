"""The audit trail: who changed what, when and why, chained row by row."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, cast

import blinker
from sqlalchemy import ForeignKey, Index, Select, Table, event, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Mapper, Session, UOWTransaction, mapped_column

from crm.core import clock
from crm.core.db.bulk import insert_rows
from crm.core.db.flush_changes import flushed
from crm.core.db.models import Base, is_audited
from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import Unit, finishing, session

GENESIS = "0" * 64
OPTIONS = unscoped("the trail belongs to the installation")


class AuditChain(Base):
    """The head of one chain: a project's, or (project 0) the installation's."""

    __tablename__ = "audit_chain"

    project_id: Mapped[int] = mapped_column(unique=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default=GENESIS)


class AuditEntry(Base):
    """One change: never edited, kept after deletion and erasure, without values."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_number", "project_id", "number"),)

    project_id: Mapped[int]
    number: Mapped[int]
    at: Mapped[datetime]
    account_id: Mapped[int | None]
    action: Mapped[str]
    reason: Mapped[str]
    table: Mapped[str]
    row_id: Mapped[int] = mapped_column(index=True)
    operation: Mapped[str]
    fields: Mapped[list[str]]
    digest: Mapped[str]
    chained: Mapped[str]


class AuditValue(Base):
    """Old and new values of one entry, with their salt; erasure empties this table."""

    __tablename__ = "audit_value"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("audit_entry.id", ondelete="CASCADE"), unique=True
    )
    salt: Mapped[str]
    old: Mapped[dict[str, Any]]
    new: Mapped[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Change:
    """One row's change as it happened, before it is written down."""

    table: str
    row_id: int
    operation: str
    old: dict[str, Any]
    new: dict[str, Any]


REVISION = "revision"
NEVER = frozenset({REVISION})
_PLAIN = frozenset({str, int, bool, float, type(None)})
# Neither values nor salt are among them, so the chain still verifies once erasure emptied those. By
# name and not by the table: a column that is added one day must not make older entries unfit.
CHAINED = (
    "project_id",
    "number",
    "at",
    "account_id",
    "action",
    "reason",
    "table",
    "row_id",
    "operation",
    "fields",
    "digest",
)


def _plain(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return value.hex()
    return value


def plain_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values of a row as JSON can hold them; counters of revisions are left out."""
    return {key: _plain(value) for key, value in row.items() if key not in NEVER}


# One for all: a bulk change writes many thousands of lines.
_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_plain).encode


def digest(salt: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    """Return the salted digest of old and new values."""
    return hashlib.sha256(f"{salt}{_json([old, new])}".encode()).hexdigest()


def next_hash(chained: str, line: Mapping[str, Any]) -> str:
    """Return the hash of an entry that covers the one before."""
    return hashlib.sha256(f"{chained}{_json(line)}".encode()).hexdigest()


_CHAIN = cast("Table", AuditChain.__table__)
written = blinker.Signal("the changes of a unit of work stand in the trail, under these numbers")


@finishing.connect
def _write(active: Session, unit: Unit) -> None:
    """Write the gathered changes as one set; the chain's head is the lock of its writers."""
    changes: list[Change] = [change for change in unit.changes if isinstance(change, Change)]
    if not changes:
        return
    project_id = unit.actor.project_id or project_in_scope() or 0
    # Only now, when all is gathered: on PostgreSQL others in the project wait from here to the end.
    number, chained = _locked_chain(active, project_id)
    lines: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for change in changes:
        number += 1
        line, value = _line(unit, project_id, number, change)
        chained = line["chained"] = next_hash(chained, {key: line[key] for key in CHAINED})
        lines.append(line)
        values.append(value)
    connection = active.connection()
    ids = insert_rows(connection, AuditEntry.__table__, lines)
    rows = [{"entry_id": row_id, **value} for row_id, value in zip(ids, values, strict=True)]
    insert_rows(connection, AuditValue.__table__, rows)
    moved = update(_CHAIN).where(_CHAIN.c.project_id == project_id)
    connection.execute(moved.values(length=number, head=chained))
    written.send(active, unit=unit, numbers=range(number - len(changes) + 1, number + 1))
    unit.changes.clear()


def hold_chain(active: Session, project_id: int) -> None:
    """Wait until nobody else writes in this project, until the transaction ends."""
    if active.get_bind().dialect.name != "sqlite":  # where one alone writes anyhow
        _locked_chain(active, project_id)


def _locked_chain(active: Session, project_id: int) -> tuple[int, str]:
    """Return length and head of a chain, which nobody else moves until the transaction ends."""
    connection = active.connection()
    head = select(_CHAIN.c.length, _CHAIN.c.head).where(_CHAIN.c.project_id == project_id)
    found = connection.execute(head.with_for_update()).one_or_none()
    if found is None:
        # Two first writers may come at once on PostgreSQL: the second waits and finds the chain.
        dialect = sqlite if active.get_bind().dialect.name == "sqlite" else postgresql
        row = dialect.insert(_CHAIN).values(project_id=project_id, length=0, head=GENESIS)
        connection.execute(row.on_conflict_do_nothing(index_elements=["project_id"]))
        found = connection.execute(head.with_for_update()).one()
    return found.length, found.head


def _line(
    unit: Unit, project_id: int, number: int, change: Change
) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = plain_values(change.old), plain_values(change.new)
    if change.operation == "remove" and REVISION in change.old:
        # Where the row comes back, its counter goes on: what was opened before is out of date.
        old[REVISION] = change.old[REVISION]
    # Without it, short values that erasure emptied could be guessed back from the digest.
    salt = secrets.token_hex(16)
    line = {
        "project_id": project_id,
        "number": number,
        "at": clock.now(),
        "account_id": unit.actor.account_id,
        "action": unit.action,
        "reason": unit.reason,
        "table": change.table,
        "row_id": change.row_id,
        "operation": change.operation,
        "fields": sorted({*old, *new}),
        "digest": digest(salt, old, new),
    }
    return line, {"salt": salt, "old": old, "new": new}


@event.listens_for(Mapper, "after_configured")
def _keep_old_values() -> None:
    # Without it a value set on an expired record has no old one to write down.
    for mapper in Base.registry.mappers:
        if is_audited(mapper.class_, in_step=True):
            for attribute in mapper.column_attrs:
                getattr(mapper.class_, attribute.key).impl.active_history = True


@event.listens_for(Session, "after_flush")
def _listen(active: Session, context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row, operation in flushed(active, context):
        in_step = unit.step_id is not None
        if is_audited(type(row), in_step=in_step):
            change = _change(row, operation, in_step=in_step)
            if change is not None:
                unit.changes.append(change)


def _change(row: Any, operation: str, *, in_step: bool) -> Change | None:
    state = inspect(row)
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    # The counter of a row that goes is kept for the day it comes back; see `_line`.
    kept_out = frozenset() if operation == "remove" else NEVER
    left_out = kept_out | getattr(row, "__not_audited__", frozenset())
    if in_step and operation != "create":
        # Or undoing the step could not put them back.
        left_out -= getattr(row, "__in_step__", frozenset())
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        if key in left_out:
            continue
        history = state.attrs[key].history
        now = next(iter(history.added or history.unchanged or ()), None)
        if operation == "create":
            new[key] = now
        elif operation == "remove":
            old[key] = now
        elif history.has_changes():
            old[key], new[key] = next(iter(history.deleted or ()), None), now
    if operation == "change" and not new:
        return None
    return Change(row.__tablename__, row.id, operation, old, new)


def version_of(project_id: int) -> str:
    """Return a mark that differs after every audited change in the project."""
    statement = select(AuditChain.length, AuditChain.head).where(
        AuditChain.project_id == project_id
    )
    row = session().execute(statement, execution_options=OPTIONS).first()
    return f"{row.length}.{row.head[:16]}" if row else "0"


def entries_of(project_id: int) -> Select[AuditEntry]:
    """Return the statement for a project's trail, newest first."""
    return (
        select(AuditEntry)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number.desc())
    )


def broken_entry(project_id: int) -> int | None:
    """
    Return the number of the first entry that does not fit the chain, or none if all do.

    Where values are still kept, their digest is checked as well.
    """
    chained = GENESIS
    number = 0
    trail = (
        select(AuditEntry, AuditValue)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number)
    )
    for entry, value in session().execute(trail, execution_options=OPTIONS):
        number += 1
        line = {key: getattr(entry, key) for key in CHAINED}
        right_digest = value is None or entry.digest == digest(value.salt, value.old, value.new)
        chained = next_hash(chained, line)
        if entry.number != number or entry.chained != chained or not right_digest:
            return number
    chain = session().scalar(
        select(AuditChain).where(AuditChain.project_id == project_id), execution_options=OPTIONS
    )
    # Lines cut off at the end leave a chain that fits: only the head tells that they are gone.
    length, head = (chain.length, chain.head) if chain else (0, GENESIS)
    return None if (length, head) == (number, chained) else number + 1
