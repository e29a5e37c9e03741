"""The doors for many rows at once: set by set, with the same audit as a flush."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from crm.core.db.inserting import insert_missing, insert_rows
from crm.core.db.models import Audited, Base, ProjectScoped, Revised
from crm.core.db.scope import DOOR, NoProjectInScope, project_in_scope
from crm.core.db.sessions import Unit, WriteOutsideCommand, current_unit, session
from crm.core.db.sets import among

Row = Mapping[str, Any]


def add_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """
    Insert `rows` (column name → value) of one model and return their ids in the same order.

    :raises WriteOutsideCommand: outside a unit of work
    """
    if not rows:
        return []
    unit = _unit(model)
    _stamp(model, rows)
    ids = _inserted(model, rows)
    unit.grown[model.__tablename__] = unit.grown.get(model.__tablename__, 0) + len(rows)
    for row_id, row in zip(ids, rows, strict=True):
        _record(unit, model, row_id, "create", ({}, row))
    return ids


def add_missing(
    model: type[Base], rows: Sequence[dict[str, Any]], *, unique: Sequence[str]
) -> list[int]:
    """
    Insert those of `rows` whose `unique` columns no row holds yet; return the ids of these.

    Two who do this at once both succeed: one of them adds the row. All rows name the same columns.

    :raises WriteOutsideCommand: outside a unit of work
    """
    if not rows:
        return []
    unit = _unit(model)
    _stamp(model, rows)
    by_key = {tuple(row[name] for name in unique): row for row in reversed(rows)}
    added = _missing(model, rows, unique)
    unit.grown[model.__tablename__] = unit.grown.get(model.__tablename__, 0) + len(added)
    for row_id, *key in added:
        _record(unit, model, row_id, "create", ({}, by_key[tuple(key)]))
    return [row[0] for row in added]


def change_many(model: type[Base], where: ColumnElement[bool], values: Row) -> list[int]:
    """
    Set `values` on every row of `model` that `where` selects; return the ids of those changed.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    before = _rows_as_they_are(model, where, list(values))
    changed = [row for row in before if any(row[key] != values[key] for key in values)]
    ids = [row["id"] for row in changed]
    new: dict[str, Any] = dict(values)
    if issubclass(model, Revised):
        new["revision"] = model.revision + 1
    if ids:
        session().execute(
            update(model).where(among(model.id, ids)).values(new),
            execution_options={DOOR: True, "synchronize_session": False},
        )
    for row in changed:
        old = {key: row[key] for key in values}
        _record(unit, model, row["id"], "change", (old, values))
    session().expire_all()
    return ids


def remove_many(model: type[Base], where: ColumnElement[bool]) -> list[int]:
    """
    Delete every row of `model` that `where` selects; return their ids.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    columns = [attribute.key for attribute in model.__mapper__.column_attrs]
    before = _rows_as_they_are(model, where, columns)
    for row in before:
        _record(unit, model, row["id"], "remove", (dict(row), {}))
    ids = [row["id"] for row in before]
    if ids:
        session().execute(
            delete(model).where(among(model.id, ids)),
            execution_options={DOOR: True, "synchronize_session": False},
        )
    session().expire_all()
    return ids


def _inserted(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    if "id" not in rows[0] and all(row.keys() == rows[0].keys() for row in rows):
        return insert_rows(session().connection(), model.__table__, rows)
    statement = insert(model).returning(model.id, sort_by_parameter_order=True)
    return list(session().scalars(statement, rows, execution_options={DOOR: True}))


def _missing(
    model: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str]
) -> Sequence[Any]:
    """Return id and unique columns of the rows that are new."""
    if session().get_bind().dialect.name != "sqlite":
        return insert_missing(session().connection(), model.__table__, rows, unique)
    statement = sqlite.insert(model).on_conflict_do_nothing(index_elements=list(unique))
    told = statement.returning(model.id, *(getattr(model, name) for name in unique))
    return session().execute(told, list(rows), execution_options={DOOR: True}).all()


def _unit(model: type[Base]) -> Unit:
    unit = current_unit()
    if unit is None:
        message = f"{model.__name__} was changed in bulk outside a command"
        raise WriteOutsideCommand(message)
    session().flush()
    return unit


def _stamp(model: type[Base], rows: Iterable[dict[str, Any]]) -> None:
    if not issubclass(model, ProjectScoped):
        return
    scope = project_in_scope()
    lacks = scope is None and model.__may_lack_project__
    for row in rows:
        if lacks and row.setdefault("project_id", None) is None:
            continue
        if scope is None or row.setdefault("project_id", scope) != scope:
            message = f"{model.__name__} belongs to another project than the one in scope"
            raise NoProjectInScope(message)


def _rows_as_they_are(
    model: type[Base], where: ColumnElement[bool], keys: Iterable[str]
) -> list[dict[str, Any]]:
    names = dict.fromkeys(["id", *keys, *(["project_id"] if _scoped(model) else [])])
    columns = [getattr(model, name) for name in names]
    statement = select(*columns).where(where).order_by(model.id).with_for_update()
    return [dict(zip(names, row, strict=True)) for row in session().execute(statement)]


def _scoped(model: type[Base]) -> bool:
    return issubclass(model, ProjectScoped)


def _record(
    unit: Unit, model: type[Base], row_id: int, operation: str, values: tuple[Row, Row]
) -> None:
    # The trail and the search index listen to the unit; both are written set by set at its end.
    from crm.core import audit, search  # noqa: PLC0415 - both build on this package

    old, new = values
    if issubclass(model, Audited):
        old_kept, new_kept = _audited(model, old), _audited(model, new)
        audit.note(unit, audit.Change(model.__tablename__, row_id, operation, old_kept, new_kept))
    search.note(unit, model, row_id, {**old, **new})


def _audited(model: type[Audited], values: Row) -> dict[str, Any]:
    left_out = model.__not_audited__
    return {key: values[key] for key in values if key not in left_out} if left_out else dict(values)
