"""
Long work: it reads and compares outside any change, and writes in small parts with pauses between.

On SQLite one writes at a time, so whoever saves waits for the part at hand, and for no more than
that. How many rows a part has follows from how long the one before took.
"""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from crm.core.db import last_hold, session
from crm.core.errors import DomainError

AIMED_AT = 0.045
"""Seconds that a part holds the database, as far as its rows decide that."""
BREATH = 0.02
"""Seconds between two parts at least: others try to write four times meanwhile."""
FIRST = 25
"""So many rows the first part has: nobody knows yet how long they take."""
MOST_GROWTH = 1.25
"""A part after a slow one is smaller at once, and grows again little by little: few are long."""
LEAST = 15
"""Fewer rows would take as long: what a part costs by itself is more than they do."""


class Pace:
    """How many rows the next part has, and the breath before it."""

    def __init__(self, most: int, first: int = FIRST, least: int = LEAST) -> None:
        """
        Begin with `first` rows a part.

        :param most: no part has more rows
        :param least: nor fewer, as those would take as long
        """
        self._most, self._least = most, least
        self.size = min(first, most)

    def rest(self, rows: int) -> None:
        """Learn from the part that was just written, of so many rows, and let others write."""
        seconds = last_hold()
        fits = AIMED_AT / max(seconds, 0.001)
        # A part that was short at the end of the list says nothing of larger ones.
        if rows >= self.size or fits < 1:
            self.size = min(self._most, max(self._least, round(rows * min(MOST_GROWTH, fits))))
        session().rollback()
        time.sleep(max(BREATH, seconds / 2))


class PlanIsOld(Exception):
    """What was worked out before a part does not hold any more: it is worked out anew."""


@dataclass(frozen=True, slots=True)
class TaskKind:
    """
    A kind of long work, which is carried out part by part as whoever ordered it.

    :param key: its name in rows, and that of its jobs; never changed
    :param prepare: yields, outside any command, what each next part needs, from the task as it
        stands and the pace; all is done when it ends
    :param part: the command for one part: for an actor and a task, with what was `prepared`; it
        returns how many had their turn, or raises `PlanIsOld` before it changes anything
    :param ended: what follows from the end, in its transaction
    :param one_by_one: whether one of a project waits until those that were begun before are over
    :param pace: how it begins
    :param impossible: refusals by which it ends, as what it needs is not there any more
    """

    key: str
    prepare: Callable[[Any, Pace], Iterable[Any]]
    part: Callable[..., int] = lambda *_given, **_named: 0
    ended: Callable[[Any], None] = lambda _task: None
    pace: Callable[[], Pace] = lambda: Pace(500)
    one_by_one: bool = False
    impossible: tuple[type[DomainError], ...] = ()


_kinds: dict[str, TaskKind] = {}


def register(kinds: Iterable[TaskKind]) -> None:
    """Add a feature's kinds of long work."""
    _kinds.update({kind.key: kind for kind in kinds})


def kind_of(key: str) -> TaskKind:
    """Return the kind with this key."""
    return _kinds[key]
