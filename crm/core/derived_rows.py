"""What is worked out of records and kept, written anew when one of them changes."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.db.flush_changes import flushed, named
from crm.core.db.models import Base
from crm.core.db.sessions import Unit, finishing

SET_SIZE = 500


@dataclass(frozen=True, slots=True)
class Follower:
    """
    Something that is kept of one kind of record, and follows from it.

    :param write: writes anew what is kept of the records with these ids, in a set; of those that
        are gone it keeps nothing. It is told which of them are new: of those nothing is kept yet
    :param touched_by: model → the column of it that holds the id of the record
    """

    kind: str
    write: Callable[[Sequence[int], Collection[int]], None]
    touched_by: Mapping[type[Base], str]


_followers: dict[str, Follower] = {}


def register(followers: Iterable[Follower]) -> None:
    """Let these follow what changes."""
    _followers.update({follower.kind: follower for follower in followers})


def links(model: type[Base]) -> set[str]:
    """Return the columns of `model` that hold ids of records of which something is kept."""
    found = (follower.touched_by.get(model) for follower in _followers.values())
    return {column for column in found if column not in {None, "id"}}


def note(unit: Unit, model: type, row_id: int, values: Mapping[str, Any], *, is_new: bool) -> None:
    """Remember of which records a change of one row touches what is kept."""
    for follower in _followers.values():
        column = follower.touched_by.get(model)
        if column is not None:
            subject = row_id if column == "id" else values.get(column)
            if subject is not None:
                # What went and comes back in one unit is none that is new: the first note counts.
                touched = unit.followed.setdefault(follower.kind, {})
                touched.setdefault(int(subject), is_new and column == "id")


@event.listens_for(Session, "after_flush")
def _listen(active: Session, context: UOWTransaction) -> None:
    unit: Unit | None = active.info.get("unit")
    if unit is None:
        return
    for row, operation in flushed(active, context):
        # Now and before: a row that went from one record to another touches both.
        for values in named(row, links(type(row))):
            note(unit, type(row), row.id, values, is_new=operation == "create")


@finishing.connect
def _write(_active: Session, unit: Unit) -> None:
    """Write what is kept anew, set by set."""
    for kind, touched in unit.followed.items():
        ids = sorted(touched)
        for start in range(0, len(ids), SET_SIZE):
            part = ids[start : start + SET_SIZE]
            _followers[kind].write(part, {key for key in part if touched[key]})
    unit.followed.clear()
