"""Giving many rows of one table values of their own at once."""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Column, Connection, FromClause, Table, text

from crm.core.db.columns import Rows, listed, lists_of, quoted, values


def update_rows(
    connection: Connection, table: FromClause, rows: Rows, *, raising: str | None = None
) -> None:
    """
    Give rows, which each name their id and the same columns, their new values in one statement.

    :param raising: a counter that goes up by one in each
    """
    into = cast("Table", table)
    columns = [into.c[name] for name in rows[0] if name != "id"]
    if connection.dialect.name == "sqlite":
        _by_id(connection, into, columns, rows, raising)
    else:
        _from_lists(connection, into, columns, rows, raising)


def _by_id(
    connection: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    rows: Rows,
    raising: str | None,
) -> None:
    sets = [f"{quoted([one.name], connection.dialect)} = ?" for one in columns]
    sets += [f"{raising} = {raising} + 1"] if raising else []
    statement = f"UPDATE {table.name} SET {', '.join(sets)} WHERE id = ?"  # noqa: S608 - names of our own tables
    given = [values(one, rows, connection.dialect) for one in (*columns, table.c.id)]
    connection.exec_driver_sql(statement, list(zip(*given, strict=True)))


def _from_lists(
    connection: Connection,
    table: Table,
    columns: Sequence[Column[Any]],
    rows: Rows,
    raising: str | None,
) -> None:
    dialect = connection.dialect
    everything = [table.c.id, *columns]
    casts, given = listed(everything, dialect)
    names = [quoted([one.name], dialect) for one in everything]
    sets = [f"{name} = fresh.{name}" for name in names[1:]]
    sets += [f"{raising} = {table.name}.{raising} + 1"] if raising else []
    statement = (
        f"UPDATE {table.name} SET {', '.join(sets)} "  # noqa: S608 - names of our own tables
        f"FROM (SELECT {casts} FROM {given}) AS fresh ({', '.join(names)}) "
        f"WHERE {table.name}.id = fresh.id"
    )
    connection.execute(text(statement), lists_of(everything, rows, dialect))
