"""The audit trail: who changed what, when and why, chained row by row."""

import hashlib
import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import ForeignKey, Select, event, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Mapper, Session, UOWTransaction, mapped_column
from sqlalchemy.orm.attributes import History

from crm.core import clock
from crm.core.db.inserting import insert_rows
from crm.core.db.models import Audited, Base
from crm.core.db.scope import project_in_scope, unscoped
from crm.core.db.sessions import Unit, finishing, session

GENESIS = "0" * 64
_NEVER = frozenset({"revision"})
_PLAIN = frozenset({str, int, bool, float, type(None)})
_OPTIONS = unscoped("the trail belongs to the installation")


class AuditChain(Base):
    """The head of one chain: a project's, or (project 0) the installation's."""

    __tablename__ = "audit_chain"

    project_id: Mapped[int] = mapped_column(unique=True)
    length: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default=GENESIS)


class AuditEntry(Base):
    """One change: never edited, kept after deletion and erasure, without values."""

    __tablename__ = "audit_entry"

    project_id: Mapped[int] = mapped_column(index=True)
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


def note(unit: Unit, change: Change) -> None:
    """Put `change` on the list that is written when the unit of work ends."""
    unit.changes.append(change)


def version_of(project_id: int) -> str:
    """Return a mark that differs after every audited change in the project."""
    statement = select(AuditChain.length, AuditChain.head).where(
        AuditChain.project_id == project_id
    )
    row = session().execute(statement, execution_options=_OPTIONS).first()
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
    for entry, value in session().execute(_with_values(project_id), execution_options=_OPTIONS):
        number += 1
        line = {key: getattr(entry, key) for key in _CHAINED}
        right_digest = value is None or entry.digest == _digest(value.salt, value.old, value.new)
        chained = _next(chained, line)
        if entry.number != number or entry.chained != chained or not right_digest:
            return number
    chain = session().scalar(
        select(AuditChain).where(AuditChain.project_id == project_id), execution_options=_OPTIONS
    )
    length, head = (chain.length, chain.head) if chain else (0, GENESIS)
    return None if (length, head) == (number, chained) else number + 1


_CHAINED = (
    "project_id", "number", "at", "account_id", "action", "reason", "table", "row_id",
    "operation", "fields", "digest",
)  # fmt: skip


def _with_values(project_id: int) -> Select[AuditEntry, AuditValue]:
    return (
        select(AuditEntry, AuditValue)
        .outerjoin(AuditValue, AuditValue.entry_id == AuditEntry.id)
        .where(AuditEntry.project_id == project_id)
        .order_by(AuditEntry.number)
    )


def _plain(value: object) -> object:
    if type(value) in _PLAIN:
        return value
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in row.items() if key not in _NEVER}


# One for all: a bulk change writes many thousands of lines.
_encoder = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_plain)


def _json(value: object) -> str:
    return _encoder.encode(value)


def _digest(salt: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{salt}{_json([old, new])}".encode()).hexdigest()


def _next(chained: str, line: Mapping[str, Any]) -> str:
    return hashlib.sha256(f"{chained}{_json(line)}".encode()).hexdigest()


@event.listens_for(Mapper, "after_configured")
def _keep_old_values() -> None:
    # Without it a value set on an expired record has no old one to write down.
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Audited):
            for attribute in mapper.column_attrs:
                getattr(mapper.class_, attribute.key).impl.active_history = True


@event.listens_for(Session, "after_flush")
def _listen(active: Session, _context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row, operation in _flushed(active):
        if isinstance(row, Audited):
            change = _change(row, operation)
            if change is not None:
                note(unit, change)


def _flushed(active: Session) -> Iterator[tuple[object, str]]:
    yield from ((row, "create") for row in active.new)
    yield from ((row, "change") for row in active.dirty if active.is_modified(row))
    yield from ((row, "remove") for row in active.deleted)


def _change(row: Any, operation: str) -> Change | None:
    state = inspect(row)
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for attribute in state.mapper.column_attrs:
        key = attribute.key
        if key in _NEVER | row.__not_audited__:
            continue
        history = state.attrs[key].history
        _sort_history(operation, key, history, old, new)
    if operation == "change" and not new:
        return None
    return Change(row.__tablename__, row.id, operation, old, new)


def _sort_history(
    operation: str, key: str, history: History, old: dict[str, Any], new: dict[str, Any]
) -> None:
    now = next(iter(history.added or history.unchanged or ()), None)
    if operation == "create":
        new[key] = now
    elif operation == "remove":
        old[key] = now
    elif history.has_changes():
        old[key] = next(iter(history.deleted or ()), None)
        new[key] = now


@finishing.connect
def _write(active: Session, unit: Unit) -> None:
    """Write the gathered changes as one set; the chain's head is the lock of its writers."""
    changes: list[Change] = [change for change in unit.changes if isinstance(change, Change)]
    if not changes:
        return
    project_id = unit.actor.project_id or project_in_scope() or 0
    chain = _locked_chain(active, project_id)
    number, chained = chain.length, chain.head
    lines: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for change in changes:
        number += 1
        line, value = _line(unit, project_id, number, change)
        chained = line["chained"] = _next(chained, {key: line[key] for key in _CHAINED})
        lines.append(line)
        values.append(value)
    _insert(active, lines, values)
    _move_head(active, chain, number, chained)
    unit.changes.clear()


def _move_head(active: Session, chain: AuditChain, length: int, head: str) -> None:
    active.execute(
        update(AuditChain.__table__)  # type: ignore[arg-type]  # a declared table is a Table
        .where(AuditChain.id == chain.id)
        .values(length=length, head=head),
        execution_options=_OPTIONS,
    )


def _locked_chain(active: Session, project_id: int) -> AuditChain:
    statement = select(AuditChain).where(AuditChain.project_id == project_id).with_for_update()
    chain = active.scalar(statement, execution_options={**_OPTIONS, "populate_existing": True})
    if chain is not None:
        return chain
    _begin_chain(active, project_id)
    return active.scalars(statement, execution_options=_OPTIONS).one()


def _begin_chain(active: Session, project_id: int) -> None:
    # Two first writers may come at once on PostgreSQL: the second waits and finds the chain.
    table = AuditChain.__table__
    dialect = sqlite if active.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(table).values(project_id=project_id, length=0, head=GENESIS)
    active.execute(
        row.on_conflict_do_nothing(index_elements=["project_id"]), execution_options=_OPTIONS
    )


def _line(
    unit: Unit, project_id: int, number: int, change: Change
) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = _values(change.old), _values(change.new)
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
        "digest": _digest(salt, old, new),
    }
    return line, {"salt": salt, "old": old, "new": new}


def _insert(
    active: Session, lines: Sequence[dict[str, Any]], values: Sequence[dict[str, Any]]
) -> None:
    entry_table, value_table = AuditEntry.__table__, AuditValue.__table__
    ids = insert_rows(active.connection(), entry_table, lines)
    rows = [{"entry_id": row_id, **value} for row_id, value in zip(ids, values, strict=True)]
    active.execute(insert(value_table), rows, execution_options=_OPTIONS)  # type: ignore[arg-type]  # a declared table is a Table
