"""Inserting many rows of one table at once, with the ids that they get."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnDefault,
    Connection,
    Dialect,
    FromClause,
    LargeBinary,
    Row,
    String,
    Table,
    func,
    select,
    text,
)

Rows = Sequence[Mapping[str, Any]]


def insert_rows(connection: Connection, table: FromClause, rows: Rows) -> list[int]:
    """Insert rows that all have the same columns, in two statements; return their ids in order."""
    if not rows:
        return []
    into = cast("Table", table)
    if connection.dialect.name == "sqlite":
        return _numbered(connection, into, rows)
    ids = _fresh_ids(connection, into, len(rows))
    numbered = [{"id": number, **row} for number, row in zip(ids, rows, strict=True)]
    statement, values = _from_columns(into, numbered, connection.dialect)
    connection.execute(text(statement), values)
    return ids


def insert_missing(
    connection: Connection, table: FromClause, rows: Rows, unique: Sequence[str]
) -> Sequence[Row[Any]]:
    """
    Insert on PostgreSQL those rows whose `unique` columns no row holds yet, in one statement.

    Return of these the id and the unique columns.
    """
    into = cast("Table", table)
    statement, values = _from_columns(into, rows, connection.dialect)
    names = _quoted(unique, connection.dialect)
    once = f"{statement} ON CONFLICT ({names}) DO NOTHING RETURNING id, {names}"
    return connection.execute(text(once), values).all()


def _fresh_ids(connection: Connection, table: Table, number: int) -> list[int]:
    """Return as many ids as are needed, of PostgreSQL, which gives none of them to anybody else."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return list(
        connection.scalars(
            select(func.nextval(sequence)).select_from(func.generate_series(1, number))
        )
    )


def _from_columns(table: Table, rows: Rows, dialect: Dialect) -> tuple[str, dict[str, str]]:
    """
    Return the statement that inserts rows on PostgreSQL, and its values: one for each column.

    A value for each row and column, tens of thousands, takes the driver longer than the database.
    """
    columns = _columns(table, rows)
    names = [f"c{number}" for number in range(len(columns))]
    lists = ", ".join(f"json_array_elements_text(CAST(:{name} AS json))" for name in names)
    casts = ", ".join(_cast(name, one, dialect) for name, one in zip(names, columns, strict=True))
    into = _quoted([one.name for one in columns], dialect)
    statement = (
        f"INSERT INTO {table.name} ({into}) SELECT {casts} "  # noqa: S608 - names of our own tables
        f"FROM ROWS FROM ({lists}) AS given ({', '.join(names)})"
    )
    values = (_as_json(one, rows, dialect) for one in columns)
    return statement, dict(zip(names, values, strict=True))


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
    return json.dumps(_values(column, rows, dialect), default=_as_text)


def _as_text(value: Any) -> str:
    """Return a value as PostgreSQL reads it, where JSON has no word for it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value.isoformat() if isinstance(value, date) else str(value)


def _columns(table: Table, rows: Rows) -> list[Column[Any]]:
    return [one for one in table.c if one.name in rows[0] or one.default is not None]


def _quoted(names: Sequence[str], dialect: Dialect) -> str:
    return ", ".join(map(dialect.identifier_preparer.quote, names))


def _numbered(connection: Connection, table: Table, rows: Rows) -> list[int]:
    # SQLite tells ids in no order, so rows would go one by one. Whoever writes here holds the only
    # lock, so the ids that it would give are ours to give.
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    ids = range(first, first + len(rows))
    columns = _columns(table, rows)
    names = ["id", *(one.name for one in columns)]
    marks = ", ".join("?" * len(names))
    into = _quoted(names, connection.dialect)
    statement = f"INSERT INTO {table.name} ({into}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    values = [_values(one, rows, connection.dialect) for one in columns]
    connection.exec_driver_sql(statement, list(zip(ids, *values, strict=True)))
    return list(ids)


def _values(column: Column[Any], rows: Rows, dialect: Dialect) -> list[Any]:
    """Return what goes into one column, as the driver takes it."""
    given = _given(column, rows)
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in given] if process else given


def _given(column: Column[Any], rows: Rows) -> list[Any]:
    if column.name in rows[0]:
        return [row[column.name] for row in rows]
    default = cast("ColumnDefault", column.default)
    return [default.arg(None) if default.is_callable else default.arg for _ in rows]
