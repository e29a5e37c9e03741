"""What has to be unique in a table, as its constraints and indexes say."""

from functools import cache
from typing import Any

from sqlalchemy import Index, UniqueConstraint

from crm.core.db import model_of


@cache
def unique_keys(table: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return what is unique in a table: columns, and the column that must be true for it."""
    model = model_of(table)
    if model is None:
        return ()
    kept: Any = model.__table__
    constraints = [
        (tuple(one.columns.keys()), "")
        for one in kept.constraints
        if isinstance(one, UniqueConstraint)
    ]
    indexes = [_of_index(one) for one in kept.indexes if one.unique]
    return tuple(sorted([*constraints, *(one for one in indexes if one)]))


def _of_index(index: Index) -> tuple[tuple[str, ...], str] | None:
    given = index.dialect_kwargs.get("sqlite_where", None)
    condition = "" if given is None else str(given)
    if condition and condition not in index.table.columns:  # type: ignore[union-attr]  # it has one
        return None
    return tuple(index.columns.keys()), condition


def condition_of(table: str) -> str:
    """Return the column of a table that must be true for something to be unique, if there is."""
    return next((condition for _columns, condition in unique_keys(table) if condition), "")
