"""How the values of a column go to the driver, many rows at once."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import JSON, Column, ColumnDefault, Dialect, LargeBinary, String

Rows = Sequence[Mapping[str, Any]]


def quoted(names: Sequence[str], dialect: Dialect) -> str:
    """Return names as they stand in a statement, with commas between."""
    return ", ".join(map(dialect.identifier_preparer.quote, names))


def listed(columns: Sequence[Column[Any]], dialect: Dialect) -> tuple[str, str]:
    """
    Return for PostgreSQL what selects these columns from lists, and what makes rows of the lists.

    A value for each row and column, tens of thousands, takes the driver longer than the database;
    so each column is one value: a list in JSON, by the names that `lists_of` gives.
    """
    names = [f"c{number}" for number in range(len(columns))]
    lists = ", ".join(f"json_array_elements_text(CAST(:{name} AS json))" for name in names)
    casts = ", ".join(_cast(name, one, dialect) for name, one in zip(names, columns, strict=True))
    return casts, f"ROWS FROM ({lists}) AS given ({', '.join(names)})"


def lists_of(columns: Sequence[Column[Any]], rows: Rows, dialect: Dialect) -> dict[str, str]:
    """Return the lists of values that `listed` names."""
    return {f"c{number}": _as_json(column, rows, dialect) for number, column in enumerate(columns)}


def values(column: Column[Any], rows: Rows, dialect: Dialect) -> list[Any]:
    """Return what goes into one column, as the driver takes it."""
    given = _given(column, rows)
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in given] if process else given


def _cast(name: str, column: Column[Any], dialect: Dialect) -> str:
    # Text is text already; a cast would cut off what is too long for its column.
    if isinstance(column.type.dialect_impl(dialect), String):
        return name
    return f"CAST({name} AS {column.type.compile(dialect=dialect)})"


def _as_json(column: Column[Any], rows: Rows, dialect: Dialect) -> str:
    kind = column.type.dialect_impl(dialect)
    if isinstance(kind, JSON):
        # As SQLAlchemy has it: nothing is the "null" of JSON, not that of SQL.
        return json.dumps([json.dumps(one) for one in _given(column, rows)])
    if isinstance(kind, LargeBinary):
        return json.dumps(_given(column, rows), default=_as_text)
    return json.dumps(values(column, rows, dialect), default=_as_text)


def _as_text(value: Any) -> str:
    """Return a value as PostgreSQL reads it, where JSON has no word for it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value.isoformat() if isinstance(value, date) else str(value)


def _given(column: Column[Any], rows: Rows) -> list[Any]:
    if column.name in rows[0]:
        return [row[column.name] for row in rows]
    default = cast("ColumnDefault", column.default)
    return [default.arg(None) if default.is_callable else default.arg for _ in rows]
