"""
Leases: how long one worker has a row for itself, whatever becomes of the worker or of the clock.

Jobs and mail are claimed here. Who has a row renews its lease while it works; a worker that was
killed renews none, and another takes its rows up once they lapse.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, update
from sqlalchemy.orm import Mapped

from crm.core import clock
from crm.core.db import Base, session, unscoped

LEASE = timedelta(minutes=5)
OPTIONS = unscoped("the worker serves all projects")
FREE: Mapping[str, Any] = {"lease_owner": None, "lease_until": None}


class Leased(Base):
    """A row that one worker at a time has for itself."""

    __abstract__ = True

    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]


def ends() -> datetime:
    """Return until when a lease runs that begins now."""
    return clock.now() + LEASE


def has_lapsed(until: datetime) -> bool:
    """Whether a lease has ended, or was given by a clock that was set back since."""
    # No lease runs longer than `LEASE`; as much again allows for machines that are not on time.
    now = clock.now()
    return not now <= until <= now + 2 * LEASE


def lapsed(until: Any) -> ColumnElement[bool]:
    """Return the same as a condition on a column."""
    now = clock.now()
    found: ColumnElement[bool] = (until < now) | (until > now + 2 * LEASE)
    return found


def patience() -> timedelta:
    """Return how long one whose lease has lapsed may still say what became of its row."""
    return LEASE / 5


def claim(
    model: type[Leased], due: Select[int], owner: str, values: Mapping[str, Any]
) -> list[int]:
    """
    Give rows, inside a command, to one worker, and return their ids.

    Two workers that look at once do not wait for each other: each takes what the other has not.

    :param due: the statement for the ids of those that are to be taken, with its order and limit
    :param values: what is set on each besides, such as its state
    """
    free = due.with_for_update(skip_locked=True, of=model)
    ids = list(session().scalars(free, execution_options=OPTIONS))
    _set(update(model).where(model.id.in_(ids)), {"lease_owner": owner, **values})
    return ids


def renew(model: type[Leased], owner: str, *those: ColumnElement[bool]) -> None:
    """Let a worker keep rows for the time of a lease from now, inside a command."""
    _set(update(model).where(model.lease_owner == owner, *those), {})


def _set(statement: Update, values: Mapping[str, Any]) -> None:
    held = statement.values({**values, "lease_until": ends()})
    session().execute(held.execution_options(synchronize_session=False), execution_options=OPTIONS)
