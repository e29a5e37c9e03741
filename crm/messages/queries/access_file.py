"""Everything that is kept about a person, as the registry of references tells it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select

from crm.core import references
from crm.core.db import Base, session
from crm.stakeholders.models import Person

# What a person is called in the table of the register itself, and what is noted there.
OWN = (
    "initials", "first_name", "prefix", "surname", "partner_prefix", "partner_surname", "name_use",
    "form_of_address", "language", "area_id", "is_private", "pseudonym", "hidden_at",
    "hidden_source", "note", "created_at",
)  # fmt: skip
# The column by which people know a record.
NAMES = ("title", "name")


@dataclass(frozen=True, slots=True)
class Kept:
    """
    One kind of row that is kept about a person.

    :ivar key: its table, and the column that leads to the person
    :ivar columns: what is told of each row; a reference to a record is told as its name
    """

    key: tuple[str, str]
    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def kept_about(person: Person) -> list[Kept]:
    """Return all rows about a person by kind, their own first; without kinds that have none."""
    found = [_kept(Person, "id", OWN, Person.id == person.id)]
    for reference in references.to(Person):
        model, column = reference.model, reference.column
        refers = getattr(model, column) == person.id
        found.append(_kept(model, column, reference.told, refers))
        for part in reference.parts:
            belongs = getattr(part.model, part.column).in_(select(model.id).where(refers))
            found.append(_kept(part.model, part.column, part.told, belongs))
    return [one for one in found if one.rows]


def _kept(model: type[Base], column: str, told: Sequence[str], where: ColumnElement[bool]) -> Kept:
    statement = select(*(getattr(model, name) for name in told)).where(where).order_by(model.id)
    rows = [tuple(row) for row in session().execute(statement)]
    for place, name in enumerate(told):
        target = _target(model, name)
        if target is not None:
            known = _names(target, {row[place] for row in rows})
            rows = [(*row[:place], known.get(row[place], ""), *row[place + 1 :]) for row in rows]
    columns = tuple(name.removesuffix("_id") for name in told)
    return Kept((model.__tablename__, column), columns, rows)


def _target(model: type[Base], column: str) -> type[Base] | None:
    """Return the model of the record that a column refers to, if it does."""
    tables = {key.column.table for key in model.__table__.c[column].foreign_keys}
    return next((one.class_ for one in Base.registry.mappers if one.local_table in tables), None)


def _names(model: type[Base], ids: set[int | None]) -> dict[int, str]:
    name = next(getattr(model, one) for one in NAMES if hasattr(model, one))
    chosen = select(model.id, name).where(model.id.in_(ids - {None})).order_by(model.id)
    return {row.id: row[1] for row in session().execute(chosen)}
