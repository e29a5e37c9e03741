"""Whether what goes back still fits: what it belongs to is there, and what is unique is free."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from crm.core.db import model_of
from crm.core.undo.conflicts import Conflict, Reason, of_field, of_record
from crm.core.undo.draft import Draft
from crm.core.undo.images import Key, Values
from crm.core.undo.rows import there, with_values
from crm.core.undo.unique import unique_keys


def hold_to_parents(draft: Draft) -> None:
    """Leave out what would refer to something that is not there."""
    wanted: dict[str, set[int]] = defaultdict(set)
    named = list(_named(draft))
    for _key, _column, target in named:
        if target not in draft.restores:
            wanted[target.table].add(target.row_id)
    found = there(wanted) | draft.restores.keys()
    for key, column, target in named:
        if target not in found:
            _give_up(draft, key, column, Reason.LACKING)


def _named(draft: Draft) -> Iterator[tuple[Key, str, Key]]:
    """Yield what the rows that come back and the values that go back refer to."""
    for group in (draft.restores, draft.sets):
        for key, values in group.items():
            for column, target in _targets(key.table):
                if values.get(column) is not None:
                    yield key, column, Key(target, values[column])


@cache
def _targets(table: str) -> tuple[tuple[str, str], ...]:
    model = model_of(table)
    found = model.__table__.foreign_keys if model else ()
    return tuple(
        sorted(
            (key.parent.name, key.column.table.name)
            for key in found
            if key.parent.name != "project_id"
        )
    )


def _give_up(draft: Draft, key: Key, column: str, reason: Reason) -> None:
    """Leave a row away, or a value as it is, and say why."""
    if key in draft.restores:
        if reason is Reason.LACKING and _may_lack(key.table, column):
            draft.restores[key] = {**draft.restores[key], column: None}
            return
        del draft.restores[key]
        draft.name([Conflict(of_record(key), key, reason, column, can_go_back=False)])
    elif column in draft.sets.get(key, {}):
        before = draft.sets[key].pop(column)
        now = draft.now[key].get(column)
        draft.conflicts.pop((key, column, ""), None)
        draft.name(
            [Conflict(of_field(key, column), key, reason, column, before, None, now,
                      can_go_back=False)]
        )  # fmt: skip
        if not draft.sets[key]:
            del draft.sets[key]


def _may_lack(table: str, column: str) -> bool:
    model = model_of(table)
    return model is not None and any(
        key.ondelete == "SET NULL" and key.parent.name == column
        for key in model.__table__.foreign_keys
    )


def hold_to_unique(draft: Draft) -> None:
    """Leave out what would need a value that another row holds."""
    for table in sorted({key.table for key in (*draft.restores, *draft.sets)}):
        for columns, predicate in unique_keys(table):
            _hold_to(draft, table, columns, predicate)


def _hold_to(draft: Draft, table: str, columns: Sequence[str], predicate: str) -> None:
    named = (*columns, predicate)
    coming: dict[Key, Values] = {}
    for key in (*draft.restores, *draft.sets):
        if key.table == table and _takes(draft, key, named):
            values = draft.values_after(key)
            if _holds(values, columns, predicate):
                coming[key] = values
    if not coming:
        return
    taken = _taken(draft, coming, columns, predicate)
    for key, values in coming.items():
        held = tuple(values[name] for name in columns)
        if held in taken:
            _give_up_unique(draft, key, named)
        taken.add(held)


def _taken(
    draft: Draft, coming: Mapping[Key, Values], columns: Sequence[str], predicate: str
) -> set[tuple[Any, ...]]:
    """Return what other rows hold that the coming ones would hold too."""
    asked = max(columns, key=lambda name: len({values[name] for values in coming.values()}))
    table = next(iter(coming)).table
    found = with_values(table, asked, {values[asked] for values in coming.values()})
    return {
        tuple(after[name] for name in columns)
        for key, values in found.items()
        if key not in draft.removals
        and not draft.goes_unseen(key)
        and key not in coming
        and _holds(after := {**values, **draft.sets.get(key, {})}, columns, predicate)
    }


def _takes(draft: Draft, key: Key, columns: Sequence[str]) -> bool:
    return key in draft.restores or not draft.sets[key].keys().isdisjoint(columns)


def _holds(values: Values, columns: Sequence[str], predicate: str) -> bool:
    return (not predicate or bool(values.get(predicate))) and all(
        values.get(name) is not None for name in columns
    )


def _give_up_unique(draft: Draft, key: Key, columns: Sequence[str]) -> None:
    names = [name for name in columns if name in draft.sets.get(key, {})] or [""]
    for name in names:
        _give_up(draft, key, name, Reason.TAKEN)
