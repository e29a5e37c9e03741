"""A plan in the making: what goes back, and what was found to stand in the way."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from crm.core.undo.conflicts import Conflict, Decisions
from crm.core.undo.images import Image, Key, Values


@dataclass(slots=True)
class Draft:
    """
    What undoing a step would do, while it is worked out.

    :ivar images: what the step made of the rows that are looked at
    :ivar others: what it made of rows that are looked at at another time
    :ivar untouched: by table, the ids of rows that the step made and that go, whatever is decided
    :ivar now: how the rows that the step changed stand now, as the trail would keep them
    :ivar removals: rows that the step made and that go
    :ivar restores: rows that it removed and that come back, with the values that they get
    :ivar sets: rows that stay, with the values that they get back
    :ivar needed: rows that the step made and that others of its rows still need
    """

    images: dict[Key, Image]
    now: dict[Key, Values]
    decisions: Decisions
    others: Mapping[Key, Image] = field(default_factory=dict)
    untouched: Mapping[str, Collection[int]] = field(default_factory=dict)
    needed: set[Key] = field(default_factory=set)
    removals: set[Key] = field(default_factory=set)
    restores: dict[Key, Values] = field(default_factory=dict)
    sets: dict[Key, Values] = field(default_factory=dict)
    conflicts: dict[tuple[Key, str, str], Conflict] = field(default_factory=dict)

    def name(self, conflicts: Iterable[Conflict]) -> None:
        """Add conflicts, each once."""
        for one in conflicts:
            self.conflicts.setdefault((one.record, one.field, one.referring), one)

    def goes_unseen(self, key: Key) -> bool:
        """Whether a row goes without being looked at."""
        return key.row_id in self.untouched.get(key.table, ())

    def values_after(self, key: Key) -> Values:
        """Return the values of a row as undoing leaves it, and nothing of one that is not there."""
        if key in self.restores:
            return self.restores[key]
        return {**self.now.get(key, {}), **self.sets.get(key, {})}
