"""Engines: SQLite and PostgreSQL behave alike once a connection is made here."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any, cast

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.orm import Session, sessionmaker

from crm.core.db import sessions

WRITING = "kring_writing"
BUSY_MILLISECONDS = 10_000
RETRY_STEP = 0.005
"""Seconds between two tries to write while somebody else does, on SQLite."""
EACH_ITS_PLAN = "-c plan_cache_mode=force_custom_plan"
# The connections that were found to be there, where each is asked only once.
_known: ContextVar[set[int] | None] = ContextVar("kring_known_connections", default=None)


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
        # As long as SQLite waits for a lock; without it PostgreSQL would wait for ever. And no
        # question of a page is so long that compiling it first pays: that took most of its time.
        # Nor is one plan good for all values: asked often, it would walk a whole list for a few.
        given = f"-c lock_timeout={BUSY_MILLISECONDS} -c jit=off {EACH_ITS_PLAN}"
        engine = create_engine(parsed, connect_args={"options": given})
        # `pool_pre_ping` would ask each time, also where `asked_once` says that once is enough.
        event.listen(engine, "checkout", partial(_ask, engine))
    else:
        engine = create_engine(parsed)
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def asked_once() -> Iterator[None]:
    """
    Ask each connection only at its first use in a `with` block whether it is still there.

    For many short transactions after each other by who tries again when a connection is cut.
    """
    token = _known.set(set())
    try:
        yield
    finally:
        _known.reset(token)


def _ask(engine: Engine, connection: Any, _record: object, _proxy: object) -> None:  # as below
    """Try a connection before it is used, so that one that was cut costs nobody a page."""
    known = _known.get()
    if known is not None and id(connection) in known:
        return
    try:
        engine.dialect.do_ping(connection)
    except engine.dialect.loaded_dbapi.Error as failure:
        raise InvalidatePoolError from failure
    if known is not None:
        known.add(id(connection))


def _prepare_sqlite(connection: Any, _record: object) -> None:  # driver's type is untyped here
    # Trap 1 of the stack notes: the driver's own transactions lose updates.
    connection.isolation_level = None
    for pragma in (
        "foreign_keys = ON",
        "journal_mode = WAL",
        "synchronous = NORMAL",
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "trusted_schema = OFF",
        # Each connection has its own. The system keeps the file in memory too, once for all.
        "cache_size = -12000",
        "temp_store = MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    writing = bool(connection.get_execution_options().get(WRITING))
    if connection.dialect.name != "sqlite":
        if not writing:
            connection.exec_driver_sql("SET TRANSACTION READ ONLY")
        return
    # Each time, as a connection comes from the pool as whoever had it before left it.
    connection.exec_driver_sql(f"PRAGMA query_only = {'OFF' if writing else 'ON'}")
    if not writing:
        connection.exec_driver_sql("BEGIN")
        return
    # Left to itself SQLite tries ever less often, up to ten times a second: who waits would miss
    # every breath that long work takes.
    until = time.monotonic() + BUSY_MILLISECONDS / 1_000
    driver = cast("sqlite3.Connection", connection.connection.driver_connection)
    connection.exec_driver_sql("PRAGMA busy_timeout = 0")
    try:
        while _is_held(driver) and time.monotonic() < until:
            time.sleep(RETRY_STEP)
        if not driver.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # and say what is the matter
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {BUSY_MILLISECONDS}")


def _is_held(driver: sqlite3.Connection) -> bool:
    """Try to begin; whether somebody else writes."""
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as failure:
        # The lowest byte: the longer codes tell kinds of being busy.
        return failure.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
    return False
