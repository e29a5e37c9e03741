"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from crm.core.db import Database

BEGINNING = ("BEGIN", "PRAGMA", "SET TRANSACTION")


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Gather the SQL statements that are sent inside a `with` block."""
    database: Database = app.extensions["kring_database"]
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    yield sent
    event.remove(database.engine, "before_cursor_execute", note)


def questions(sent: list[str]) -> int:
    """Return how many questions there are in what was sent; beginning to read is none."""
    return len([one for one in sent if not one.startswith(BEGINNING)])
