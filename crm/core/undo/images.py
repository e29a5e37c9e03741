"""What a step made of each row, all its changes of the row together."""

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
            for name, value in old.items():
                made.before.setdefault(name, value)
        if made.exists:
            made.after.update(new)
    return made
