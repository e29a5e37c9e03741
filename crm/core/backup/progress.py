"""How far long work is, told to whoever waits for it."""

from collections.abc import Callable

Tell = Callable[[str, int, int], None]
"""Takes what is at hand, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Progress:
    """One part of the work after another, each with what there is of it."""

    def __init__(self, tell: Tell) -> None:
        """Tell by `tell`, after each bit."""
        self._tell = tell
        self._what, self._done, self._total = "", 0, 0

    def begin(self, what: str, total: int) -> None:
        """Begin a part."""
        self._what, self._done, self._total = what, 0, total

    def add(self, number: int) -> None:
        """Add what was done of it."""
        self._done += number
        self._tell(self._what, self._done, self._total)
