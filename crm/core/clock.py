"""The only clock of the product, so that a test can set it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_frozen: ContextVar[datetime | None] = ContextVar("kring_frozen_clock", default=None)
_zones = [ZoneInfo("Europe/Amsterdam")]


def now() -> datetime:
    """Return this moment, aware and in UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """Return the calendar date of this moment in the zone of the installation."""
    return now().astimezone(_zones[-1]).date()


def zone() -> str:
    """Return the name of the zone of the installation."""
    return _zones[-1].key


def use_zone(name: str) -> None:
    """Set the zone that decides which day it is."""
    _zones[:] = [ZoneInfo(name)]


@contextmanager
def frozen(moment: datetime) -> Iterator[None]:
    """Hold the clock at `moment`, which must be aware, inside a `with` block."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
