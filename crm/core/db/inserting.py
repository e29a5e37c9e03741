"""Inserting many rows of one table at once, with the ids that they get."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnDefault,
    Connection,
    Dialect,
    FromClause,
    Table,
    func,
    insert,
    select,
)


def insert_rows(
    connection: Connection, table: FromClause, rows: Sequence[Mapping[str, Any]]
) -> list[int]:
    """
    Insert rows that all have the same columns, and return their ids in the same order.

    It takes two statements on SQLite and one for each thousand rows on PostgreSQL.
    """
    if not rows:
        return []
    into = cast("Table", table)
    if connection.dialect.name == "sqlite":
        return _numbered(connection, into, rows)
    statement = insert(into).returning(into.c.id, sort_by_parameter_order=True)
    return list(connection.execute(statement, list(rows)).scalars())


def _numbered(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    # SQLite tells ids in no order, so rows would go one by one. Whoever writes here holds the only
    # lock, so the ids that it would give are ours to give.
    first = (connection.scalar(select(func.max(table.c.id))) or 0) + 1
    ids = range(first, first + len(rows))
    columns = [one for one in table.c if one.name in rows[0] or one.default is not None]
    names = ["id", *(one.name for one in columns)]
    quoted = ", ".join(map(connection.dialect.identifier_preparer.quote, names))
    marks = ", ".join("?" * len(names))
    statement = f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    values = [_values(one, rows, connection.dialect) for one in columns]
    connection.exec_driver_sql(statement, list(zip(ids, *values, strict=True)))
    return list(ids)


def _values(column: Column[Any], rows: Sequence[Mapping[str, Any]], dialect: Dialect) -> list[Any]:
    """Return what goes into one column, as the driver takes it."""
    if column.name in rows[0]:
        given = [row[column.name] for row in rows]
    else:
        given = [_default(column) for _ in rows]
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in given] if process else given


def _default(column: Column[Any]) -> Any:
    default = cast("ColumnDefault", column.default)
    return default.arg(None) if default.is_callable else default.arg
