"""The registry of everything that refers to a person or an organisation."""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement

from crm.core.db import Base

Row = Mapping[str, Any]


class Moved(StrEnum):
    """What happens to a row when the record it refers to is merged into another."""

    REPOINTED = "repointed"
    REPOINTED_UNLESS_THERE = "repointed_unless_there"


class Blanked(StrEnum):
    """What happens to a row when the person it refers to is erased."""

    REMOVED = "removed"
    KEPT_WITHOUT_PERSON = "kept_without_person"


@dataclass(frozen=True, slots=True)
class Joined:
    """
    Which rows are left where two records are merged that both have them.

    Two rows of one and the same record are never joined. `same` and the others get rows as they are
    after the move, with all their columns and `GONE`: whether the row came from the record that
    goes. Rows of the record that stays come first.

    :param same: what a row says; of rows from both that say the same, one stays. None says that the
        row says nothing any more, such as a tie of somebody with themselves, and goes
    :param order: puts the row that stays first
    :param meets: whether two that say the same are about the same time
    :param together: columns of the row that stays, from it and those that go, itself first
    :param instead: columns that a row gets instead of going
    :param settled: columns of rows that stay, by id, from all of them; after `together`
    """

    same: Callable[[Row], Hashable | None]
    order: Callable[[Row], Any] = lambda row: bool(row[GONE])
    meets: Callable[[Row, Row], bool] = lambda _one, _other: True
    together: Callable[[Sequence[Row]], Row] | None = None
    instead: Callable[[Row], Row] | None = None
    settled: Callable[[Sequence[Row]], Mapping[int, Row]] = lambda _rows: {}


GONE = "of the one that goes"


@dataclass(frozen=True, slots=True)
class OwnedRows:
    """
    Rows that belong to a row that refers, and say more of the same person.

    :param column: its foreign key to the row that refers
    :param told: the columns that an access file shows
    :param joined: which are left where two rows that refer become one
    """

    model: type[Base]
    column: str
    told: tuple[str, ...]
    joined: Joined | None = None


@dataclass(frozen=True, slots=True)
class Loose:
    """
    A column that holds ids of another table without a key, for some of its rows.

    :param target: the model whose ids these are
    :param where: for which rows
    :param follow: for a column that holds more than an id: its value with ids replaced, from the
        value and the ids that go → those that stay
    """

    model: type[Base]
    column: str
    target: type[Base]
    where: Callable[[], ColumnElement[bool]]
    follow: Callable[[Any, Mapping[int, int]], Any] | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """
    One foreign key to a person or organisation.

    :param model: the model that refers
    :param column: its column
    :param told: the columns that an access file shows
    :param kept: how long the row is kept, with the number of the retention list where it has one
    :param parts: what is told with each row
    :param joined: which rows are left where both records that are merged have them
    :param is_own: whether the row only says more of the record itself, so that it is no loss of its
        own when the record goes
    """

    model: type[Base]
    column: str
    moved: Moved
    told: tuple[str, ...]
    blanked: Blanked
    kept: str
    parts: tuple[OwnedRows, ...] = ()
    joined: Joined | None = None
    is_own: bool = False


_references: dict[tuple[str, str], Reference] = {}
_loose: dict[tuple[str, str, str], Loose] = {}


def register(references: Iterable[Reference | Loose]) -> None:
    """Add a feature's references."""
    for reference in references:
        if isinstance(reference, Loose):
            target = reference.target.__tablename__
            # With the target, as one column may hold ids of several tables, each for some of its
            # rows.
            _loose[(reference.model.__tablename__, reference.column, target)] = reference
            continue
        _references[(reference.model.__tablename__, reference.column)] = reference


def to(target: type[Base]) -> list[Reference]:
    """Return the references to a model, ordered by table and column."""
    return [
        found
        for _key, found in sorted(_references.items())
        for key in found.model.__table__.c[found.column].foreign_keys
        if key.column.table is target.__table__
    ]


def loose_to(target: type[Base]) -> list[Loose]:
    """Return the columns that hold ids of a model without a key."""
    return [found for _key, found in sorted(_loose.items()) if found.target is target]


def all_loose() -> list[Loose]:
    """Return all columns that hold ids without a key."""
    return [found for _key, found in sorted(_loose.items())]


def known() -> dict[tuple[str, str], Reference]:
    """Return all references by table and column."""
    return dict(_references)
