"""Leases: how long one worker has something for itself, whatever becomes of the clock."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement

from crm.core import clock

LEASE = timedelta(minutes=5)


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
    """Return how long one whose lease has lapsed may still say what became of a message."""
    return LEASE / 5
