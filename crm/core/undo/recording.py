"""Opening a step inside a command: from then on everything that changes belongs to it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, UOWTransaction

from crm.core.audit import written
from crm.core.db import Unit, WriteOutsideCommand, current_unit, is_audited, referring, session
from crm.core.db.flush_changes import removed
from crm.core.undo.kinds import all_kinds
from crm.core.undo.models import Step


class UnknownKind(LookupError):
    """No feature has declared this kind of step in its manifest."""


class RemovedAroundTheDoor(RuntimeError):
    """In a step, a row was removed with others of which the trail then holds nothing."""


def begin(kind: str, *, about: Mapping[str, Any] | None = None) -> Step:
    """
    Open a step in the command that runs, before its first change, and return it.

    It lasts until the unit of work ends, and holds every change of a model of the project in it,
    also of models that are not audited. A step inside a step is part of the outer one, which is
    returned.

    :param kind: as a `StepKind` in a manifest names it
    :param about: ids and counts for the list of steps; no personal data
    :raises WriteOutsideCommand: outside a unit of work
    """
    if kind not in all_kinds():
        raise UnknownKind(kind)
    unit = _unit(kind)
    if unit.step_id is not None:
        return session().get_one(Step, unit.step_id)
    step = Step(kind=kind, about=dict(about or {}), made_by_id=unit.actor.account_id)
    session().add(step)
    go_on(step)
    return step


def current() -> Step | None:
    """Return the step that is open in the unit of work, if one is."""
    unit = current_unit()
    if unit is None or unit.step_id is None:
        return None
    return session().get_one(Step, unit.step_id)


def go_on(step: Step) -> None:
    """
    Open a step again, in a later unit of work of the same long change.

    :raises WriteOutsideCommand: outside a unit of work
    """
    unit = _unit(step.kind)
    # The step gets its id, and what was changed before it is gathered before it begins.
    session().flush()
    unit.step_id, unit.step_from = step.id, len(unit.changes)


def _unit(kind: str) -> Unit:
    # A step is a range of the trail, which only a command writes.
    unit = current_unit()
    if unit is None:
        message = f"a step ({kind}) was begun outside a command"
        raise WriteOutsideCommand(message)
    return unit


@written.connect
def _keep(active: Session, *, unit: Unit, numbers: range) -> None:
    """Keep on the step which part of the trail is its own."""
    # What was gathered before it was opened stands before it in the trail.
    own = numbers[unit.step_from :]
    if unit.step_id is None or not own:
        return
    step = active.get_one(Step, unit.step_id)
    ranges, first = step.ranges, own[0]
    # Where nobody wrote in between, the last range goes on: long changes have thousands of pieces.
    if ranges and ranges[-1][1] + 1 == first:
        ranges, first = ranges[:-1], ranges[-1][0]
    # A new list, as SQLAlchemy does not see what changes inside one.
    step.ranges = [*ranges, [first, own[-1]]]
    step.changes += len(own)
    active.flush()


@event.listens_for(Session, "after_flush")
def _refuse_what_cannot_come_back(active: Session, context: UOWTransaction) -> None:
    """Refuse a row that went in a step where the database removed more along by itself."""
    unit: Unit | None = active.info.get("unit")
    if unit is None or unit.step_id is None:
        return
    for row in removed(active, context):
        for child, _column, ondelete in referring(type(row)):
            if ondelete in {"CASCADE", "SET NULL"} and is_audited(child, in_step=True):
                message = f"{type(row).__name__} takes others along: use remove_many in a step"
                raise RemovedAroundTheDoor(message)
