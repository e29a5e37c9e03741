"""Engines: SQLite and PostgreSQL behave alike once a connection is made here."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.orm import Session, sessionmaker

from crm.core.db import sessions

WRITING = "kring_writing"
BUSY_MILLISECONDS = 10_000


class Database:
    """One database: its engine, and the sessions that are opened on it."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine = make_engine(url)
        self._sessions = sessionmaker(self.engine, expire_on_commit=False, autoflush=False)

    @contextmanager
    def opened(self) -> Iterator[Session]:
        """Open a session for a `with` block; it reads, until a command makes it write."""
        with self._sessions() as session, sessions.using(session):
            yield session

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def make_engine(url: str) -> Engine:
    """Return an engine whose transactions read, unless the connection was marked as writing."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        # As long as SQLite waits for a lock; without it PostgreSQL would wait for ever.
        waiting = {"options": f"-c lock_timeout={BUSY_MILLISECONDS}"}
        engine = create_engine(parsed, pool_pre_ping=True, connect_args=waiting)
    else:
        engine = create_engine(parsed)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "begin", _begin_postgresql)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:  # driver's type is untyped here
    # Trap 1 of the stack notes: the driver's own transactions lose updates.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "trusted_schema = OFF",
        "cache_size = -32000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(WRITING))
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if not connection.get_execution_options().get(WRITING):
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")
