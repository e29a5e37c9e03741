"""What a flush wrote: rows that are new, changed or gone, for whoever listens to it."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.db.models import Base


def flushed(active: Session, context: UOWTransaction) -> Iterator[tuple[Base, str]]:
    """Return the rows that a flush wrote, each with what became of it: create, change, remove."""
    gone = removed(active, context)
    left = set(map(id, gone))
    changed = (row for row in active.dirty if id(row) not in left and active.is_modified(row))
    for operation, rows in (("create", active.new), ("change", changed), ("remove", gone)):
        yield from ((row, operation) for row in rows if isinstance(row, Base))


def removed(active: Session, context: UOWTransaction) -> list[Base]:
    """Return what a flush removed; what was taken out of its list is not among the deleted."""
    gone = [state for state, (is_removed, _listed) in context.states.items() if is_removed]
    orphans = (state.obj() for state in gone if state.obj() not in active.deleted)
    return [row for row in (*active.deleted, *orphans) if isinstance(row, Base)]


def named(row: Base, columns: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """Return what a row that a flush wrote has in these columns, and what it had before."""
    attributes = inspect(row).attrs
    histories = {key: attributes[key].history for key in columns}
    yield {key: value for key, history in histories.items() for value in history.non_deleted()}
    yield {key: value for key, history in histories.items() for value in history.deleted or ()}
