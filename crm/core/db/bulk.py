"""The doors for many rows at once: set by set, with the same audit as a flush."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.dialects import sqlite

from crm.core.db import statistics
from crm.core.db.foreign_keys import referring, whole
from crm.core.db.inserting import insert_missing, insert_rows
from crm.core.db.models import Base, ProjectScoped, Revised, is_audited
from crm.core.db.referrers import referrers
from crm.core.db.scope import DOOR, NoProjectInScope, project_in_scope
from crm.core.db.sessions import Unit, WriteOutsideCommand, current_unit, session
from crm.core.db.sets import among
from crm.core.db.updating import update_rows

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
    _grow(unit, model, len(rows))
    for row_id, row in zip(ids, rows, strict=True):
        _record(unit, model, row_id, "create", ({}, row))
        _index(unit, model, row_id, row)
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
    _grow(unit, model, len(added))
    for row_id, *key in added:
        _record(unit, model, row_id, "create", ({}, by_key[tuple(key)]))
        _index(unit, model, row_id, by_key[tuple(key)])
    return [row[0] for row in added]


def change_many(model: type[Base], where: ColumnElement[bool], values: Row) -> list[int]:
    """
    Set `values` on every row of `model` that `where` selects; return the ids of those changed.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    before = _rows_as_they_are(model, where, [*values, *_links(model)])
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
        _index(unit, model, row["id"], row, {**row, **values})
    session().expire_all()
    return ids


def take(record: Base, still: ColumnElement[bool], values: Row) -> bool:
    """
    Set `values` on one record if `still` holds of it; whether it did, in one statement.

    Of all who do this at once one succeeds: whoever waited is judged by what the row is by then,
    and not by what stood there when it was read.

    :raises WriteOutsideCommand: outside a unit of work
    """
    model = type(record)
    unit = _unit(model)
    old = {"id": record.id, **{key: getattr(record, key) for key in (*values, *_links(model))}}
    statement = update(model).where(model.id == record.id, still).values(values)
    options = {DOOR: True, "synchronize_session": False}
    taken = session().scalar(statement.returning(model.id), execution_options=options)
    session().expire(record)
    if taken is None:
        return False
    _record(unit, model, taken, "change", ({key: old[key] for key in values}, values))
    _index(unit, model, taken, old, {**old, **values})
    return True


def set_many(
    model: type[Base], values: Mapping[int, Row], *, revise_all: bool = False
) -> list[int]:
    """
    Give many rows of `model` values of their own: id → column → value.

    Return the ids of those that changed. Rows that are gone, and those of other projects, are left
    out. The number of statements is the same for one row and for thousands.

    :param revise_all: raise the revision also where no value differs, for what belongs to the row
    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    if not values:
        return []
    keys = dict.fromkeys(key for row in values.values() for key in row)
    before = _rows_as_they_are(model, among(model.id, values), [*keys, *_links(model)])
    each = [(row, _different(row, values[row["id"]])) for row in before]
    changed = [(row, different) for row, different in each if different]
    _give(model, each if revise_all else changed)
    for row, different in changed:
        old = {key: row[key] for key in different}
        _record(unit, model, row["id"], "change", (old, different))
        _index(unit, model, row["id"], row, {**row, **different})
    session().expire_all()
    return [row["id"] for row, _different in changed]


def remove_many(model: type[Base], where: ColumnElement[bool]) -> list[int]:
    """
    Delete every row of `model` that `where` selects; return their ids.

    While a step is open, what the database would remove or let go along with them is so by the
    doors, table by table, so that undoing the step can bring it back.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    columns = [attribute.key for attribute in model.__mapper__.column_attrs]
    before = _rows_as_they_are(model, where, columns)
    ids = [row["id"] for row in before]
    if unit.step_id is not None:
        _part_from(model, ids)
    for row in before:
        _record(unit, model, row["id"], "remove", (dict(row), {}))
        _index(unit, model, row["id"], row)
    if ids:
        session().execute(
            delete(model).where(among(model.id, ids)),
            execution_options={DOOR: True, "synchronize_session": False},
        )
    session().expire_all()
    return ids


def _give(model: type[Base], changed: Sequence[tuple[Row, Row]]) -> None:
    """Write what differs of rows; what another row gets beside it, each keeps."""
    named = dict.fromkeys(key for _row, different in changed for key in different)
    rows = [
        {"id": row["id"], **{key: different.get(key, row[key]) for key in named}}
        for row, different in changed
    ]
    if rows:
        raising = "revision" if issubclass(model, Revised) else None
        update_rows(session().connection(), model.__table__, rows, raising=raising)


def _part_from(model: type[Base], ids: Sequence[int]) -> None:
    """Remove the rows that cannot be without these, and let the others go."""
    links = [one for one in referring(model) if is_audited(one[0], in_step=True)]
    for place in sorted({one.place for one in referrers(links, ids)}):
        child, column, ondelete = links[place]
        where = among(getattr(child, column), ids)
        if ondelete == "CASCADE":
            remove_many(child, where)
        elif ondelete == "SET NULL":
            change_many(child, where, {column: None})


def _grow(unit: Unit, model: type[Base], rows: int) -> None:
    name = model.__tablename__
    unit.grown[name] = unit.grown.get(name, 0) + rows
    statistics.keep_up(session(), unit.grown, unit.looked, name)


def _inserted(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    if all(row.keys() == rows[0].keys() for row in rows):
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


def _links(model: type[Base]) -> set[str]:
    from crm.core import derived_rows, search  # noqa: PLC0415 - both build on this package

    return search.links(model) | derived_rows.links(model)


def _different(row: Row, values: Row) -> dict[str, Any]:
    return {key: value for key, value in values.items() if row[key] != value}


def _record(
    unit: Unit, model: type[Base], row_id: int, operation: str, values: tuple[Row, Row]
) -> None:
    # The trail and the search index listen to the unit; both are written set by set at its end.
    from crm.core import audit  # noqa: PLC0415 - it builds on this package

    old, new = values
    in_step = unit.step_id is not None
    if is_audited(model, in_step=in_step):
        if in_step and operation == "create":
            new = whole(model, new)
        old_kept, new_kept = (_audited(model, one, in_step=in_step) for one in (old, new))
        audit.note(unit, audit.Change(model.__tablename__, row_id, operation, old_kept, new_kept))


def _index(unit: Unit, model: type[Base], row_id: int, *rows: Row) -> None:
    from crm.core import derived_rows, search  # noqa: PLC0415 - both build on this package

    for row in rows:
        search.note(unit, model, row_id, row)
        derived_rows.note(unit, model, row_id, row)


def _audited(model: type[Base], values: Row, *, in_step: bool) -> dict[str, Any]:
    left_out: frozenset[str] = getattr(model, "__not_audited__", frozenset())
    if in_step:
        left_out -= getattr(model, "__in_step__", frozenset())
    return {key: values[key] for key in values if key not in left_out} if left_out else dict(values)
