"""
Carrying out the plan of an undo: a few statements for each table, whatever the rows.

A long step goes back part by part, so that nobody waits for all of it. What goes back, and in which
order, is worked out outside any change. Each part is worked out anew under its lock, on its rows as
they are then, and so are its conflicts. A part is one or more whole records with what belongs to
them: who sees the register meanwhile sees no half person. A record goes after what refers to it,
and comes back before; what is not so yet waits for the next round.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from graphlib import CycleError, TopologicalSorter

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
from crm.core.db.models import links_of
from crm.core.errors import Conflict as Refused
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.undo.drafts import Decisions, Draft, Image, Key, Values
from crm.core.undo.facts import Undoing, Undone
from crm.core.undo.kinds import UNDO, owner_of, told_of
from crm.core.undo.models import GOES_ON, Step
from crm.core.undo.planning import UndoPlan, drafted, outlined, plan_of, whole_plan
from crm.core.undo.recording import begin, go_on
from crm.core.undo.rows import as_kept, images_in, rows_now, unique_keys, with_values_of

MOST_NAMED = 100
"""So many records that stay are kept by name."""
MOST_TOGETHER = 200
"""What belongs to a record that stays where it is goes back in pieces of so many rows."""
Group = tuple[Key, ...]


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
    _end(step, _write_part(step, done), done, decisions)
    return done


@dataclass(frozen=True, slots=True)
class Round:
    """
    What is still to go back of a step, in groups that go together, in the order in which they do.

    :ivar plan: all of it, as things were when it was worked out
    """

    plan: UndoPlan
    images: Mapping[Key, Image]
    groups: Sequence[Group]


def plan_round(step: Step, decisions: Decisions) -> Round:
    """Work out, outside any change, what of a step is still to go back."""
    draft = outlined(Draft({}, {}, decisions), images_in(step))
    return Round(plan_of(step, draft), draft.images, _groups(draft))


@dataclass(frozen=True, slots=True)
class UndoPart:
    """Some rows of a round, and what was decided about conflicts."""

    a_round: Round
    keys: Collection[Key]
    decisions: Decisions


def carry_out_part(step: Step, part: UndoPart) -> int:
    """
    Undo some rows of a step, inside a command, and return how many changed.

    Whatever is not as the step left it by now stays, unless it is put back.

    :raises AlreadyUndone: if it was undone meanwhile
    """
    lock(step)
    if step.undone_at is not None:
        raise AlreadyUndone
    whole = part.a_round.images
    images = with_values_of([whole[key] for key in part.keys])
    draft = drafted(Draft(images, rows_now(images), part.decisions, others=whole))
    done = plan_of(step, draft)
    if done.size:
        own = _write_part(step, done)
        own.about = {**own.about, GOES_ON: 1}
    # Each part says that it goes on: after an hour without one its job counts as lost.
    step.asked_at = clock.now()
    return done.size


def end_parts(step: Step, last: Round, decisions: Decisions) -> bool:
    """End undoing a step in parts, inside a command; return whether anything went back."""
    lock(step)
    if step.undone_at is not None:
        raise AlreadyUndone
    if step.undone_by_id is None:
        step.asked_at = None
        return False
    _end(step, session().get_one(Step, step.undone_by_id), last.plan, decisions)
    return True


def pause(step: Step) -> None:
    """Let nothing more of a step go back, inside a command; what went back stays so."""
    step.asked_at = None
    own = session().get(Step, step.undone_by_id) if step.undone_by_id is not None else None
    if own is not None:
        own.about = {key: value for key, value in own.about.items() if key != GOES_ON}


def _write_part(step: Step, done: UndoPlan) -> Step:
    """Undo what a plan says, and return the step that undoes."""
    if step.undone_by_id is None:
        own = begin(UNDO, about={"step": step.id})
    else:
        # A part went back before, and one undoing is one step however many parts it has.
        own = session().get_one(Step, step.undone_by_id)
        if not own.is_open:
            raise AlreadyUndone
        go_on(own)
    removes = {model.__tablename__: ids for model, ids in _by_model(done.removals).items()}
    announce(Undoing(step.kind, step.about, removes))
    _write(done)
    step.undone_by_id = own.id
    own.about = {**own.about, "rows": own.about.get("rows", 0) + done.size}
    return own


def _end(step: Step, own: Step, done: UndoPlan, decisions: Decisions) -> None:
    """Keep that a step is undone, and of which choices something stays."""
    step.undone_at, step.undone_by_id, step.asked_at = clock.now(), own.id, None
    # What this step undid can be undone once more, now that it is undone itself.
    first = session().get(Step, step.about["step"]) if step.kind == UNDO else None
    if first is not None and first.undone_by_id == step.id:
        first.undone_at = first.undone_by_id = None
    announce(Undone(step.kind, step.about))
    # Of what is decided as one, one.
    named = {conflict.decision for conflict in done.conflicts}
    kept = sorted(decision for decision in named if not decisions.puts_back(decision))
    about = {key: value for key, value in own.about.items() if key != GOES_ON}
    own.about = {**about, "kept": len(kept), "left": kept[:MOST_NAMED]}


def _write(done: UndoPlan) -> None:
    # Asked first: what belongs to a record is told apart by rows that are still there.
    owners = _owners(done)
    removals, later = _by_model(done.removals), _by_model(done.still_named)
    sets, restores = _by_model(done.sets), _by_model(done.restores)
    # What refers goes before what it refers to, and comes back after it.
    for model in reversed(_order()):
        _remove(model, removals[model] - later[model])
    for model in _order():
        values = _as_kept(model, done.sets, sets[model])
        # First those that give something unique away, then those that take it.
        keys = unique_keys(model.__tablename__)
        condition = next((condition for _columns, condition in keys if condition), "")
        giving = {row_id: row for row_id, row in values.items() if row.get(condition) is False}
        taking = {row_id: row for row_id, row in values.items() if row_id not in giving}
        for rows in filter(None, (giving, taking)):
            set_many(model, rows)
        add_many(model, list(_as_kept(model, done.restores, restores[model]).values()))
    # Those to which other rows referred until these were set back.
    for model in reversed(_order()):
        _remove(model, removals[model] & later[model])
    # Columns that went back beside others that were changed since: what follows from both.
    mixed = (conflict.record for conflict in done.conflicts if conflict.record in done.sets)
    for model, ids in _by_model(mixed).items():
        told = told_of(model.__tablename__)
        if told is not None and told.derive is not None:
            session().flush()
            set_many(model, told.derive(ids))
    for model, ids in _by_model(done.sets).items():
        search.reindex_dependents(model, ids)
    for model, ids in owners.items():
        # What belongs to a record is part of what two people may edit at once.
        set_many(model, {row_id: {} for row_id in ids}, revise_all=True)


@cache
def _order() -> tuple[type[Base], ...]:
    """Return all models, each behind those that it refers to."""
    models = (model_of(table.name) for table in Base.metadata.sorted_tables)
    return tuple(model for model in models if model is not None)


def _owners(done: UndoPlan) -> Mapping[type[Base], set[int]]:
    """Return the records that rows belong to, before and after, which people edit as one."""
    found: dict[type[Base], set[int]] = defaultdict(set)
    values = {**done.sets, **done.restores}
    for model, ids in _by_model([*done.removals, *values]).items():
        table, told = model.__tablename__, told_of(model.__tablename__)
        owner = owner_of(told) if told else None
        if told is None or owner is None or not issubclass(owner, Revised):
            continue
        found[owner].update(done.owners.get(table, ()))
        after = (values.get(Key(table, row_id), {}).get(told.owner) for row_id in ids)
        found[owner] |= {owner_id for owner_id in after if owner_id is not None}
    return found


def _by_model(keys: Iterable[Key]) -> dict[type[Base], set[int]]:
    found: dict[type[Base], set[int]] = defaultdict(set)
    for key in keys:
        # Only rows of a model are ever planned to go back.
        if (model := model_of(key.table)) is not None:
            found[model].add(key.row_id)
    return found


def _as_kept(
    model: type[Base], rows: Mapping[Key, Values], ids: Collection[int]
) -> dict[int, Values]:
    table = model.__tablename__
    return {row_id: as_kept(model, rows[Key(table, row_id)]) for row_id in sorted(ids)}


def _remove(model: type[Base], ids: Collection[int]) -> None:
    if ids:
        remove_many(model, among(model.id, ids))


def _groups(draft: Draft) -> list[Group]:
    """Return all that goes back: records with what belongs to them, in an order that fits."""
    going = dict.fromkeys([*draft.removals, *draft.restores, *draft.sets])
    roots = {key: _root(draft, key) for key in sorted(going)}
    members: dict[Key, list[Key]] = defaultdict(list)
    for key, root in roots.items():
        members[root].append(key)
    graph: dict[Key, set[Key]] = {root: set() for root in members}
    for first, then in _in_order(draft, roots):
        graph[then].add(first)
    try:
        ordered = list(TopologicalSorter(graph).static_order())
    # In a circle no order fits: what cannot go back yet waits for the next round.
    except CycleError:
        ordered = list(graph)
    groups: list[Group] = []
    for root in ordered:
        keys = members[root]
        # Whole, however much it is: nobody is to see half a record.
        is_whole = root in draft.removals or root in draft.restores
        size = len(keys) if is_whole else MOST_TOGETHER
        groups += [tuple(keys[start : start + size]) for start in range(0, len(keys), size)]
    return groups


def _root(draft: Draft, key: Key) -> Key:
    """Return the record that a row is part of, or is."""
    told = told_of(key.table)
    owner = owner_of(told) if told else None
    values = draft.now.get(key) or draft.restores.get(key, {})
    owner_id = values.get(told.owner) if told else None
    if owner is None or owner_id is None:
        return key
    return _root(draft, Key(owner.__tablename__, owner_id))


def _in_order(draft: Draft, roots: Mapping[Key, Key]) -> Iterator[tuple[Key, Key]]:
    """Yield two records of which the first has to go back before the second."""
    for key, root in roots.items():
        now, after = draft.now.get(key, {}), draft.values_after(key)
        for link in links_of(key.table):
            # What refers to a record goes before it, or is set back before; what comes back is
            # referred to afterwards.
            gone = Key(link.table, now.get(link.column) or 0)
            there = Key(link.table, after.get(link.column) or 0)
            if gone in draft.removals and roots[gone] != root:
                yield root, roots[gone]
            if there in draft.restores and key not in draft.removals and roots[there] != root:
                yield roots[there], root
