"""Working out what undoing a step does, and what stands in its way; nothing is written."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from crm.core.audit import REVISION
from crm.core.db.models import links_of
from crm.core.undo import obstacles
from crm.core.undo.drafts import (
    Conflict,
    Decisions,
    Draft,
    Image,
    Key,
    Reason,
    Values,
    Way,
    decision_on,
)
from crm.core.undo.kinds import is_order, lead_of, told_of
from crm.core.undo.models import Step
from crm.core.undo.rows import images_in, is_whole, rows_now, unique_keys, with_values_of
from crm.core.undo.untouched import told_apart


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """
    What undoing a step does.

    :ivar removals: rows that the step made and that go
    :ivar restores: rows that it removed and that come back, with their values
    :ivar sets: rows that stay, with the values that they get back
    :ivar still_named: removals that rows refer to until these are set back
    :ivar conflicts: what was changed since; each stays as it is now unless it is put back
    :ivar rows: the values, as far as they are known, of the rows that conflicts are about
    :ivar untouched: by table, how many more rows go that the step made
    :ivar owners: by table, the records that the rows are part of now that go or are set back
    """

    step: Step
    removals: frozenset[Key]
    restores: dict[Key, Values]
    sets: dict[Key, Values]
    still_named: frozenset[Key]
    conflicts: tuple[Conflict, ...]
    rows: dict[Key, Values]
    owners: Mapping[str, Collection[int]]
    untouched: Mapping[str, int]

    @property
    def counts(self) -> Counter[tuple[str, Way]]:
        """How many rows of each table go, come back and are set back."""
        ways = {Way.REMOVE: self.removals, Way.RESTORE: self.restores, Way.SET_BACK: self.sets}
        found = Counter((key.table, way) for way, keys in ways.items() for key in keys)
        found.update({(table, Way.REMOVE): number for table, number in self.untouched.items()})
        return found

    @property
    def size(self) -> int:
        """How many rows change."""
        return self.counts.total()


# Column → its value before the step, after it, and now.
Changes = dict[str, tuple[Any, Any, Any]]
NOTHING_PUT_BACK = Decisions()
AT_ONCE = 1_000
"""So many rows of a long step are compared at a time, with all their values."""


def plan(step: Step, decisions: Decisions = NOTHING_PUT_BACK) -> UndoPlan:
    """
    Return what undoing `step` would do as things are now, with what was decided about conflicts.

    Every conflict is named, also those that were decided: they are put back in this plan. Rows that
    the step made and that simply go are counted and no more, and of others that nothing stands in
    the way of it has few values: all of those of a long step take much memory.
    """
    images, untouched = told_apart(step)
    return plan_of(step, outlined(Draft({}, {}, decisions, untouched=untouched), images))


def whole_plan(step: Step, decisions: Decisions) -> UndoPlan:
    """Return what undoing `step` would do with all values of all rows, to be carried out."""
    images = with_values_of(images_in(step).values())
    return plan_of(step, drafted(Draft(images, rows_now(images), decisions)))


def outlined(draft: Draft, bare: Mapping[Key, Image]) -> Draft:
    """Work out all of a step, and keep of rows no more than what others are compared with."""
    keys = iter(bare)
    while some := list(islice(keys, AT_ONCE)):
        images = with_values_of([bare[key] for key in some])
        draft.images.update(images)
        now = rows_now(images)
        draft.now.update((key, now[key]) for key in images if key in now)
        for image in images.values():
            _compare(draft, image)
        # The values with which no other row is compared are let go.
        for key in images:
            links, kept = _compared(key.table)
            kept |= draft.sets.get(key, {}).keys()
            # What a step made refers to nothing that was there in another way before.
            draft.images[key] = images[key].only(links) if bare[key].existed else bare[key]
            if key in draft.restores:
                draft.restores[key] = _only(draft.restores[key], kept)
            if key in draft.now:
                draft.now[key] = _only(draft.now[key], links if key in draft.removals else kept)
    _settle(draft)
    # What conflicts are about is told in words.
    named = {conflict.record for conflict in draft.conflicts.values()}
    draft.images.update(with_values_of([bare[key] for key in named]))
    draft.now.update(rows_now(named))
    return draft


def _only(values: Values, columns: Collection[str]) -> Values:
    return {name: values[name] for name in columns if values.get(name) is not None}


@cache
def _compared(table: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the columns that refer to other rows, and with them those of what is unique."""
    named = frozenset(link.column for link in links_of(table))
    unique = (name for names, sign in unique_keys(table) for name in (*names, sign) if name)
    return named, named.union(unique)


def drafted(draft: Draft) -> Draft:
    """Work out what goes back of the rows of a draft, and what stands in its way."""
    for image in draft.images.values():
        _compare(draft, image)
    _settle(draft)
    return draft


def _settle(draft: Draft) -> None:
    """Find what stands in the way of rows that were compared, until nothing more is left away."""
    obstacles.find_referring(draft)
    while True:
        before = _shape(draft)
        obstacles.keep_what_is_decided(draft)
        obstacles.hold_to_parents(draft)
        obstacles.hold_to_unique(draft)
        if _shape(draft) == before:
            return


def plan_of(step: Step, draft: Draft) -> UndoPlan:
    """Return what a draft came to."""
    conflicts = sorted(draft.conflicts.values(), key=lambda found: (found.record, found.field))
    rows = {
        key: draft.now.get(key) or {**draft.images[key].before, **draft.images[key].after}
        for key in (conflict.record for conflict in conflicts)
    }
    owners: dict[str, set[int]] = defaultdict(set)
    for key in (*draft.removals, *draft.sets):
        told = told_of(key.table)
        owner_id = draft.now[key].get(told.owner) if told and told.owner else None
        if owner_id is not None:
            owners[key.table].add(owner_id)
    # What rows refer to until these are set back.
    named = {
        target
        for key in draft.sets
        for target in obstacles.named_by(key.table, draft.now[key], owning=False)
    }
    return UndoPlan(
        step,
        frozenset(draft.removals),
        draft.restores,
        draft.sets,
        frozenset(named & draft.removals),
        tuple(conflicts),
        rows,
        owners,
        {table: len(rows) for table, rows in draft.untouched.items() if rows},
    )


def _shape(draft: Draft) -> tuple[int, int, int]:
    # Each round takes something away or nothing.
    return len(draft.removals), len(draft.restores), sum(map(len, draft.sets.values()))


def _compare(draft: Draft, image: Image) -> None:
    """Work out what undoing does with one row, and name what was changed in it since."""
    key, now = image.key, draft.now.get(image.key)
    if image.way is Way.SET_BACK:
        _compare_changed(draft, image, now)
    elif image.way is Way.REMOVE and now is not None:
        draft.removals.add(key)
        if image.is_erased:
            draft.name([Conflict(decision_on(key), key, Reason.ERASED)])
        draft.name(
            Conflict(decision_on(key), key, Reason.CHANGED, name, None, value, now[name])
            for name, value in image.after.items()
            if name in now and now[name] != value and not is_order(key.table, name)
        )
    elif image.way is Way.RESTORE and now is None:
        # Of some rows the trail never holds all, such as what somebody needs.
        if image.is_erased or not is_whole(key.table, image.before):
            draft.name([Conflict(decision_on(key), key, Reason.ERASED, can_go_back=False)])
            return
        back = {**image.before, "id": key.row_id}
        # One further, so that a form that was opened before the row went is refused.
        if REVISION in back:
            back[REVISION] += 1
        draft.restores[key] = back


def _compare_changed(draft: Draft, image: Image, now: Values | None) -> None:
    key = image.key
    if now is None or image.is_erased:
        reason = Reason.GONE if now is None else Reason.ERASED
        draft.name([Conflict(decision_on(key), key, reason, can_go_back=False)])
        return
    groups: dict[str, Changes] = defaultdict(dict)
    for name, (before, after) in image.changed.items():
        if name in now:
            groups[lead_of(key.table, name)][name] = (before, after, now[name])
    for lead, changes in groups.items():
        decision = decision_on(key, lead)
        back = {
            name: before for name, (before, _after, value) in changes.items() if value != before
        }
        # Somebody gave them their old values already: nothing is left to decide.
        if not back:
            continue
        differ = any(value not in (before, after) for before, after, value in changes.values())
        if differ:
            draft.name(
                Conflict(decision, key, Reason.CHANGED, name, *values)
                for name, values in changes.items()
            )
        if not differ or draft.decisions.puts_back(decision):
            draft.sets.setdefault(key, {}).update(back)
