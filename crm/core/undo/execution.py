"""Carrying out the plan of an undo: a few statements for each table, whatever the rows."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from functools import cache

from crm.core import clock, search
from crm.core.db import (
    Base,
    Revised,
    add_many,
    among,
    lock,
    model_of,
    remove_many,
    session,
    set_many,
)
from crm.core.errors import Conflict as Refused
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.undo.drafts import Decisions, Key, Values
from crm.core.undo.facts import Undoing, Undone
from crm.core.undo.kinds import UNDO, owner_of, told_of
from crm.core.undo.models import GOES_ON, Step
from crm.core.undo.planning import UndoPlan, whole_plan
from crm.core.undo.recording import begin, go_on
from crm.core.undo.rows import as_kept, condition_of

MOST_NAMED = 100
"""So many records that stay are kept by name."""


class AlreadyUndone(Refused):
    """Somebody undid it meanwhile, or there is nothing to undo."""

    message = _l("This has been undone already.")


class NothingGoesBack(Refused):
    """All of it would stay as it is now, so it is not undone, and can be later."""

    message = _l("Nothing would go back: all of it stays as it is now. Choose what to put back.")


def carry_out(step: Step, decisions: Decisions) -> UndoPlan:
    """
    Undo a step, inside a command; what was changed since stays, unless it is put back.

    It is a step itself, so it can be undone too. What is done is worked out anew, on the rows as
    they are now.

    :raises AlreadyUndone: if it was undone meanwhile
    :raises NothingGoesBack: if nothing can, or is chosen to
    """
    # First: of two who undo it at once the second then finds it undone.
    lock(step)
    if step.undone_at is not None or step.changes == 0:
        raise AlreadyUndone
    done = whole_plan(step, decisions)
    # Or the step would count as undone for ever, though nothing of it went back.
    if done.size == 0 and step.undone_by_id is None:
        raise NothingGoesBack
    own = write_part(step, done)
    end(step, own, left(done, decisions))
    return done


def write_part(step: Step, done: UndoPlan) -> Step:
    """Undo, inside a command, what a plan says, and return the step that undoes."""
    own = _own_step(step)
    announce(Undoing(step.kind, step.about, _by_table(done.removals)))
    _write(done)
    step.undone_by_id = own.id
    own.about = {**own.about, "rows": own.about.get("rows", 0) + done.size}
    return own


def end(step: Step, own: Step, kept: Collection[str]) -> None:
    """Keep, inside a command, that a step is undone, and of which choices something stays."""
    step.undone_at, step.undone_by_id, step.asked_at = clock.now(), own.id, None
    _free_again(step)
    announce(Undone(step.kind, step.about))
    about = {key: value for key, value in own.about.items() if key != GOES_ON}
    own.about = {**about, "kept": len(kept), "left": sorted(kept)[:MOST_NAMED]}


def _own_step(step: Step) -> Step:
    """Begin the step that undoes, or go on with it where a part went back before."""
    if step.undone_by_id is None:
        return begin(UNDO, about={"step": step.id})
    own = session().get_one(Step, step.undone_by_id)
    if not own.is_open:
        raise AlreadyUndone
    go_on(own)
    return own


def left(done: UndoPlan, decisions: Decisions) -> set[str]:
    """Return what was decided to stay as it is: of what is decided as one, one."""
    decided = {one.decision for one in done.conflicts}
    return {one for one in decided if not decisions.puts_back(one)}


def _free_again(step: Step) -> None:
    """Let what a step undid be undone once more, when that step itself is undone."""
    if step.kind == UNDO:
        first = session().get(Step, step.about["step"])
        if first is not None and first.undone_by_id == step.id:
            first.undone_at = first.undone_by_id = None


def _write(done: UndoPlan) -> None:
    owners = _owners(done)
    later = _by_table(done.still_named)
    order = _order()
    removals = _by_table(done.removals)
    # What refers goes before what it refers to, and comes back after it.
    for table in reversed(order):
        _remove(table, removals[table] - later[table])
    sets, restores = _values_by_table(done.sets), _values_by_table(done.restores)
    for table in order:
        _set_back(table, sets[table])
        _restore(table, restores[table])
    # Those to which other rows referred until these were set back.
    for table in reversed(order):
        _remove(table, removals[table] & later[table])
    _derive_anew(done)
    _index_anew(done)
    for model, ids in owners.items():
        # What belongs to a record is part of what two people may edit at once.
        set_many(model, {one: {} for one in ids}, revise_all=True)


@cache
def _order() -> tuple[str, ...]:
    """Return the names of all tables, each behind those that it refers to."""
    return tuple(table.name for table in Base.metadata.sorted_tables)


def _owners(done: UndoPlan) -> Mapping[type[Base], set[int]]:
    """Return the records that rows belong to, before and after, which people edit as one."""
    found: dict[type[Base], set[int]] = defaultdict(set)
    values = {**done.sets, **done.restores}
    for table, ids in _by_table([*done.removals, *values]).items():
        model, told = model_of(table), told_of(table)
        owner = owner_of(told) if told else None
        if model is None or told is None or owner is None or not issubclass(owner, Revised):
            continue
        found[owner].update(done.owners.get(table, ()))
        after = (values.get(Key(table, one), {}).get(told.owner) for one in ids)
        found[owner] |= {one for one in after if one is not None}
    return found


def _by_table(keys: Iterable[Key]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for key in keys:
        found[key.table].add(key.row_id)
    return found


def _values_by_table(rows: Mapping[Key, Values]) -> dict[str, dict[int, Values]]:
    found: dict[str, dict[int, Values]] = defaultdict(dict)
    for key, values in rows.items():
        found[key.table][key.row_id] = values
    return found


def _remove(table: str, ids: Iterable[int]) -> None:
    model = model_of(table)
    if model is not None and (chosen := list(ids)):
        remove_many(model, among(model.id, chosen))


def _set_back(table: str, rows: Mapping[int, Values]) -> None:
    model = model_of(table)
    if model is None or not rows:
        return
    values = {row_id: as_kept(model, row) for row_id, row in rows.items()}
    # First those that give something unique away, then those that take it.
    condition = condition_of(table)
    giving = {key: row for key, row in values.items() if row.get(condition) is False}
    set_many(model, giving)
    set_many(model, {key: row for key, row in values.items() if key not in giving})


def _restore(table: str, rows: Mapping[int, Values]) -> None:
    model = model_of(table)
    if model is not None and rows:
        add_many(model, [as_kept(model, rows[row_id]) for row_id in sorted(rows)])


def _derive_anew(done: UndoPlan) -> None:
    """Work out what follows from columns that went back beside others that were changed since."""
    mixed = _by_table(one.record for one in done.conflicts if one.record in done.sets)
    for table, ids in mixed.items():
        model, told = model_of(table), told_of(table)
        if model is not None and told is not None and told.derive is not None:
            session().flush()
            set_many(model, told.derive(ids))


def _index_anew(done: UndoPlan) -> None:
    for table, ids in _by_table(done.sets).items():
        model = model_of(table)
        if model is not None:
            search.reindex_dependents(model, ids)
