"""Sessions and units of work: one for each command, and how long each holds the database."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

import blinker
from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.permissions import Actor

MANY = 1_000
# While a table grows it is looked at again when so many times more rows came in.
TIMES = 3
# SQLite then reads this many rows of each index and no more, however large the table.
LOOKED_AT = 1_000


def keep_up(active: Session, grown: dict[str, int], looked: dict[str, int], name: str) -> None:
    """
    Let PostgreSQL look anew at a table as soon as it is several times what it was in this unit.

    It would go on finding its way by what the table was before: the rows of a long import that
    were just written would be read in full for each set that follows.

    :param grown: name → new rows
    :param looked: name → new rows when it looked last
    """
    rows, before = grown.get(name, 0), looked.get(name, 0)
    if rows - before < max(MANY, TIMES * before) or active.get_bind().dialect.name == "sqlite":
        return
    _look(active.connection(), name)
    looked[name] = rows


def refresh(active: Session, grown: dict[str, int], looked: dict[str, int]) -> None:
    """
    Let the database look anew at tables that got at least a thousand rows (name → new rows).

    Those of earlier units of work of the same session count too, as long work writes small parts; a
    table that grows on is looked at each time that as many rows came in as before.

    Without it SQLite takes a project for ten rows and reads a whole project to find the tags of
    one person; PostgreSQL does so by itself, some minutes later.
    """
    counts = active.info.setdefault("grown", {})
    tables: list[str] = []
    for name, rows in grown.items():
        since, before = counts.get(name, (0, 0))
        since += rows - looked.get(name, 0)
        counts[name] = (since, before)
        if since >= max(MANY, before):
            tables.append(name)
            counts[name] = (0, before + since)
    if not tables:
        return
    connection = active.connection()
    if connection.dialect.name == "sqlite":
        connection.execute(text(f"PRAGMA analysis_limit = {LOOKED_AT}"))
    for name in tables:
        _look(connection, name)


def _look(connection: Connection, name: str) -> None:
    # Somebody else who looks at this table holds it until they are done, and looks for us too.
    how = "" if connection.dialect.name == "sqlite" else "(SKIP_LOCKED) "
    connection.execute(text(f"ANALYZE {how}{connection.dialect.identifier_preparer.quote(name)}"))


_current: ContextVar[Session | None] = ContextVar("kring_session", default=None)

finishing = blinker.Signal("a unit of work has flushed and is about to commit")
held = blinker.Signal("a unit of work has ended, and held others up for so many seconds")

LONG_HOLD = 0.25
"""From so many seconds on the log says that others had to wait for a unit of work on SQLite."""
_log = logging.getLogger("kring.database")
_whole: set[str] = set()


class NoSession(RuntimeError):
    """A question was asked where no session is open."""


class WriteWhileReading(RuntimeError):
    """A command was called in a request that only reads."""


class WriteOutsideCommand(RuntimeError):
    """Something tried to change a row without a command around it."""


@dataclass(slots=True)
class Unit:
    """
    One unit of work: who does what, and why; what has changed is gathered on it.

    :ivar step_id: the step that is open in it, if what is done may be undone as one
    :ivar step_from: how many changes were gathered before that
    """

    actor: Actor
    action: str
    reason: str = ""
    changes: list[object] = field(default_factory=list)
    grown: dict[str, int] = field(default_factory=dict)
    looked: dict[str, int] = field(default_factory=dict)
    step_id: int | None = None
    step_from: int = 0
    followed: dict[str, dict[int, bool]] = field(default_factory=dict)


def session() -> Session:
    """
    Return the session in use.

    :raises NoSession: outside a request, a job or a command line call
    """
    current = _current.get()
    if current is None:
        raise NoSession
    return current


@contextmanager
def using(opened: Session) -> Iterator[None]:
    """Make `opened` the session in use inside a `with` block."""
    token = _current.set(opened)
    try:
        yield
    finally:
        _current.reset(token)


def leave() -> None:
    """Let no session be in use in this context, as for what is still to be done after a request."""
    _current.set(None)


def current_unit() -> Unit | None:
    """Return the unit of work of the session in use, if one is open."""
    unit: Unit | None = session().info.get("unit")
    return unit


@contextmanager
def unit_of_work(actor: Actor, action: str, *, reason: str = "") -> Iterator[Unit]:
    """
    Open a writing transaction and commit it at the end; a nested one joins the outer.

    What was read before is given up first, so that rules are checked on what is true under the
    lock (`BEGIN IMMEDIATE` on SQLite) and not on what was true when the page was drawn.
    """
    active = session()
    outer: Unit | None = active.info.get("unit")
    if outer is not None:
        yield outer
        return
    if active.info.get("reading"):
        raise WriteWhileReading(action)
    active.rollback()
    active.expire_all()
    active.connection(execution_options={"kring_writing": True})
    # Only from here: who waits for the lock holds nobody up.
    begun = time.perf_counter()
    unit = active.info["unit"] = Unit(actor, action, reason)
    try:
        yield unit
        # What listeners gather is all there once everything is flushed.
        active.flush()
        finishing.send(active, unit=unit)
        refresh(active, unit.grown, unit.looked)
        active.commit()
    except BaseException:
        active.rollback()
        raise
    finally:
        del active.info["unit"]
        seconds = active.info["held"] = time.perf_counter() - begun
        held.send(active, action=action, seconds=seconds)
        # There alone one writes at a time, and others waited.
        if active.get_bind().dialect.name == "sqlite":
            told = seconds >= LONG_HOLD and action not in _whole
            level = logging.WARNING if told else logging.DEBUG
            _log.log(level, "held the database for %.3f s: %s", seconds, action)


def allow_long_hold(action: str) -> None:
    """
    Let the log be silent on how long an action holds the database.

    For what is done once in the life of an installation, all or nothing: nobody could act on it.
    """
    _whole.add(action)


def last_hold() -> float:
    """Return for how many seconds the last unit of work of the session in use held others up."""
    seconds: float = session().info.get("held", 0.0)
    return seconds


@event.listens_for(Session, "before_flush")
def _refuse_stray_writes(active: Session, _context: UOWTransaction, _instances: object) -> None:
    if "unit" in active.info:
        return
    # A record that was given the value that it had is among the dirty ones too.
    changed = [*active.new, *active.deleted, *(o for o in active.dirty if active.is_modified(o))]
    if changed:
        message = f"{type(changed[0]).__name__} was changed outside a command"
        raise WriteOutsideCommand(message)
