"""Changes of many rows in a few statements, which write the trail and the index all the same."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    JSON,
    Column,
    ColumnDefault,
    ColumnElement,
    Connection,
    Dialect,
    FromClause,
    LargeBinary,
    String,
    Table,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import sqlite

from crm.core.db import sessions
from crm.core.db.models import Base, ProjectScoped, Revised, defaults_of, is_audited, referring
from crm.core.db.rows import among, referrers
from crm.core.db.scope import DOOR, NoProjectInScope, project_in_scope
from crm.core.db.sessions import Unit, WriteOutsideCommand, current_unit, session

Rows = Sequence[Mapping[str, Any]]


def quoted(names: Sequence[str], dialect: Dialect) -> str:
    """Return names as they stand in a statement, with commas between."""
    return ", ".join(map(dialect.identifier_preparer.quote, names))


def listed(columns: Sequence[Column[Any]], dialect: Dialect) -> tuple[str, str]:
    """
    Return for PostgreSQL what selects these columns from lists, and what makes rows of the lists.

    A value for each row and column, tens of thousands, takes the driver longer than the database;
    so each column is one value: a list in JSON, by the names that `lists_of` gives.
    """
    names = [f"c{number}" for number in range(len(columns))]
    lists = ", ".join(f"json_array_elements_text(CAST(:{name} AS json))" for name in names)
    casts = [
        # Text is text already; a cast would cut off what is too long for its column.
        name
        if isinstance(column.type.dialect_impl(dialect), String)
        else f"CAST({name} AS {column.type.compile(dialect=dialect)})"
        for name, column in zip(names, columns, strict=True)
    ]
    return ", ".join(casts), f"ROWS FROM ({lists}) AS given ({', '.join(names)})"


def lists_of(columns: Sequence[Column[Any]], rows: Rows, dialect: Dialect) -> dict[str, str]:
    """Return the lists of values that `listed` names."""
    lists: dict[str, str] = {}
    for number, column in enumerate(columns):
        kind = column.type.dialect_impl(dialect)
        if isinstance(kind, JSON):
            # As SQLAlchemy has it: nothing is the "null" of JSON, not that of SQL.
            given: list[Any] = [json.dumps(value) for value in _given(column, rows)]
        elif isinstance(kind, LargeBinary):
            given = _given(column, rows)
        else:
            given = values(column, rows, dialect)
        lists[f"c{number}"] = json.dumps(given, default=_as_text)
    return lists


def values(column: Column[Any], rows: Rows, dialect: Dialect) -> list[Any]:
    """Return what goes into one column, as the driver takes it."""
    given = _given(column, rows)
    process = column.type.dialect_impl(dialect).bind_processor(dialect)
    return [process(value) for value in given] if process else given


def _as_text(value: Any) -> str:
    """Return a value as PostgreSQL reads it, where JSON has no word for it."""
    if isinstance(value, bytes):
        return "\\x" + value.hex()
    return value.isoformat() if isinstance(value, date) else str(value)


def _given(column: Column[Any], rows: Rows) -> list[Any]:
    if column.name in rows[0]:
        return [row[column.name] for row in rows]
    default = cast("ColumnDefault", column.default)
    return [default.arg(None) if default.is_callable else default.arg for _ in rows]


def update_rows(
    connection: Connection, table: FromClause, rows: Rows, *, raising: str | None = None
) -> None:
    """
    Give rows, which each name their id and the same columns, their new values in one statement.

    :param raising: a counter that goes up by one in each
    """
    into, dialect = cast("Table", table), connection.dialect
    columns = [into.c.id, *(into.c[name] for name in rows[0] if name != "id")]
    names = [quoted([column.name], dialect) for column in columns]
    raised = [f"{raising} = {into.name}.{raising} + 1"] if raising else []
    if dialect.name == "sqlite":
        sets = ", ".join([f"{name} = ?" for name in names[1:]] + raised)
        statement = f"UPDATE {into.name} SET {sets} WHERE id = ?"  # noqa: S608 - names of our own tables
        given = [values(column, rows, dialect) for column in (*columns[1:], into.c.id)]
        connection.exec_driver_sql(statement, list(zip(*given, strict=True)))
        return
    sets = ", ".join([f"{name} = fresh.{name}" for name in names[1:]] + raised)
    casts, lists = listed(columns, dialect)
    statement = (
        f"UPDATE {into.name} SET {sets} "  # noqa: S608 - names of our own tables
        f"FROM (SELECT {casts} FROM {lists}) AS fresh ({', '.join(names)}) "
        f"WHERE {into.name}.id = fresh.id"
    )
    connection.execute(text(statement), lists_of(columns, rows, dialect))


_LAST_ID = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?"


def insert_rows(connection: Connection, table: FromClause, rows: Rows) -> list[int]:
    """
    Insert rows that all have the same columns, in two statements; return their ids in order.

    Rows that name their id, as those that come back do, keep it.
    """
    if not rows:
        return []
    into = cast("Table", table)
    sqlite = connection.dialect.name == "sqlite"
    if "id" not in rows[0]:
        ids: Sequence[int]
        if sqlite:
            # SQLite tells ids in no order, so rows would go one by one. Whoever writes here
            # holds the only lock, so the ids that it would give are ours to give; no id that was
            # ever given comes again.
            first = (connection.exec_driver_sql(_LAST_ID, (into.name,)).scalar() or 0) + 1
            ids = range(first, first + len(rows))
        else:
            # PostgreSQL gives none of these to anybody else.
            given = func.nextval(func.pg_get_serial_sequence(into.name, "id"))
            asked = select(given).select_from(func.generate_series(1, len(rows)))
            ids = list(connection.scalars(asked))
        rows = [{"id": number, **row} for number, row in zip(ids, rows, strict=True)]
    if sqlite:
        columns = _columns(into, rows)
        names = quoted([column.name for column in columns], connection.dialect)
        marks = ", ".join("?" * len(columns))
        statement = f"INSERT INTO {into.name} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
        taken = [values(column, rows, connection.dialect) for column in columns]
        connection.exec_driver_sql(statement, list(zip(*taken, strict=True)))
    else:
        statement, lists = _from_lists(into, rows, connection.dialect)
        connection.execute(text(statement), lists)
    return [row["id"] for row in rows]


def _from_lists(table: Table, rows: Rows, dialect: Dialect) -> tuple[str, dict[str, str]]:
    """Return the statement that inserts rows on PostgreSQL, and its values: one for each column."""
    columns = _columns(table, rows)
    casts, given = listed(columns, dialect)
    into = quoted([column.name for column in columns], dialect)
    statement = f"INSERT INTO {table.name} ({into}) SELECT {casts} FROM {given}"  # noqa: S608 - names of our own tables
    return statement, lists_of(columns, rows, dialect)


def _columns(table: Table, rows: Rows) -> list[Column[Any]]:
    return [column for column in table.c if column.name in rows[0] or column.default is not None]


Values = Mapping[str, Any]


def add_many(model: type[Base], rows: Sequence[dict[str, Any]]) -> list[int]:
    """
    Insert `rows` (column name → value) of one model and return their ids in the same order.

    :raises WriteOutsideCommand: outside a unit of work
    """
    if not rows:
        return []
    unit = _unit(model)
    _stamp(model, rows)
    if all(row.keys() == rows[0].keys() for row in rows):
        ids = insert_rows(session().connection(), model.__table__, rows)
    else:
        statement = insert(model).returning(model.id, sort_by_parameter_order=True)
        ids = list(session().scalars(statement, rows, execution_options={DOOR: True}))
    _grow(unit, model, len(rows))
    _note(unit, model, "create", ((row_id, {}, row) for row_id, row in zip(ids, rows, strict=True)))
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
    connection = session().connection()
    if connection.dialect.name == "sqlite":
        missing = sqlite.insert(model).on_conflict_do_nothing(index_elements=list(unique))
        told = missing.returning(model.id, *(getattr(model, name) for name in unique))
        added = session().execute(told, list(rows), execution_options={DOOR: True}).all()
    else:
        statement, lists = _from_lists(cast("Table", model.__table__), rows, connection.dialect)
        names = quoted(unique, connection.dialect)
        once = f"{statement} ON CONFLICT ({names}) DO NOTHING RETURNING id, {names}"
        added = connection.execute(text(once), lists).all()
    _grow(unit, model, len(added))
    _note(unit, model, "create", ((row_id, {}, by_key[tuple(key)]) for row_id, *key in added))
    return [row[0] for row in added]


def change_many(model: type[Base], where: ColumnElement[bool], values: Values) -> list[int]:
    """
    Set `values` on every row of `model` that `where` selects; return the ids of those changed.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(model)
    before = _rows_as_they_are(model, where, values)
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
    _note(unit, model, "change", ((row["id"], row, values) for row in changed))
    session().expire_all()
    return ids


def take(record: Base, still: ColumnElement[bool], values: Values) -> bool:
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
    _note(unit, model, "change", [(taken, old, values)])
    return True


def set_many(
    model: type[Base], values: Mapping[int, Values], *, revise_all: bool = False
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
    changes: list[tuple[int, Values, Values]] = []
    for row in _rows_as_they_are(model, among(model.id, values), keys):
        given = values[row["id"]].items()
        different = {key: value for key, value in given if row[key] != value}
        if different or revise_all:
            changes.append((row["id"], row, different))
    named = dict.fromkeys(key for _id, _row, different in changes for key in different)
    # One statement sets the same columns of all rows: what another row gets, this one keeps.
    rows = [
        {"id": row_id, **{key: different.get(key, row[key]) for key in named}}
        for row_id, row, different in changes
    ]
    if rows:
        raising = "revision" if issubclass(model, Revised) else None
        update_rows(session().connection(), model.__table__, rows, raising=raising)
    changed = [change for change in changes if change[2]]
    _note(unit, model, "change", changed)
    session().expire_all()
    return [row_id for row_id, _row, _different in changed]


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
        links = [link for link in referring(model) if is_audited(link[0], in_step=True)]
        for place in sorted({referrer.place for referrer in referrers(links, ids)}):
            child, column, ondelete = links[place]
            named = among(getattr(child, column), ids)
            if ondelete == "CASCADE":
                remove_many(child, named)
            elif ondelete == "SET NULL":
                change_many(child, named, {column: None})
    _note(unit, model, "remove", ((row["id"], row, {}) for row in before))
    if ids:
        session().execute(
            delete(model).where(among(model.id, ids)),
            execution_options={DOOR: True, "synchronize_session": False},
        )
    session().expire_all()
    return ids


def _grow(unit: Unit, model: type[Base], rows: int) -> None:
    name = model.__tablename__
    unit.grown[name] = unit.grown.get(name, 0) + rows
    sessions.keep_up(session(), unit.grown, unit.looked, name)


def _unit(model: type[Base]) -> Unit:
    unit = current_unit()
    if unit is None:
        message = f"{model.__name__} was changed in bulk outside a command"
        raise WriteOutsideCommand(message)
    # The statements go around the records: what those hold is written first.
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
    scope = ["project_id"] if issubclass(model, ProjectScoped) else []
    names = dict.fromkeys(["id", *keys, *_links(model), *scope])
    columns = [getattr(model, name) for name in names]
    # In the order of ids: two who lock the same rows wait one for the other, never both.
    statement = select(*columns).where(where).order_by(model.id).with_for_update()
    return [dict(zip(names, row, strict=True)) for row in session().execute(statement)]


def _links(model: type[Base]) -> set[str]:
    from crm.core import derived_rows  # noqa: PLC0415 - it builds on this package

    return derived_rows.links(model)


def _note(
    unit: Unit, model: type[Base], operation: str, changes: Iterable[tuple[int, Values, Values]]
) -> None:
    """Note changes, each by id with the row before and its new values, to be written at the end."""
    from crm.core import derived_rows  # noqa: PLC0415 - it builds on this package
    from crm.core.audit import Change  # noqa: PLC0415 - as above

    in_step, is_change = unit.step_id is not None, operation == "change"
    left_out: frozenset[str] = getattr(model, "__not_audited__", frozenset())
    if in_step:
        left_out -= getattr(model, "__in_step__", frozenset())
    # In a step a new row stands whole in the trail: what is changed since is told by each column.
    defaults = defaults_of(model) if in_step and operation == "create" else {}
    for row_id, before, new in changes:
        if is_audited(model, in_step=in_step):
            after = {**defaults, **new}
            old = {key: before[key] for key in new} if is_change else before
            kept = ({key: row[key] for key in row if key not in left_out} for row in (old, after))
            unit.changes.append(Change(model.__tablename__, row_id, operation, *kept))
        # Before and after: a row that goes from one record to another touches both.
        for row in (before, {**before, **new}) if is_change else (before or new,):
            derived_rows.note(unit, model, row_id, row, is_new=operation == "create")
