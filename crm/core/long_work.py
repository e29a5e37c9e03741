"""
Long work: it reads and compares outside any change, and writes in small parts with pauses between.

On SQLite one writes at a time, so whoever saves waits for the part at hand, and for no more than
that. How many rows a part has follows from how long the one before took.
"""

import time

from crm.core.db import last_hold, session

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
