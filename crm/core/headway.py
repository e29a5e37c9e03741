"""
How far background work in one transaction is, for the page of whoever waits for it.

It stands in small files beside the database: until the work ends nobody sees its rows, and on
SQLite nobody else can write any.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
FOLDER = ".headway"
WHOLE = 100
EVERY = 500
"""So many rows go by before it is told anew how far they are."""
_folders: list[Path] = []
_told: ContextVar[Path | None] = ContextVar("kring_headway", default=None)


def use_folder(data: Path) -> None:
    """Keep it in this data folder."""
    _folders[:] = [data / FOLDER]


@contextmanager
def told_as(name: str) -> Iterator[None]:
    """Let what is told inside a `with` block be found under a name, until the block ends."""
    path = _path(name)
    token = _told.set(path)
    try:
        yield
    finally:
        _told.reset(token)
        with suppress(OSError):
            path.unlink(missing_ok=True)


def tell(percent: int) -> None:
    """Say how much is done of what is at hand, where somebody may ask; work never fails by it."""
    path = _told.get()
    if path is None:
        return
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(str(percent), encoding="ascii")
        part.replace(path)


def told(items: Iterable[T], size: int, *, until: int) -> Iterator[T]:
    """
    Yield each of `size` items, and say how far it is now and then.

    :param until: how much of the work at hand is done, in hundredths, when all were yielded
    """
    for place, one in enumerate(items):
        if place % EVERY == 0:
            tell(until * place // max(1, size))
        yield one
    tell(until)


def found(name: str) -> int | None:
    """Return how much is done under a name, in hundredths, if that was told."""
    try:
        return min(WHOLE, int(_path(name).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return None


def _path(name: str) -> Path:
    return _folders[-1] / name
