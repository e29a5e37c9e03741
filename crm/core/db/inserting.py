"""Inserting many rows of one table at once, with the ids that they get."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, Connection, Dialect, FromClause, Row, Table, func, select, text

from crm.core.db.columns import Rows, listed, lists_of, quoted, values

_LAST_ID = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"


def insert_rows(connection: Connection, table: FromClause, rows: Rows) -> list[int]:
    """
    Insert rows that all have the same columns, in two statements; return their ids in order.

    Rows that name their id, as those that come back do, keep it.
    """
    if not rows:
        return []
    into = cast("Table", table)
    sqlite = connection.dialect.name == "sqlite"
    if "id" not in rows[0]:
        ids = _next_ids(connection, into, len(rows)) if sqlite else None
        ids = ids or _fresh_ids(connection, into, len(rows))
        rows = [{"id": number, **row} for number, row in zip(ids, rows, strict=True)]
    if sqlite:
        _insert_numbered(connection, into, rows)
    else:
        statement, lists = _from_lists(into, rows, connection.dialect)
        connection.execute(text(statement), lists)
    return [row["id"] for row in rows]


def insert_missing(
    connection: Connection, table: FromClause, rows: Rows, unique: Sequence[str]
) -> Sequence[Row[Any]]:
    """
    Insert on PostgreSQL those rows whose `unique` columns no row holds yet, in one statement.

    Return of these the id and the unique columns.
    """
    into = cast("Table", table)
    statement, lists = _from_lists(into, rows, connection.dialect)
    names = quoted(unique, connection.dialect)
    once = f"{statement} ON CONFLICT ({names}) DO NOTHING RETURNING id, {names}"
    return connection.execute(text(once), lists).all()


def _fresh_ids(connection: Connection, table: Table, number: int) -> list[int]:
    """Return as many ids as are needed, of PostgreSQL, which gives none of them to anybody else."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    return list(
        connection.scalars(
            select(func.nextval(sequence)).select_from(func.generate_series(1, number))
        )
    )


def _next_ids(connection: Connection, table: Table, number: int) -> list[int]:
    # SQLite tells ids in no order, so rows would go one by one. Whoever writes here holds the only
    # lock, so the ids that it would give are ours to give; no id that was ever given comes again.
    last = connection.exec_driver_sql(_LAST_ID, (table.name,)).scalar()
    first = (last or 0) + 1
    return list(range(first, first + number))


def _from_lists(table: Table, rows: Rows, dialect: Dialect) -> tuple[str, dict[str, str]]:
    """Return the statement that inserts rows on PostgreSQL, and its values: one for each column."""
    columns = _columns(table, rows)
    casts, given = listed(columns, dialect)
    into = quoted([one.name for one in columns], dialect)
    statement = f"INSERT INTO {table.name} ({into}) SELECT {casts} FROM {given}"  # noqa: S608 - names of our own tables
    return statement, lists_of(columns, rows, dialect)


def _columns(table: Table, rows: Rows) -> list[Column[Any]]:
    return [one for one in table.c if one.name in rows[0] or one.default is not None]


def _insert_numbered(connection: Connection, table: Table, rows: Rows) -> None:
    columns = _columns(table, rows)
    marks = ", ".join("?" * len(columns))
    into = quoted([one.name for one in columns], connection.dialect)
    statement = f"INSERT INTO {table.name} ({into}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    given = [values(one, rows, connection.dialect) for one in columns]
    connection.exec_driver_sql(statement, list(zip(*given, strict=True)))
