"""
Undoing a long step part by part, so that nobody waits for all of it.

What goes back, and in which order, is worked out outside any change. Each part is worked out anew
under its lock, on its rows as they are then, and so are its conflicts. A part is one or more whole
records with what belongs to them: who sees the register meanwhile sees no half person. A record
goes after what refers to it, and comes back before; what is not so yet waits for the next round.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter

from crm.core import clock
from crm.core.db import lock, model_of, session
from crm.core.undo.drafts import Decisions, Draft, Image, Key
from crm.core.undo.execution import AlreadyUndone, end, left, write_part
from crm.core.undo.kinds import told_of
from crm.core.undo.models import GOES_ON, Step
from crm.core.undo.planning import UndoPlan, drafted, outlined, plan_of
from crm.core.undo.rows import rows_now, with_values_of

MOST_TOGETHER = 200
"""What belongs to a record that stays where it is goes back in pieces of so many rows."""
Group = tuple[Key, ...]


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
    draft = outlined(step, decisions)
    return Round(plan_of(step, draft), draft.images, _groups(draft))


@dataclass(frozen=True, slots=True)
class UndoPart:
    """Some rows of a round, and what was decided about conflicts."""

    a_round: Round
    keys: Collection[Key]
    decisions: Decisions


def carry_out_part(step: Step, part: UndoPart) -> int | None:
    """
    Undo some rows of a step, inside a command, and return how many changed.

    Whatever is not as the step left it by now stays, unless it is put back.

    :return: nothing where nobody waits any more for this: it was stopped
    :raises AlreadyUndone: if it was undone meanwhile
    """
    lock(step)
    if step.undone_at is not None:
        raise AlreadyUndone
    if step.asked_at is None:
        return None
    whole = part.a_round.images
    images = with_values_of([whole[key] for key in part.keys])
    draft = drafted(Draft(images, rows_now(images), part.decisions, others=whole))
    done = plan_of(step, draft)
    if done.size:
        own = write_part(step, done)
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
    end(step, session().get_one(Step, step.undone_by_id), left(last.plan, decisions))
    return True


def pause(step: Step) -> None:
    """Let nothing more of a step go back, inside a command; what went back stays so."""
    step.asked_at = None
    own = session().get(Step, step.undone_by_id) if step.undone_by_id is not None else None
    if own is not None:
        own.about = {key: value for key, value in own.about.items() if key != GOES_ON}


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
    return [piece for root in ordered for piece in _pieces(draft, root, members[root])]


def _pieces(draft: Draft, root: Key, keys: list[Key]) -> Iterator[Group]:
    # Whole, however much it is: nobody is to see half a record.
    if root in draft.removals or root in draft.restores:
        yield tuple(keys)
        return
    for start in range(0, len(keys), MOST_TOGETHER):
        yield tuple(keys[start : start + MOST_TOGETHER])


def _root(draft: Draft, key: Key) -> Key:
    """Return the record that a row is part of, or is."""
    told = told_of(key.table)
    values = draft.now.get(key) or draft.restores.get(key, {})
    owner = values.get(told.owner) if told and told.owner else None
    if told is None or owner is None:
        return key
    targets = (table for column, table in _references(key.table) if column == told.owner)
    table = next(targets, "")
    return _root(draft, Key(table, owner)) if table else key


def _in_order(draft: Draft, roots: Mapping[Key, Key]) -> Iterator[tuple[Key, Key]]:
    """Yield two records of which the first has to go back before the second."""
    for key, root in roots.items():
        now, after = draft.now.get(key, {}), draft.values_after(key)
        for column, table in _references(key.table):
            # What refers to a record goes before it, or is set back before; what comes back is
            # referred to afterwards.
            gone, there = Key(table, now.get(column) or 0), Key(table, after.get(column) or 0)
            if gone in draft.removals and roots[gone] != root:
                yield root, roots[gone]
            if there in draft.restores and key not in draft.removals and roots[there] != root:
                yield roots[there], root


def _references(table: str) -> list[tuple[str, str]]:
    if table not in _known:
        model = model_of(table)
        keys = model.__table__.foreign_keys if model else ()
        found = ((one.parent.name, one.column.table.name) for one in keys)
        _known[table] = sorted(one for one in found if one[0] != "project_id")
    return _known[table]


_known: dict[str, list[tuple[str, str]]] = {}
