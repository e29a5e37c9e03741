"""A plan in the making: what a step did with each row, and what stands in the way of undoing it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple

Values = dict[str, Any]
NOTHING: Values = {}
"""The values of an image that holds none; never filled."""


class Key(NamedTuple):
    """One row of one table."""

    table: str
    row_id: int


class Line(NamedTuple):
    """One line of the trail, without its values."""

    entry_id: int
    table: str
    row_id: int
    operation: str


class Way(StrEnum):
    """What undoing does with a row."""

    REMOVE = "remove"
    RESTORE = "restore"
    SET_BACK = "set_back"


@dataclass(slots=True)
class Image:
    """
    One row before and after a step.

    A step may have made many thousands of rows, so values are read as they are needed.

    :ivar before: its values before: all if the step removed it, else those that it changed
    :ivar after: the values that the step gave it
    :ivar is_erased: whether values were erased from the trail since
    :ivar entries: ids of its lines in the trail
    """

    key: Key
    existed: bool
    exists: bool
    before: Values = field(default_factory=dict)
    after: Values = field(default_factory=dict)
    is_erased: bool = False
    entries: Sequence[int] = ()

    @property
    def way(self) -> Way:
        """What undoing does with the row."""
        if not self.existed:
            return Way.REMOVE
        return Way.SET_BACK if self.exists else Way.RESTORE

    @property
    def changed(self) -> dict[str, tuple[Any, Any]]:
        """Column → value before and after, where these differ; of a row that stayed."""
        return {
            name: (self.before[name], value)
            for name, value in self.after.items()
            if name in self.before and self.before[name] != value
        }

    @property
    def matters(self) -> bool:
        """Whether there is anything to undo: a row that came and went leaves nothing."""
        if self.existed and self.exists:
            return self.is_erased or bool(self.changed)
        return self.existed or self.exists

    def only(self, columns: Collection[str]) -> "Image":
        """Return the image with the values of some columns."""
        before = {name: value for name, value in self.before.items() if name in columns}
        after = {name: value for name, value in self.after.items() if name in columns}
        return replace(self, before=before or NOTHING, after=after or NOTHING)


def images_of(lines: Iterable[Line]) -> dict[Key, Image]:
    """Return what a step did with each row, without values, from its lines in their order."""
    found: dict[Key, Image] = {}
    tables: dict[str, str] = {}
    for line in lines:
        # One text for all rows of a table: there may be many thousands of these.
        key = Key(tables.setdefault(line.table, line.table), line.row_id)
        image = found.get(key)
        if image is None:
            existed = line.operation != "create"
            image = found[key] = Image(key, existed, True, NOTHING, NOTHING)  # noqa: FBT003 - many
        image.exists = line.operation != "remove"
        image.entries = (*image.entries, line.entry_id)
    return {key: image for key, image in found.items() if image.existed or image.exists}


def filled(image: Image, values: Mapping[int, tuple[Values, Values]]) -> Image:
    """Return an image with its values, old and new by entry; those not there were erased."""
    made = Image(image.key, image.existed, image.exists, entries=image.entries)
    for entry in image.entries:
        if entry not in values:
            made.is_erased = True
            continue
        old, new = values[entry]
        if made.existed:
            # Of several changes the first value before counts, and the last one after.
            for name, value in old.items():
                made.before.setdefault(name, value)
        if made.exists:
            made.after.update(new)
    return made


class Reason(StrEnum):
    """Why a value cannot simply go back to what it was."""

    CHANGED = "changed"
    REFERRED = "referred"
    GONE = "gone"
    TAKEN = "taken"
    LACKING = "lacking"
    ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Conflict:
    """
    One thing that is left for a decision; undecided, it stays as it is now.

    :ivar decision: the name of the decision; conflicts of one record that share it go together
    :ivar record: the row
    :ivar field: the column, or nothing where it is about the whole row
    :ivar before: the value before the step, as the trail keeps it
    :ivar step: the value that the step gave
    :ivar now: the value that stands there now
    :ivar referring: table that refers to the row since, with the number of its rows in `count`
    :ivar can_go_back: whether one may choose to put it back all the same
    """

    decision: str
    record: Key
    reason: Reason
    field: str = ""
    before: Any = None
    step: Any = None
    now: Any = None
    referring: str = ""
    count: int = 0
    can_go_back: bool = True


@dataclass(frozen=True, slots=True)
class Decisions:
    """
    What somebody decided about conflicts: which of them are put back.

    :ivar everything: all of them, also those that nobody has seen
    """

    put_back: Collection[str] = ()
    everything: bool = False

    def puts_back(self, decision: str) -> bool:
        """Whether this one is put back; otherwise it stays as it is now."""
        return self.everything or decision in self.put_back


def decision_on(key: Key, field: str = "") -> str:
    """Return the name of the decision about a record, or about one field of it."""
    return ".".join(filter(None, (key.table, str(key.row_id), field)))


def is_among(untouched: Mapping[str, Collection[int]], key: Key) -> bool:
    """Whether a row is one of these, whose ids are given by table."""
    return key.row_id in untouched.get(key.table, ())


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
        for conflict in conflicts:
            place = (conflict.record, conflict.field, conflict.referring)
            self.conflicts.setdefault(place, conflict)

    def values_after(self, key: Key) -> Values:
        """Return the values of a row as undoing leaves it, and nothing of one that is not there."""
        if key in self.restores:
            return self.restores[key]
        return {**self.now.get(key, {}), **self.sets.get(key, {})}
