"""Writing the gathered changes as one set when a unit of work ends."""

import secrets
from collections.abc import Sequence
from typing import Any, cast

import blinker
from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.audit.chain import CHAINED, REVISION, digest, next_hash, plain_values
from crm.core.audit.models import GENESIS, AuditChain, AuditEntry, AuditValue, Change
from crm.core.db.inserting import insert_rows
from crm.core.db.scope import project_in_scope
from crm.core.db.sessions import Unit, finishing

_CHAIN = cast("Table", AuditChain.__table__)
written = blinker.Signal("the changes of a unit of work stand in the trail, under these numbers")


@finishing.connect
def _write(active: Session, unit: Unit) -> None:
    """Write the gathered changes as one set; the chain's head is the lock of its writers."""
    changes: list[Change] = [change for change in unit.changes if isinstance(change, Change)]
    if not changes:
        return
    project_id = unit.actor.project_id or project_in_scope() or 0
    number, chained = _locked_chain(active, project_id)
    lines: list[dict[str, Any]] = []
    values: list[dict[str, Any]] = []
    for change in changes:
        number += 1
        line, value = _line(unit, project_id, number, change)
        chained = line["chained"] = next_hash(chained, {key: line[key] for key in CHAINED})
        lines.append(line)
        values.append(value)
    _insert(active, lines, values)
    _move_head(active, project_id, number, chained)
    written.send(active, unit=unit, numbers=range(number - len(changes) + 1, number + 1))
    unit.changes.clear()


def hold_chain(active: Session, project_id: int) -> None:
    """Wait until nobody else writes in this project, until the transaction ends."""
    if active.get_bind().dialect.name != "sqlite":  # where one alone writes anyhow
        _locked_chain(active, project_id)


def _move_head(active: Session, project_id: int, length: int, head: str) -> None:
    moved = update(_CHAIN).where(_CHAIN.c.project_id == project_id).values(length=length, head=head)
    active.connection().execute(moved)


def _locked_chain(active: Session, project_id: int) -> tuple[int, str]:
    """Return length and head of a chain, which nobody else moves until the transaction ends."""
    connection = active.connection()
    head = select(_CHAIN.c.length, _CHAIN.c.head).where(_CHAIN.c.project_id == project_id)
    found = connection.execute(head.with_for_update()).one_or_none()
    if found is None:
        _begin_chain(active, project_id)
        found = connection.execute(head.with_for_update()).one()
    return found.length, found.head


def _begin_chain(active: Session, project_id: int) -> None:
    # Two first writers may come at once on PostgreSQL: the second waits and finds the chain.
    dialect = sqlite if active.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(_CHAIN).values(project_id=project_id, length=0, head=GENESIS)
    active.connection().execute(row.on_conflict_do_nothing(index_elements=["project_id"]))


def _line(
    unit: Unit, project_id: int, number: int, change: Change
) -> tuple[dict[str, Any], dict[str, Any]]:
    old, new = plain_values(change.old), plain_values(change.new)
    if change.operation == "remove" and REVISION in change.old:
        # Where the row comes back, its counter goes on: what was opened before is out of date.
        old[REVISION] = change.old[REVISION]
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


def _insert(
    active: Session, lines: Sequence[dict[str, Any]], values: Sequence[dict[str, Any]]
) -> None:
    entry_table, value_table = AuditEntry.__table__, AuditValue.__table__
    ids = insert_rows(active.connection(), entry_table, lines)
    rows = [{"entry_id": row_id, **value} for row_id, value in zip(ids, values, strict=True)]
    insert_rows(active.connection(), value_table, rows)
