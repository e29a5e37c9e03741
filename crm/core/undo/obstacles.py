"""What stands in the way of undoing: rows that others refer to, parents that went, values taken."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from crm.core.db.models import Link, links_of
from crm.core.undo.drafts import Conflict, Draft, Key, Reason, Values, decision_on, is_among
from crm.core.undo.rows import references_to, there, unique_keys, with_values


def find_referring(draft: Draft) -> None:
    """Name every row that the step made and that rows from elsewhere refer to since."""
    since: Counter[tuple[Key, str]] = Counter()
    for child, column, parent in references_to(draft.removals):
        image = draft.images.get(child)
        other = draft.others.get(child) if image is None else None
        # The step made it refer so, and it was kept at another time: what it needs stays with it.
        if other is not None and (not other.existed or column in other.changed):
            draft.needed.add(parent)
            continue
        is_made = child in draft.removals or is_among(draft.untouched, child)
        if not is_made and (image is None or column not in image.changed):
            since[parent, child.table] += 1
    draft.name(
        Conflict(decision_on(key), key, Reason.REFERRED, referring=table, count=number)
        for (key, table), number in since.items()
    )
    # A conflict of an e-mail address of a new person is decided with the person.
    for place, conflict in list(draft.conflicts.items()):
        if conflict.record in draft.removals:
            owner = decision_on(_owner(draft, conflict.record))
            draft.conflicts[place] = replace(conflict, decision=owner)


def _owner(draft: Draft, key: Key) -> Key:
    owners = [owner for owner in _owners(draft, key) if owner != key]
    return _owner(draft, owners[0]) if owners else key


def _owners(draft: Draft, key: Key) -> list[Key]:
    """Return the new rows that this new row cannot be without, whether they go or are kept."""
    named = named_by(key.table, draft.now[key], owning=True)
    there = [owner for owner in named if owner in draft.images and owner in draft.now]
    kept = {owner for owner in there if not draft.images[owner].existed}
    return [owner for owner in named if owner in draft.removals or owner in kept]


def keep_what_is_decided(draft: Draft) -> None:
    """
    Take from the removals what stays: rows with a conflict that is not put back, and their parts.

    A kept row keeps what belongs to it alone, and what it refers to: with a person their addresses
    and their roles, and with a role its organisation; but not the organisation's other roles.
    """
    kept = draft.needed | _needed(draft)
    for conflict in draft.conflicts.values():
        if not draft.decisions.puts_back(conflict.decision):
            table, row_id, *_field = conflict.decision.split(".")
            kept |= {conflict.record, Key(table, int(row_id))}
    kept &= draft.removals
    while kept:
        draft.removals -= kept
        belonging = {
            key
            for key in draft.removals
            if (owners := _owners(draft, key)) and draft.removals.isdisjoint(owners)
        }
        kept = belonging | _needed(draft)


def _needed(draft: Draft) -> set[Key]:
    """Return the removals that rows refer to which stay."""
    tables = {key.table for key in draft.removals}
    # Most rows of a long step are of tables that name none of these, and are not looked at.
    naming = {
        table
        for table in {key.table for key in draft.images}
        if any(link.table in tables for link in links_of(table))
    }
    return {
        needed
        for key in draft.images
        if key.table in naming and key not in draft.removals
        for needed in named_by(key.table, draft.values_after(key), owning=False)
        if needed in draft.removals
    }


def named_by(table: str, values: Values, *, owning: bool) -> list[Key]:
    """Return what a row refers to; with `owning` only what it cannot be without."""
    return [
        Key(link.table, values[link.column])
        for link in links_of(table)
        if values.get(link.column) is not None and (link.owns or not owning)
    ]


def hold_to_parents(draft: Draft) -> None:
    """Leave out what would refer to something that is not there."""
    wanted: dict[str, set[int]] = defaultdict(set)
    named: list[tuple[Key, Link, Key]] = []
    for key, values in (*draft.restores.items(), *draft.sets.items()):
        for link in links_of(key.table):
            if (row_id := values.get(link.column)) is not None:
                named.append((key, link, Key(link.table, row_id)))
                wanted[link.table].add(row_id)
    # Asked once, and of a row that this leaves out what names it is found in the next round.
    found = there(wanted) | draft.restores.keys()
    for key, link, target in named:
        if target in found:
            continue
        if link.may_lack and key in draft.restores:
            # As the database does when the other one goes: the row stays, and names nothing.
            draft.restores[key] = {**draft.restores[key], link.column: None}
        else:
            _give_up(draft, key, link.column, Reason.LACKING)


def _give_up(draft: Draft, key: Key, column: str, reason: Reason) -> None:
    """Leave a row away, or a value as it is, and say why."""
    if key in draft.restores:
        del draft.restores[key]
        draft.name([Conflict(decision_on(key), key, reason, column, can_go_back=False)])
    elif column in draft.sets.get(key, {}):
        values = (draft.sets[key].pop(column), None, draft.now[key].get(column))
        # That somebody gave it another value since no longer matters: it cannot go back at all.
        draft.conflicts.pop((key, column, ""), None)
        decision = decision_on(key, column)
        draft.name([Conflict(decision, key, reason, column, *values, can_go_back=False)])
        if not draft.sets[key]:
            del draft.sets[key]


def hold_to_unique(draft: Draft) -> None:
    """Leave out what would need a value that another row holds."""
    for table in sorted({key.table for key in (*draft.restores, *draft.sets)}):
        for columns, predicate in unique_keys(table):
            _hold_to(draft, table, columns, predicate)


def _hold_to(draft: Draft, table: str, columns: Sequence[str], predicate: str) -> None:
    named = (*columns, predicate)
    coming: dict[Key, Values] = {}
    for key in (*draft.restores, *draft.sets):
        takes = key in draft.restores or not draft.sets[key].keys().isdisjoint(named)
        if key.table == table and takes:
            values = draft.values_after(key)
            if _holds(values, columns, predicate):
                coming[key] = values
    if not coming:
        return
    # By the column in which they differ most, so that few other rows are read.
    asked = max(columns, key=lambda name: len({values[name] for values in coming.values()}))
    found = with_values(table, asked, {values[asked] for values in coming.values()})
    taken = {
        tuple(after[name] for name in columns)
        for key, values in found.items()
        if key not in draft.removals
        and not is_among(draft.untouched, key)
        and key not in coming
        and _holds(after := {**values, **draft.sets.get(key, {})}, columns, predicate)
    }
    for key, values in coming.items():
        held = tuple(values[name] for name in columns)
        if held in taken:
            for name in [name for name in named if name in draft.sets.get(key, {})] or [""]:
                _give_up(draft, key, name, Reason.TAKEN)
        # Two that come back may want the same: the first one gets it.
        taken.add(held)


def _holds(values: Values, columns: Sequence[str], predicate: str) -> bool:
    # What is empty clashes with nothing: a unique key lets NULL in any number of times.
    return (not predicate or bool(values.get(predicate))) and all(
        values.get(name) is not None for name in columns
    )
