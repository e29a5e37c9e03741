"""Writing the gathered changes as one set when a unit of work ends."""

import secrets
from collections.abc import Sequence
from typing import Any

import blinker
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.audit.chain import CHAINED, REVISION, digest, next_hash, plain_values
from crm.core.audit.models import GENESIS, OPTIONS, AuditChain, AuditEntry, AuditValue, Change
from crm.core.db.inserting import insert_rows
from crm.core.db.scope import project_in_scope
from crm.core.db.sessions import Unit, finishing

written = blinker.Signal("the changes of a unit of work stand in the trail, under these numbers")


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
        chained = line["chained"] = next_hash(chained, {key: line[key] for key in CHAINED})
        lines.append(line)
        values.append(value)
    _insert(active, lines, values)
    _move_head(active, chain, number, chained)
    written.send(active, unit=unit, numbers=range(number - len(changes) + 1, number + 1))
    unit.changes.clear()


def hold_chain(active: Session, project_id: int) -> None:
    """Wait until nobody else writes in this project, until the transaction ends."""
    _locked_chain(active, project_id)


def _move_head(active: Session, chain: AuditChain, length: int, head: str) -> None:
    active.execute(
        update(AuditChain.__table__)  # type: ignore[arg-type]  # a declared table is a Table
        .where(AuditChain.id == chain.id)
        .values(length=length, head=head),
        execution_options=OPTIONS,
    )


def _locked_chain(active: Session, project_id: int) -> AuditChain:
    statement = select(AuditChain).where(AuditChain.project_id == project_id).with_for_update()
    chain = active.scalar(statement, execution_options={**OPTIONS, "populate_existing": True})
    if chain is not None:
        return chain
    _begin_chain(active, project_id)
    return active.scalars(statement, execution_options=OPTIONS).one()


def _begin_chain(active: Session, project_id: int) -> None:
    # Two first writers may come at once on PostgreSQL: the second waits and finds the chain.
    table = AuditChain.__table__
    dialect = sqlite if active.get_bind().dialect.name == "sqlite" else postgresql
    row = dialect.insert(table).values(project_id=project_id, length=0, head=GENESIS)
    active.execute(
        row.on_conflict_do_nothing(index_elements=["project_id"]), execution_options=OPTIONS
    )


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
