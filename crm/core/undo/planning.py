"""Working out what undoing a step does, and what stands in its way; nothing is written."""

from collections import Counter
from dataclasses import dataclass

from crm.core.undo import fitting, removing
from crm.core.undo.conflicts import Conflict, Decisions, Reason, of_field, of_record
from crm.core.undo.drafting import Draft
from crm.core.undo.images import Image, Key, Values, Way
from crm.core.undo.models import Step
from crm.core.undo.rows import images_in, rows_now


@dataclass(frozen=True, slots=True)
class UndoPlan:
    """
    What undoing a step does.

    :ivar removals: rows that the step made and that go
    :ivar restores: rows that it removed and that come back, with their values
    :ivar sets: rows that stay, with the values that they get back
    :ivar still_named: removals that rows refer to until these are set back
    :ivar conflicts: what was changed since; each stays as it is now unless it is put back
    """

    step: Step
    removals: frozenset[Key]
    restores: dict[Key, Values]
    sets: dict[Key, Values]
    still_named: frozenset[Key]
    conflicts: tuple[Conflict, ...]

    @property
    def counts(self) -> Counter[tuple[str, Way]]:
        """How many rows of each table go, come back and are set back."""
        ways = {Way.REMOVE: self.removals, Way.RESTORE: self.restores, Way.SET_BACK: self.sets}
        return Counter((key.table, way) for way, keys in ways.items() for key in keys)

    @property
    def size(self) -> int:
        """How many rows change."""
        return len(self.removals) + len(self.restores) + len(self.sets)


NOTHING_PUT_BACK = Decisions()


def plan(step: Step, decisions: Decisions = NOTHING_PUT_BACK) -> UndoPlan:
    """
    Return what undoing `step` would do as things are now, with what was decided about conflicts.

    Every conflict is named, also those that were decided: they are put back in this plan.
    """
    images = images_in(step)
    draft = Draft(images, rows_now(images), decisions)
    for image in images.values():
        _compare(draft, image)
    removing.find_referring(draft)
    while True:
        before = _shape(draft)
        removing.keep_what_is_decided(draft)
        fitting.hold_to_parents(draft)
        fitting.hold_to_unique(draft)
        if _shape(draft) == before:
            break
    return _plan_of(step, draft)


def _plan_of(step: Step, draft: Draft) -> UndoPlan:
    return UndoPlan(
        step,
        frozenset(draft.removals),
        draft.restores,
        draft.sets,
        frozenset(removing.named_now(draft)),
        tuple(sorted(draft.conflicts.values(), key=lambda one: (one.record, one.field))),
    )


def _shape(draft: Draft) -> tuple[int, int, int]:
    # Each round takes something away or nothing.
    return len(draft.removals), len(draft.restores), sum(map(len, draft.sets.values()))


def _compare(draft: Draft, image: Image) -> None:
    now = draft.now.get(image.key)
    if image.way is Way.REMOVE and now is not None:
        _compare_made(draft, image, now)
    elif image.way is Way.RESTORE and now is None:
        _bring_back(draft, image)
    elif image.way is Way.SET_BACK:
        _compare_changed(draft, image, now)


def _compare_made(draft: Draft, image: Image, now: Values) -> None:
    draft.removals.add(image.key)
    if image.is_erased:
        draft.name([Conflict(of_record(image.key), image.key, Reason.ERASED)])
    draft.name(
        Conflict(of_record(image.key), image.key, Reason.CHANGED, name, None, value, now[name])
        for name, value in image.after.items()
        if name in now and now[name] != value
    )


def _bring_back(draft: Draft, image: Image) -> None:
    if image.is_erased:
        draft.name([_whole(image.key, Reason.ERASED)])
    else:
        draft.restores[image.key] = {**image.before, "id": image.key.row_id}


def _compare_changed(draft: Draft, image: Image, now: Values | None) -> None:
    if now is None or image.is_erased:
        reason = Reason.GONE if now is None else Reason.ERASED
        draft.name([_whole(image.key, reason)])
        return
    for name, (before, after) in image.changed.items():
        if name in now and now[name] != before:
            _set_back(draft, image.key, name, (before, after, now[name]))


def _set_back(draft: Draft, key: Key, name: str, values: tuple[object, object, object]) -> None:
    before, after, now = values
    decision = of_field(key, name)
    if now != after:
        draft.name([Conflict(decision, key, Reason.CHANGED, name, before, after, now)])
    if now == after or draft.decisions.puts_back(decision):
        draft.sets.setdefault(key, {})[name] = before


def _whole(key: Key, reason: Reason) -> Conflict:
    return Conflict(of_record(key), key, reason, can_go_back=False)
