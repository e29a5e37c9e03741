"""What a step made of each row, all its changes of the row together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Values = dict[str, Any]


class Key(NamedTuple):
    """One row of one table."""

    table: str
    row_id: int


class Line(NamedTuple):
    """One line of the trail; its values are missing where they were erased."""

    entry_id: int
    table: str
    row_id: int
    operation: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None


class Way(StrEnum):
    """What undoing does with a row."""

    REMOVE = "remove"
    RESTORE = "restore"
    SET_BACK = "set_back"


@dataclass(slots=True)
class Image:
    """
    One row before and after a step.

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
    entries: list[int] = field(default_factory=list)

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


def images_of(lines: Iterable[Line]) -> dict[Key, Image]:
    """Return what a step made of each row, from its lines of the trail in their order."""
    found: dict[Key, Image] = {}
    for line in lines:
        key = Key(line.table, line.row_id)
        image = found.get(key)
        if image is None:
            existed = line.operation != "create"
            image = found[key] = Image(key, existed=existed, exists=True)
        _add(image, line)
    return {key: image for key, image in found.items() if image.matters}


def _add(image: Image, line: Line) -> None:
    image.entries.append(line.entry_id)
    if line.old is None or line.new is None:
        image.is_erased = True
    if image.existed:
        for name, value in (line.old or {}).items():
            image.before.setdefault(name, value)
    image.exists = line.operation != "remove"
    image.after = {**image.after, **(line.new or {})} if image.exists else {}
