"""What a plan to undo looks like: conflicts with names, fields and values as people know them."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from crm.core import undo
from crm.core.db import model_of
from crm.core.i18n import LazyString, _, _l
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
        first = [f"{shown.label}: {shown.step or shown.before}" for shown in self.fields[:1]]
        return ", ".join([self.name, *(self.parts or first)])


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
    told = [conflict for group in chosen.values() for conflict in group]
    # A row that is gone keeps no columns: what it belonged to stands in the trail of its removal.
    gone = undo.as_removed({conflict.record for conflict in told if conflict.reason is Reason.GONE})
    rows = {key: {**values, **gone.get(key, {})} for key, values in plan.rows.items()}
    plan = replace(plan, rows=rows)
    # The names of all records that are spoken of, by one question for each kind.
    wanted: dict[str, set[int]] = defaultdict(set)
    for conflict in told:
        for key in (_subject(plan, conflict), *_mentioned(plan, conflict)):
            wanted[key.table].add(key.row_id)
    names: dict[Key, str] = {}
    for table, ids in wanted.items():
        words = undo.told_of(table)
        if words is not None and words.names is not None:
            found = words.names(actor, ids)
            names.update((Key(table, row_id), name) for row_id, name in found.items())
    return [_shown(plan, group, names) for group in chosen.values()]


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record of which something stayed as it was when a step was undone."""

    name: str
    kind: str
    page: tuple[str, str, int] | None


def kept_records(actor: Actor, step: Step) -> list[KeptRecord]:
    """Return by name the first records of which something stayed when `step` undid another."""
    parts = [decision.split(".") for decision in step.about.get("left", ())]
    keys = dict.fromkeys(Key(table, int(row_id)) for table, row_id, *_field in parts)
    found: list[KeptRecord] = []
    for table in dict.fromkeys(key.table for key in keys):
        told = undo.told_of(table)
        if told is None or told.names is None:
            continue
        ids = [key.row_id for key in keys if key.table == table]
        names = told.names(actor, ids)
        # Without a name it is gone, or nothing that this actor may see: then it is not spoken of.
        for row_id in (row_id for row_id in ids if names.get(row_id)):
            page = (told.endpoint, told.argument, row_id) if told.endpoint else None
            found.append(KeptRecord(names[row_id], _label(table), page))
    return found


def decisions_in(plan: UndoPlan) -> int:
    """Return how many decisions there are in a plan."""
    return len({conflict.decision for conflict in plan.conflicts})


def _label(table: str) -> str:
    told = undo.told_of(table)
    return str(told.label) if told else str(_("Other records"))


def _shown(plan: UndoPlan, group: list[Conflict], names: Names) -> ShownConflict:
    first = group[0]
    subject = _subject(plan, first)
    told = undo.told_of(subject.table)
    is_there, label = subject in names, _label(subject.table)
    is_named = told is None or told.names is not None
    page = (told.endpoint, told.argument, subject.row_id) if told and told.endpoint else None
    others = [
        conflict
        for conflict in group
        if conflict.record != subject and conflict.reason is not Reason.CHANGED
    ]
    # What somebody who was removed had is told to nobody any more.
    parts = (
        _part(plan, conflict, names) if is_there else _label(conflict.record.table)
        for conflict in others
    )
    return ShownConflict(
        first.decision,
        names.get(subject) or (str(_("A record that is gone")) if is_named else label),
        label,
        page if is_there else None,
        can_go_back=any(conflict.can_go_back for conflict in group),
        # The decision about a whole row is "table.id", that about a value "table.id.field".
        is_new=first.decision.count(".") == 1,
        parts=list(dict.fromkeys(parts)),
        reasons=list(dict.fromkeys(filter(None, map(_reason, group)))),
        fields=[shown for conflict in group for shown in _fields(conflict, names)],
    )


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


def _subject(plan: UndoPlan, conflict: Conflict) -> Key:
    """Return the record by whose name people know the row: a person, for an e-mail address."""
    key = conflict.record
    told = undo.told_of(key.table)
    owner = plan.rows.get(key, {}).get(told.owner) if told and told.owner else None
    return key if told is None or owner is None else Key(_target(key.table, told.owner), owner)


def _target(table: str, column: str) -> str:
    model = model_of(table)
    keys = model.__table__.columns[column].foreign_keys if model else ()
    return next((key.column.table.name for key in keys), "")


def _mentioned(plan: UndoPlan, conflict: Conflict) -> Iterator[Key]:
    """Yield what the values name, and what people know the row by: the session of an invitation."""
    table, values = conflict.record.table, plan.rows.get(conflict.record, {})
    told = undo.told_of(table)
    named = [(column, values.get(column)) for column in (told.fields if told else ())]
    if conflict.field:
        in_conflict = (conflict.before, conflict.step, conflict.now)
        named += [(conflict.field, value) for value in in_conflict]
    for column, value in named:
        if isinstance(value, int) and (target := _target(table, column)):
            yield Key(target, value)


_WHY: dict[Reason, LazyString] = {
    Reason.GONE: _l("It was removed since, so nothing can be put back in it."),
    Reason.TAKEN: _l("What it had before now belongs to another record. Change that one first."),
    Reason.LACKING: _l("What it belonged to is no longer there."),
    Reason.ERASED: _l("Its earlier values were erased and cannot come back."),
}


def _reason(conflict: Conflict) -> str:
    if conflict.reason is Reason.REFERRED:
        used_by, number = _label(conflict.referring), conflict.count
        return str(_("Added since: %(what)s (%(number)s)", what=used_by, number=number))
    # That a value changed needs no words: it stands there before and after.
    return str(_WHY.get(conflict.reason, ""))


def _fields(conflict: Conflict, names: Names) -> Iterator[ShownField]:
    told = undo.told_of(conflict.record.table)
    # A field without words of its own is bookkeeping, and says nothing to people.
    if conflict.reason is Reason.CHANGED and told is not None and conflict.field in told.fields:
        values = (conflict.before, conflict.step, conflict.now)
        written = (_written(told, conflict.field, value, names) for value in values)
        yield ShownField(str(told.fields[conflict.field]), *written)


def _written(told: RowWords, column: str, value: Any, names: Names) -> str:
    """Return a value as people read it."""
    if value is None or value == "":
        return str(_("(empty)"))
    target = _target(told.model.__tablename__, column)
    if target:
        return names.get(Key(target, value), str(_("A record that is gone")))
    # The trail keeps values as JSON: an enum and a day are read back before they are written.
    value = as_kept(told.model, {column: value})[column]
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, StrEnum):
        return str(label(value))
    if isinstance(value, datetime):
        return write_datetime(value)
    return write_date(value) if isinstance(value, date) else str(value)
