"""Rows that a step made: who refers to them since, and which stay because others do."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from crm.core.db import model_of
from crm.core.undo.conflicts import Conflict, Reason, of_record
from crm.core.undo.draft import Draft
from crm.core.undo.images import Key, Values
from crm.core.undo.rows import references_to


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
