"""The registry of everything that refers to a person or an organisation."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from crm.core.db import Base


class Moved(StrEnum):
    """What happens to a row when the record it refers to is merged into another."""

    REPOINTED = "repointed"
    REPOINTED_UNLESS_THERE = "repointed_unless_there"


class Blanked(StrEnum):
    """What happens to a row when the person it refers to is erased."""

    REMOVED = "removed"
    KEPT_WITHOUT_PERSON = "kept_without_person"


@dataclass(frozen=True, slots=True)
class Part:
    """
    Rows that belong to a row that refers, and say more of the same person.

    :param column: its foreign key to the row that refers
    :param told: the columns that an access file shows
    """

    model: type[Base]
    column: str
    told: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """
    One foreign key to a person or organisation.

    :param model: the model that refers
    :param column: its column
    :param told: the columns that an access file shows
    :param kept: how long the row is kept, with the number of the retention list where it has one
    :param parts: what is told with each row
    """

    model: type[Base]
    column: str
    moved: Moved
    told: tuple[str, ...]
    blanked: Blanked
    kept: str
    parts: tuple[Part, ...] = ()


_references: dict[tuple[str, str], Reference] = {}


def register(references: Iterable[Reference]) -> None:
    """Add a feature's references."""
    for reference in references:
        _references[(reference.model.__tablename__, reference.column)] = reference


def to(target: type[Base]) -> list[Reference]:
    """Return the references to a model, ordered by table and column."""
    return [found for _key, found in sorted(_references.items()) if _leads_to(found, target)]


def known() -> dict[tuple[str, str], Reference]:
    """Return all references by table and column."""
    return dict(_references)


def _leads_to(reference: Reference, target: type[Base]) -> bool:
    column = reference.model.__table__.c[reference.column]
    return any(key.column.table is target.__table__ for key in column.foreign_keys)
