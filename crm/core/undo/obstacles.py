"""What stands in the way of undoing: rows that others refer to, parents that went, values taken."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from crm.core.db import model_of
from crm.core.undo.drafts import Conflict, Draft, Key, Reason, Values, of_field, of_record
from crm.core.undo.rows import references_to, there, unique_keys, with_values


def find_referring(draft: Draft) -> None:
    """Name every row that the step made and that rows from elsewhere refer to since."""
    since: Counter[tuple[Key, str]] = Counter()
    for child, column, parent in references_to(draft.removals):
        image = draft.images.get(child)
        is_made = child in draft.removals or draft.goes_unseen(child)
        is_own = is_made or (image is not None and column in image.changed)
        if _is_others(draft, child, column):
            draft.needed.add(parent)
        elif not is_own:
            since[parent, child.table] += 1
    draft.name(
        Conflict(of_record(key), key, Reason.REFERRED, referring=table, count=number)
        for (key, table), number in since.items()
    )
    _decide_with_owners(draft)


def _is_others(draft: Draft, child: Key, column: str) -> bool:
    """Whether a row refers because the step made it so, and is not looked at now: it was kept."""
    image = None if child in draft.images else draft.others.get(child)
    return image is not None and (not image.existed or column in image.changed)


def _decide_with_owners(draft: Draft) -> None:
    """Let a conflict of an e-mail address of a new person be decided with the person."""
    for place, conflict in list(draft.conflicts.items()):
        if conflict.record in draft.removals:
            owner = of_record(_owner(draft, conflict.record))
            draft.conflicts[place] = replace(conflict, decision=owner)


def _owner(draft: Draft, key: Key) -> Key:
    owners = [one for one in _owners(draft, key) if one != key]
    return _owner(draft, owners[0]) if owners else key


def _owners(draft: Draft, key: Key) -> list[Key]:
    """Return the new rows that this new row cannot be without."""
    named = named_by(key.table, draft.now[key], owning=True)
    return [one for one in named if one in draft.removals or _is_kept(draft, one)]


def _is_kept(draft: Draft, key: Key) -> bool:
    image = draft.images.get(key)
    return (
        image is not None and not image.existed and key in draft.now and (key not in draft.removals)
    )


def keep_what_is_decided(draft: Draft) -> None:
    """
    Take from the removals what stays: rows with a conflict that is not put back, and their parts.

    A kept row keeps what belongs to it alone, and what it refers to: with a person their addresses
    and their roles, and with a role its organisation; but not the organisation's other roles.
    """
    kept = {*_undecided(draft), *_needed_by_changed(draft), *draft.needed} & draft.removals
    while kept:
        draft.removals -= kept
        kept = _next_kept(draft)


def _undecided(draft: Draft) -> Iterator[Key]:
    for conflict in draft.conflicts.values():
        if not draft.decisions.puts_back(conflict.decision):
            yield conflict.record
            yield _key_of(conflict.decision)


def _needed_by_changed(draft: Draft) -> Iterator[Key]:
    """Yield what the rows that were changed, and not made, refer to."""
    tables = {key.table for key in draft.removals}
    for key, image in draft.images.items():
        targets = {target for _column, target, _owned in _references(key.table)}
        if image.existed and not tables.isdisjoint(targets):
            yield from named_by(key.table, draft.values_after(key), owning=False)


def _key_of(decision: str) -> Key:
    table, row_id, *_field = decision.split(".")
    return Key(table, int(row_id))


def _next_kept(draft: Draft) -> set[Key]:
    belonging = {
        key
        for key in draft.removals
        if (owners := _owners(draft, key)) and not draft.removals.intersection(owners)
    }
    return belonging | {key for key in _needed(draft) if key in draft.removals}


def named_now(draft: Draft) -> set[Key]:
    """Return the removals that rows refer to until these are set back."""
    named = {
        target for key in draft.sets for target in named_by(key.table, draft.now[key], owning=False)
    }
    return named & draft.removals


def _needed(draft: Draft) -> Iterator[Key]:
    """Yield what the rows that stay refer to."""
    for key in draft.images:
        if key not in draft.removals:
            yield from named_by(key.table, draft.values_after(key), owning=False)


def named_by(table: str, values: Values, *, owning: bool) -> list[Key]:
    """Return what a row refers to; with `owning` only what it cannot be without."""
    return [
        Key(target, values[column])
        for column, target, is_owner in _references(table)
        if values.get(column) is not None and (is_owner or not owning)
    ]


def owns(table: str, column: str, target: str) -> bool:
    """Whether a row of a table cannot be without the one that its column names."""
    return (column, target, True) in _references(table)


@cache
def _references(table: str) -> tuple[tuple[str, str, bool], ...]:
    """Return the columns of a table that refer: to which table, and whether it is owned by that."""
    model = model_of(table)
    found = model.__table__.foreign_keys if model else ()
    return tuple(
        sorted(
            (
                key.parent.name,
                key.column.table.name,
                key.ondelete == "CASCADE" and not key.parent.nullable,
            )
            for key in found
            if key.parent.name != "project_id"
        )
    )


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
        # As the database does when the other one goes: the row stays, and names nothing.
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
        # Two that come back may want the same: the first one gets it.
        taken.add(held)


def _taken(
    draft: Draft, coming: Mapping[Key, Values], columns: Sequence[str], predicate: str
) -> set[tuple[Any, ...]]:
    """Return what other rows hold that the coming ones would hold too."""
    # By the column in which they differ most, so that few other rows are read.
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
    # What is empty clashes with nothing: a unique key lets NULL in any number of times.
    return (not predicate or bool(values.get(predicate))) and all(
        values.get(name) is not None for name in columns
    )


def _give_up_unique(draft: Draft, key: Key, columns: Sequence[str]) -> None:
    names = [name for name in columns if name in draft.sets.get(key, {})] or [""]
    for name in names:
        _give_up(draft, key, name, Reason.TAKEN)
