"""What stands in the way of undoing something, record by record and field by field."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from crm.core.undo.images import Key


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


def of_record(key: Key) -> str:
    """Return the name of the decision about a whole record."""
    return f"{key.table}.{key.row_id}"


def of_field(key: Key, field: str) -> str:
    """Return the name of the decision about one field of a record."""
    return f"{key.table}.{key.row_id}.{field}"
