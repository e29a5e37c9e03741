"""What a plan to undo looks like: conflicts with names, fields and values as people know them."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from crm.core import undo
from crm.core.db import model_of
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.core.undo import Conflict, Key, Reason, RowWords, Step, UndoPlan, Way
from crm.core.undo.rows import as_kept
from crm.web.rendering import label, write_date, write_datetime

Names = Mapping[Key, str]
# So many words tell which row of a record is meant.
MOST_TOLD = 3


@dataclass(frozen=True, slots=True)
class ShownField:
    """One field of a conflict: what it is called, and its three values."""

    label: str
    before: str
    step: str
    now: str


@dataclass(slots=True)
class ShownConflict:
    """
    What is decided as one: of which record, and why it needs a decision.

    :ivar parts: what of the record it is about, where that is not the whole of it: "Tags: sport"
    :ivar page: endpoint, argument and id of the record's page, if it has one and is there
    """

    decision: str
    name: str
    kind: str
    page: tuple[str, str, int] | None
    can_go_back: bool = False
    is_new: bool = False
    parts: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    fields: list[ShownField] = field(default_factory=list)

    @property
    def heard(self) -> str:
        """Return the name with what tells it from other conflicts of the same record."""
        told = self.parts or [f"{one.label}: {one.step or one.before}" for one in self.fields[:1]]
        return ", ".join([self.name, *told])


@dataclass(frozen=True, slots=True)
class ShownCount:
    """How many rows of one kind go, come back and are set back."""

    label: str
    removed: int
    restored: int
    set_back: int


def counts_of(plan: UndoPlan) -> list[ShownCount]:
    """Return how many rows of each kind change, for the kinds that people know by name."""
    rows: dict[str, dict[Way, int]] = defaultdict(lambda: defaultdict(int))
    for (table, way), number in plan.counts.items():
        rows[_label(table)][way] += number
    return [
        ShownCount(name, ways[Way.REMOVE], ways[Way.RESTORE], ways[Way.SET_BACK])
        for name, ways in sorted(rows.items())
    ]


def conflicts_of(actor: Actor, plan: UndoPlan, *, most: int) -> list[ShownConflict]:
    """Return the first conflicts of a plan, those that are decided together as one."""
    groups: dict[str, list[Conflict]] = defaultdict(list)
    for conflict in plan.conflicts:
        groups[conflict.decision].append(conflict)
    chosen = dict(list(groups.items())[:most])
    told = [one for group in chosen.values() for one in group]
    gone = undo.as_removed({one.record for one in told if one.reason is Reason.GONE})
    rows = {key: {**values, **gone.get(key, {})} for key, values in plan.rows.items()}
    plan = replace(plan, rows=rows)
    names = _names(actor, plan, told)
    return [_shown(plan, group, names) for group in chosen.values()]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record of which something stayed as it was when a step was undone."""

    name: str
    kind: str
    page: tuple[str, str, int] | None


def kept_records(actor: Actor, step: Step) -> list[KeptRecord]:
    """Return by name the first records of which something stayed when `step` undid another."""
    parts = [one.split(".") for one in step.about.get("left", ())]
    keys = dict.fromkeys(Key(table, int(row_id)) for table, row_id, *_field in parts)
    found: list[KeptRecord] = []
    for table in dict.fromkeys(key.table for key in keys):
        told = undo.told_of(table)
        ids = [key.row_id for key in keys if key.table == table]
        names = told.names(actor, ids) if told is not None and told.names is not None else {}
        for one in ids:
            has_page = told is not None and told.endpoint and one in names
            page = (told.endpoint, told.argument, one) if told is not None and has_page else None
            found.append(KeptRecord(names.get(one, ""), _label(table), page))
    return [one for one in found if one.name]


def decisions_in(plan: UndoPlan) -> int:
    """Return how many decisions there are in a plan."""
    return len({one.decision for one in plan.conflicts})


def _label(table: str) -> str:
    told = undo.told_of(table)
    return str(told.label) if told else str(_("Other records"))


def _shown(plan: UndoPlan, group: list[Conflict], names: Names) -> ShownConflict:
    first = group[0]
    subject = _subject(plan, first)
    told = undo.told_of(subject.table)
    is_there = subject in names
    page = (told.endpoint, told.argument, subject.row_id) if told and told.endpoint else None
    made = ShownConflict(
        first.decision,
        names.get(subject) or _without_name(subject),
        _label(subject.table),
        page if is_there else None,
        can_go_back=any(one.can_go_back for one in group),
        is_new=first.decision.count(".") == 1,
    )
    others = (one for one in group if one.record != subject and one.reason is not Reason.CHANGED)
    # What somebody who was removed had is told to nobody any more.
    parts = (_part(plan, one, names) if is_there else _label(one.record.table) for one in others)
    made.parts = list(dict.fromkeys(parts))
    made.reasons = list(dict.fromkeys(why for one in group for why in _reasons(one)))
    made.fields = [shown for one in group for shown in _fields(one, names)]
    return made


def _part(plan: UndoPlan, conflict: Conflict, names: Names) -> str:
    """Return in words which row of a record it is: its kind, and what it holds."""
    table, values = conflict.record.table, plan.rows.get(conflict.record, {})
    told = undo.told_of(table)
    if told is None:
        return _label(table)
    # Numbers and ticks tell nobody which row it is; the name of a session does.
    known = ((name, values[name]) for name in told.fields if values.get(name))
    held = [
        _written(told, name, value, names)
        for name, value in known
        if isinstance(value, str) or Key(_target(table, name), value) in names
    ]
    return ": ".join(filter(None, (_label(table), ", ".join(held[:MOST_TOLD]))))


def _without_name(subject: Key) -> str:
    """Return what a record is called that has no name, or has none any more."""
    told = undo.told_of(subject.table)
    is_named = told is None or told.names is not None
    return str(_("A record that is gone")) if is_named else _label(subject.table)


def _subject(plan: UndoPlan, conflict: Conflict) -> Key:
    """Return the record by whose name people know the row: a person, for an e-mail address."""
    key = conflict.record
    told = undo.told_of(key.table)
    values = plan.rows.get(key, {})
    if told is None or not told.owner or values.get(told.owner) is None:
        return key
    return Key(_target(key.table, told.owner), values[told.owner])


def _target(table: str, column: str) -> str:
    model = model_of(table)
    keys = model.__table__.columns[column].foreign_keys if model else ()
    return next((key.column.table.name for key in keys), "")


def _names(actor: Actor, plan: UndoPlan, conflicts: Iterable[Conflict]) -> Names:
    """Return the names of all records that are spoken of; one question for each kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for conflict in conflicts:
        held = plan.rows.get(conflict.record, {})
        for key in (_subject(plan, conflict), *_referred(conflict), *_held(conflict, held)):
            wanted[key.table].add(key.row_id)
    found: dict[Key, str] = {}
    for table, ids in wanted.items():
        told = undo.told_of(table)
        if told is not None and told.names is not None:
            found.update((Key(table, one), name) for one, name in told.names(actor, ids).items())
    return found


def _referred(conflict: Conflict) -> Iterator[Key]:
    target = _target(conflict.record.table, conflict.field) if conflict.field else ""
    if target:
        for value in (conflict.before, conflict.step, conflict.now):
            if isinstance(value, int):
                yield Key(target, value)


def _held(conflict: Conflict, values: Mapping[str, Any]) -> Iterator[Key]:
    """Yield what a row names that people know it by, such as the session of an invitation."""
    told = undo.told_of(conflict.record.table)
    for column in told.fields if told else ():
        target, value = _target(conflict.record.table, column), values.get(column)
        if target and isinstance(value, int):
            yield Key(target, value)


def _reasons(conflict: Conflict) -> Iterator[str]:
    if conflict.reason is Reason.REFERRED:
        used_by, number = _label(conflict.referring), conflict.count
        yield str(_("Added since: %(what)s (%(number)s)", what=used_by, number=number))
    elif conflict.reason in _WHY:
        yield _WHY[conflict.reason]()


_WHY: dict[Reason, Callable[[], str]] = {
    Reason.GONE: lambda: str(_("It was removed since, so nothing can be put back in it.")),
    Reason.TAKEN: lambda: str(
        _("What it had before now belongs to another record. Change that one first.")
    ),
    Reason.LACKING: lambda: str(_("What it belonged to is no longer there.")),
    Reason.ERASED: lambda: str(_("Its earlier values were erased and cannot come back.")),
}


def _fields(conflict: Conflict, names: Names) -> Iterator[ShownField]:
    told = undo.told_of(conflict.record.table)
    if told is None or conflict.field not in told.fields:
        return
    if conflict.reason is not Reason.CHANGED:
        return
    before, step, now = (
        _written(told, conflict.field, value, names)
        for value in (conflict.before, conflict.step, conflict.now)
    )
    yield ShownField(str(told.fields[conflict.field]), before, step, now)


def _written(told: RowWords, column: str, value: Any, names: Names) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return str(_("(empty)"))
    target = _target(told.model.__tablename__, column)
    if target:
        return names.get(Key(target, value), str(_("A record that is gone")))
    return _as_text(as_kept(told.model, {column: value})[column])


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, StrEnum):
        return str(label(value))
    if isinstance(value, datetime):
        return write_datetime(value)
    return write_date(value) if isinstance(value, date) else str(value)
