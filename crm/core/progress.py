"""
How far background work in one transaction is, for the page of whoever waits for it.

It stands in small files beside the database: until the work ends nobody sees its rows, and on
SQLite nobody else can write any.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
FOLDER = ".headway"
WHOLE = 100
EVERY = 500
"""So many rows go by before it is told anew how far they are."""
ASKED_AFTER = 0.5
"""Seconds between two times that it is asked whether the work is still wanted."""
_folders: list[Path] = []


class NotWanted(Exception):
    """Nobody waits any more for the work at hand."""


@dataclass(slots=True)
class _Work:
    """The work at hand: where is told how far it is, and who says whether it is still wanted."""

    path: Path
    is_wanted: Callable[[], bool]
    asked_at: float = field(default_factory=time.monotonic)


_told: ContextVar[_Work | None] = ContextVar("kring_headway", default=None)


def use_folder(data: Path) -> None:
    """Keep it in this data folder."""
    _folders[:] = [data / FOLDER]


@contextmanager
def told_as(name: str, is_wanted: Callable[[], bool] = lambda: True) -> Iterator[None]:
    """
    Let what is told inside a `with` block be found under a name, until the block ends.

    :param is_wanted: asked now and then; where nobody wants it any more `tell` raises `NotWanted`
    """
    path = _path(name)
    token = _told.set(_Work(path, is_wanted))
    try:
        yield
    finally:
        _told.reset(token)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def tell(percent: int) -> None:
    """
    Say how much is done of what is at hand, where somebody may ask; work never fails by it.

    :raises NotWanted: if the work was called off
    """
    work = _told.get()
    if work is None:
        return
    if time.monotonic() - work.asked_at >= ASKED_AFTER:
        if not work.is_wanted():
            raise NotWanted
        work.asked_at = time.monotonic()
    path = work.path
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(str(percent), encoding="ascii")
        # At once, so that no page reads half a number.
        part.replace(path)


def told(items: Iterable[T], size: int, *, until: int, since: int = 0) -> Iterator[T]:
    """
    Yield each of `size` items, and say how far it is now and then.

    :param since: how much of the work at hand was done before, in hundredths
    :param until: how much of it is done when all were yielded
    :raises NotWanted: if the work was called off
    """
    for place, item in enumerate(items):
        if place % EVERY == 0:
            tell(since + (until - since) * place // max(1, size))
        yield item
    tell(until)


def found(name: str) -> int | None:
    """Return how much is done under a name, in hundredths, if that was told."""
    try:
        return min(WHOLE, int(_path(name).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None


def _path(name: str) -> Path:
    return _folders[-1] / name
