"""What undoing asks the database: the trail of a step, and how its rows stand now."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Enum,
    LargeBinary,
    UniqueConstraint,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.types import TypeDecorator

from crm.core.audit import AuditEntry, AuditValue, plain_values
from crm.core.db import (
    Base,
    ProjectScoped,
    among,
    model_of,
    project_in_scope,
    referrers,
    referring,
    session,
    unscoped,
)
from crm.core.undo.drafts import Image, Key, Line, Values, filled, images_of
from crm.core.undo.models import Step

_OPTIONS = unscoped("the trail names its project itself")
_STREAMED = {**_OPTIONS, "yield_per": 1_000}


def images_in(step: Step) -> dict[Key, Image]:
    """Return what a step did with each row, without values, save rows that undoing leaves."""
    asked = select(AuditEntry.id, AuditEntry.table, AuditEntry.row_id, AuditEntry.operation)
    ours = asked.where(AuditEntry.project_id == step.project_id).order_by(AuditEntry.number)
    lines = (
        Line(*row)
        for first, last in step.ranges
        for row in session().execute(
            ours.where(AuditEntry.number.between(first, last)), execution_options=_STREAMED
        )
    )
    return {key: image for key, image in images_of(lines).items() if can_go_back(key.table)}


def with_values_of(images: Collection[Image]) -> dict[Key, Image]:
    """Return images with the values that the trail still holds, where there is anything to undo."""
    entries = [entry for image in images for entry in image.entries]
    asked = select(AuditValue.entry_id, AuditValue.old, AuditValue.new)
    rows = session().execute(asked.where(among(AuditValue.entry_id, entries)))
    values = {entry_id: (old, new) for entry_id, old, new in rows}
    found = (filled(image, values) for image in images)
    return {image.key: image for image in found if image.matters}


def can_go_back(table: str) -> bool:
    """Whether undoing a step does anything about rows of a table."""
    model = model_of(table)
    # What belongs to the installation is not one project's to take back.
    return model is not None and issubclass(model, ProjectScoped) and not model.__stays__


def touches(step: Step, key: Key) -> bool:
    """Whether a step made, changed or removed a row."""
    statement = select(AuditEntry.number).where(
        AuditEntry.project_id == step.project_id,
        AuditEntry.table == key.table,
        AuditEntry.row_id == key.row_id,
    )
    numbers = session().scalars(statement, execution_options=_OPTIONS).all()
    return any(first <= number <= last for number in numbers for first, last in step.ranges)


def ids_by_table(keys: Iterable[Key]) -> dict[str, list[int]]:
    """Return the ids of rows, table by table."""
    found: dict[str, list[int]] = defaultdict(list)
    for key in keys:
        found[key.table].append(key.row_id)
    return found


def rows_now(keys: Iterable[Key]) -> dict[Key, Values]:
    """Return the values, as the trail would keep them, of those of these rows that are there."""
    found: dict[Key, Values] = {}
    for table, ids in ids_by_table(keys).items():
        model = _model(table)
        # Letters as they were sent are large, and nothing that a step changes.
        names = [
            column.name
            for column in model.__table__.columns
            if not isinstance(column.type, LargeBinary)
        ]
        columns = [getattr(model, name) for name in names]
        statement = select(*columns).where(among(model.id, ids))
        for row in session().execute(statement):
            values = plain_values(dict(zip(names, row, strict=True)))
            found[Key(table, values["id"])] = values
    return found


def _model(table: str) -> type[Base]:
    model = model_of(table)
    if model is None:
        raise LookupError(table)
    return model


def references_to(keys: Iterable[Key]) -> Iterator[tuple[Key, str, Key]]:
    """Yield for every row that refers to one of these: the row, its column, and which it names."""
    for table, ids in ids_by_table(keys).items():
        links = [
            link
            for link in referring(_model(table))
            if link[1] != "project_id" and not link[0].__stays__ and not link[0].__follows__
        ]
        for place, child_id, parent_id in referrers(links, ids):
            child, column, _ondelete = links[place]
            yield Key(child.__tablename__, child_id), column, Key(table, parent_id)


def there(wanted: Mapping[str, Collection[int]]) -> set[Key]:
    """Return those of these rows, ids by table, that are there."""
    found: set[Key] = set()
    for table, ids in wanted.items():
        model = _model(table)
        row_ids = session().scalars(select(model.id).where(among(model.id, ids)))
        found.update(Key(table, row_id) for row_id in row_ids)
    return found


def with_values(table: str, name: str, wanted: Collection[Any]) -> dict[Key, Values]:
    """Return the rows of a table whose column has one of these numbers or texts."""
    model = _model(table)
    ids = session().scalars(select(model.id).where(among(getattr(model, name), wanted)))
    return rows_now(Key(table, row_id) for row_id in ids)


def as_removed(keys: Iterable[Key]) -> dict[Key, Values]:
    """Return what rows that are gone held when they went, as far as the trail still tells."""
    found: dict[Key, Values] = {}
    for table, ids in ids_by_table(keys).items():
        statement = (
            select(AuditEntry.row_id, AuditValue.old)
            .join(AuditValue, AuditValue.entry_id == AuditEntry.id)
            .where(
                among(AuditEntry.row_id, ids),
                AuditEntry.table == table,
                AuditEntry.project_id == project_in_scope(),
                AuditEntry.operation == "remove",
            )
            .order_by(AuditEntry.number)
        )
        for row_id, values in session().execute(statement, execution_options=_OPTIONS):
            # In the order of the trail, so the last time counts: a row may have gone, come back and
            # gone again.
            found[Key(table, row_id)] = values
    return found


def is_whole(table: str, values: Values) -> bool:
    """Whether a row can stand with these values: nothing is missing that it cannot be without."""
    columns = _model(table).__table__.columns
    return all(
        column.name in values or column.nullable or column.primary_key or column.default is not None
        for column in columns
    )


def first_written(steps: Collection[Step], table: str) -> dict[int, Values]:
    """
    Return what each of these steps first wrote in a table, or removed from it, by their ids.

    Two statements for any number of steps; what was erased since, or a later piece wrote, is not
    there.
    """
    asked = [
        select(
            literal(step.id),
            select(func.min(AuditEntry.number))
            .where(
                AuditEntry.project_id == step.project_id,
                # The first range alone: a step of many pieces has as many ranges.
                AuditEntry.number.between(step.ranges[0][0], step.ranges[0][1]),
                AuditEntry.table == table,
            )
            .scalar_subquery(),
        )
        for step in steps
        if step.ranges
    ]
    found = session().execute(union_all(*asked), execution_options=_OPTIONS) if asked else ()
    numbers = {number: step_id for step_id, number in found if number is not None}
    values = select(AuditEntry.number, AuditValue.old, AuditValue.new).join(
        AuditValue, AuditValue.entry_id == AuditEntry.id
    )
    project_ids = {step.project_id for step in steps}
    of_these = among(AuditEntry.project_id, project_ids) & among(AuditEntry.number, set(numbers))
    lines = session().execute(values.where(of_these), execution_options=_OPTIONS)
    return {numbers[number]: {**old, **new} for number, old, new in lines}


@cache
def unique_keys(table: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    """Return what is unique in a table: columns, and the column that must be true for it."""
    model = model_of(table)
    if model is None:
        return ()
    kept: Any = model.__table__
    found = [
        (tuple(constraint.columns.keys()), "")
        for constraint in kept.constraints
        if isinstance(constraint, UniqueConstraint)
    ]
    for index in kept.indexes:
        given = index.dialect_kwargs.get("sqlite_where", None)
        condition = "" if given is None else str(given)
        # Only a condition that is a column can be judged without the database.
        if index.unique and (not condition or condition in kept.columns):
            found.append((tuple(index.columns.keys()), condition))
    return tuple(sorted(found))


def as_kept(model: type[Base], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values of the trail as Python has them; columns that exist no more are left out."""
    columns = model.__table__.columns
    return {name: _value(columns[name], value) for name, value in values.items() if name in columns}


def _value(column: ColumnElement[Any], value: Any) -> Any:
    if value is None:
        return None
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value)
    if isinstance(kind, Date):
        return date.fromisoformat(value)
    if isinstance(kind, LargeBinary):
        return bytes.fromhex(value)
    if isinstance(kind, Enum) and kind.enum_class is not None:
        return kind.enum_class(value)
    return value
