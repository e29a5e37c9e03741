"""
Rows that a step made and that still stand as it made them.

Of a long step these are nearly all, and nothing stands in their way: the database tells them apart,
and only where it depends on one of them whether another goes is it looked at with the rest.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from functools import cache
from itertools import chain, islice
from typing import Any

from sqlalchemy import JSON, Column, DateTime, LargeBinary, Table, text
from sqlalchemy.types import TypeDecorator

from crm.core.audit import NEVER
from crm.core.db import Base, session
from crm.core.db.models import links_of
from crm.core.undo.drafts import Image, Key, Line, images_of, is_among
from crm.core.undo.kinds import is_order
from crm.core.undo.models import Step
from crm.core.undo.obstacles import named_by
from crm.core.undo.rows import can_go_back, references_to, rows_now

AT_ONCE = 1_000
Untouched = dict[str, dict[int, int]]
"""By table: id of a row → id of the one line of the trail that a step wrote about it."""


def told_apart(step: Step) -> tuple[dict[Key, Image], Untouched]:
    """
    Return what a step did with each row, without values, and the rows that need no look.

    Whoever else refers to a row, and whoever goes or stays with one that does not simply go, is
    among the first.
    """
    untouched: Untouched = defaultdict(dict)
    images = images_of(_touched(step, untouched))
    images = {key: image for key, image in images.items() if can_go_back(key.table)}
    made = {key for key, image in images.items() if not image.existed}
    near = {*_named_from_elsewhere(untouched), *_near(made, untouched)}
    while near:
        for key in near:
            entry = untouched[key.table].pop(key.row_id)
            images[key] = Image(key, existed=False, exists=True, entries=(entry,))
        near = set(_near(near, untouched))
    return images, untouched


def _touched(step: Step, untouched: Untouched) -> Iterator[Line]:
    """Yield the lines of a step, in order, but those of rows that need no look: these are noted."""
    seen: set[Key] = set()
    connection = session().connection()
    asked = text(_asking(sqlite=connection.dialect.name == "sqlite"))
    rows_of_ranges = (
        connection.execute(
            asked,
            {"project": step.project_id, "first": first, "last": last},
            execution_options={"yield_per": AT_ONCE},
        )
        for first, last in step.ranges
    )
    for *entry, is_same in chain.from_iterable(rows_of_ranges):
        line = Line(*entry)
        key = Key(line.table, line.row_id)
        rows = untouched[line.table]
        if is_same and key not in seen and line.row_id not in rows:
            rows[line.row_id] = line.entry_id
            continue
        seen.add(key)
        # A second line about a row that needed no look: now it does, and with its first one.
        if line.row_id in rows:
            yield Line(rows.pop(line.row_id), *key, "create")
        yield line


def _named_from_elsewhere(untouched: Untouched) -> Iterator[Key]:
    """Yield the rows to which others refer than those that need no look."""
    for table, rows in untouched.items():
        keys = (Key(table, row_id) for row_id in list(rows))
        while some := list(islice(keys, AT_ONCE)):
            for child, _column, parent in references_to(some):
                if not is_among(untouched, child):
                    yield parent


def _near(keys: Collection[Key], untouched: Untouched) -> Iterator[Key]:
    """Yield the rows that are part of one of these, or that one of these needs."""
    for child, column, _parent in references_to(keys):
        is_part = any(link.owns and link.column == column for link in links_of(child.table))
        if is_part and is_among(untouched, child):
            yield child
    for key, values in rows_now(keys).items():
        for needed in named_by(key.table, values, owning=False):
            if is_among(untouched, needed):
                yield needed


@cache
def _asking(*, sqlite: bool) -> str:
    tables = sorted((mapper.class_.__table__ for mapper in Base.registry.mappers), key=str)
    # A list or the like is written in more than one way: its rows are looked at with the rest.
    cases = " ".join(
        _same(table, sqlite=sqlite)
        for table in tables
        if can_go_back(table.name)
        and not any(isinstance(column.type, JSON) for column in table.columns)
    )
    return f"""
        SELECT e.id, e."table", e.row_id, e.operation,
            v.id IS NOT NULL AND e.operation = 'create' AND CASE e."table" {cases} ELSE FALSE END
        FROM audit_entry e LEFT JOIN audit_value v ON v.entry_id = e.id
        WHERE e.project_id = :project AND e.number BETWEEN :first AND :last ORDER BY e.number
    """  # noqa: S608 - names of our own tables


def _same(table: Table, *, sqlite: bool) -> str:
    """Return the case of rows of a table that have the values of the line that made them."""
    same = " AND ".join(
        f"({_stands(column, sqlite=sqlite)})"
        for column in table.columns
        if column.name not in {"id", *NEVER}
        and not isinstance(column.type, LargeBinary)
        and not is_order(table.name, column.name)
    )
    return f"""WHEN '{table.name}' THEN EXISTS (
        SELECT 1 FROM "{table.name}" t
        WHERE t.id = e.row_id AND t.project_id = e.project_id AND {same}
    )"""  # noqa: S608 - names of our own tables


def _stands(column: Column[Any], *, sqlite: bool) -> str:
    """Return the condition that a column has the value that the line gave it, on either engine."""
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    name = f't."{column.name}"'
    kept = f"json_extract(v.new, '$.{column.name}')" if sqlite else f"(v.new ->> '{column.name}')"
    if not isinstance(kind, DateTime):
        # `=` would not hold where both are empty.
        if sqlite:
            return f"{name} IS {kept}"
        return f"CAST({name} AS text) IS NOT DISTINCT FROM {kept}"
    # The trail does not tell when a row was made that was put in with many others.
    if sqlite:
        # Whole seconds are written in another way, and are looked at with the rest.
        same = f"{name} IS replace(replace({kept}, 'T', ' '), '+00:00', '')"
        return f"json_type(v.new, '$.{column.name}') IS NULL OR {same}"
    same = f"{name} IS NOT DISTINCT FROM CAST({kept} AS timestamptz)"
    return f"NOT jsonb_exists(v.new, '{column.name}') OR {same}"
