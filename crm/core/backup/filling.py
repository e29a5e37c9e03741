"""Putting rows into tables, set by set, on either database."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, insert, text

from crm.core.backup.progress import Progress
from crm.core.db.engine import WRITING

AT_ONCE = 1_000
Row = dict[str, Any]
T = TypeVar("T")


def writing(engine: Engine) -> Connection:
    """Return a connection that may write."""
    return engine.connect().execution_options(**{WRITING: True})


def fill(connection: Connection, table: Table, rows: Iterable[Row], progress: Progress) -> None:
    """Insert rows, which each name all columns."""
    for part in _parts(rows):
        connection.execute(insert(table), part)
        progress.add(len(part))


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    given = iter(rows)
    while part := list(islice(given, AT_ONCE)):
        yield part


def go_on_from(connection: Connection, name: str, last_id: int) -> None:
    """Let the next row of a table get an id that none has had."""
    if connection.dialect.name == "sqlite":
        change = "UPDATE sqlite_sequence SET seq = :last WHERE name = :name"
        given = {"last": last_id, "name": name}
        if not connection.execute(text(change), given).rowcount and last_id:
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), given)
        return
    sequence = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, :used)"
    connection.execute(text(sequence), {"name": name, "last": max(last_id, 1), "used": last_id > 0})
