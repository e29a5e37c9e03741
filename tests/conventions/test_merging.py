"""Merging: every row that refers to a record really moves, whichever feature it is of."""

from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Boolean, Date, DateTime, Enum, Integer, String, Table, select
from sqlalchemy.types import TypeDecorator

from crm.core import references
from crm.core.db import Base, add_many, session, unit_of_work
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories

pytestmark = pytest.mark.engine("sqlite")
Make = Callable[[str], Person | Organisation]
SOME_DAY = datetime(2026, 5, 1, tzinfo=UTC)
# Of these the background finds anew what it needs; what somebody said of them moves.
SAID: dict[str, dict[str, Any]] = {
    "likely_pair": {"state": "not_the_same"},
    "outbox_message": {"batch_id": None},
}


class Filler:
    """Makes a row of any table, with the rows that it cannot be without."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.made = 0

    def row(self, model: type[Base], **given: Any) -> int:
        """Make a row of a model with these values."""
        self.made += 1
        values = {**SAID.get(model.__tablename__, {}), **given}
        for column in model.__table__.columns:
            if column.name not in values and not column.primary_key and not column.nullable:
                values[column.name] = self._value(column)
        return add_many(model, [values])[0]

    def _value(self, column: Any) -> Any:
        for key in column.foreign_keys:
            return self.target(key.column.table)
        kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
        if isinstance(kind, Enum):
            members: list[StrEnum] = list(kind.enum_class or ())
            return next((one for one in members if one.value == "consent"), members[0])
        plain: dict[type, Any] = {
            DateTime: SOME_DAY, Date: SOME_DAY.date(), Boolean: False, Integer: self.made,
            String: f"x{self.made}",
        }  # fmt: skip
        return next((value for one, value in plain.items() if isinstance(kind, one)), {})

    def target(self, table: Table) -> int:
        """Make what a row belongs to, or take the project."""
        if table.name == "project":
            return self.project.id
        makers: dict[str, Make] = {
            "person": factories.person,
            "organisation": factories.organisation,
        }
        if table.name in makers:
            return made_by(makers[table.name], f"Ander {self.made}")
        models = {mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers}
        return self.row(models[table.name])


def made_by(make: Make, name: str) -> int:
    """Make a record inside a unit of work, and return its id."""
    made = make(name)
    session().flush()
    return made.id


def more_ends(filler: Filler, table: str, column: str) -> dict[str, Any]:
    """Return the other end of rows that have two."""
    kind = "person" if "person" in column else "organisation"
    make = factories.person if kind == "person" else factories.organisation
    if table == "likely_pair":
        mate = f"{kind}_id" if column.startswith("other") else f"other_{kind}_id"
        return {"kind": kind, mate: made_by(make, f"Derde {filler.made}")}
    if table == "declared_tie":
        is_other = column.startswith("other")
        mate = "person_id" if is_other else "other_person_id"
        return {mate: made_by(factories.person, f"Derde {filler.made}")}
    return {}


@pytest.mark.parametrize("target", [Person, Organisation])
def test_every_registered_reference_moves(
    app: Flask, project: Project, target: type[Person | Organisation]
) -> None:
    actor, filler = system(project.id), Filler(project)
    make = factories.person if target is Person else factories.organisation
    kept, gone = make("Een").id, make("Twee").id
    placed: dict[tuple[type[Base], str], int] = {}
    for reference in references.to(target):
        model, column = reference.model, reference.column
        with unit_of_work(actor, "tests.row"):
            ends = more_ends(filler, model.__tablename__, column)
            placed[model, column] = filler.row(model, **ends, **{column: gone})
    run = merging.merge_persons if target is Person else merging.merge_organisations

    run(actor, project, merge=Merge(kept, gone))

    moved = {
        (model.__tablename__, column): session().scalar(
            select(getattr(model, column)).where(model.id == row_id)
        )
        for (model, column), row_id in placed.items()
    }
    assert moved == dict.fromkeys(moved, kept)


def test_a_row_that_may_be_there_once_has_a_rule(app: Flask) -> None:
    """Where a key of a table holds the reference, two cannot both move."""
    lacking = [
        key
        for key, reference in references.known().items()
        if reference.joined is None
        and any(
            reference.column in constraint.columns
            for constraint in reference.model.__table__.constraints  # type: ignore[attr-defined]  # each is a Table
            if type(constraint).__name__ == "UniqueConstraint"
        )
    ]

    assert lacking == []


def test_what_is_said_of_moving_is_what_happens(app: Flask) -> None:
    wrong = [
        key
        for key, reference in references.known().items()
        if (reference.joined is not None)
        is not (reference.moved is references.Moved.REPOINTED_UNLESS_THERE)
    ]

    assert wrong == []
