"""Taking steps back."""

from crm.core import clock, permissions, undo
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.permissions import Actor
from crm.core.undo import AlreadyUndone, Decisions, Step, UndoPart, UndoPlan
from crm.steps import queries
from crm.steps.policy import StepPermission
from crm.steps.queries import JOB
from crm.tasks import services as tasks
from crm.tasks.models import LongTask, TaskState

NOTHING_PUT_BACK = Decisions()
MOST_AT_ONCE = 500
"""Steps with more changes are undone in the background: so many take a quarter of a second."""


@command(StepPermission.UNDO)
def start(actor: Actor, step: Step, *, decisions: Decisions) -> None:
    """
    Undo a step: at once, or a large one in the background, part by part.

    :raises AlreadyUndone: if it was undone meanwhile, or is being so
    """
    if step.changes > MOST_AT_ONCE:
        take_back_later(actor, step, decisions=decisions)
    else:
        take_back(actor, step, decisions=decisions)


@command(StepPermission.UNDO)
def take_back_later(actor: Actor, step: Step, *, decisions: Decisions) -> None:
    """
    Let a step be undone in the background.

    :raises AlreadyUndone: if it was undone meanwhile, or is being so
    """
    origin = queries.origin_of(step)
    permissions.require(actor, undo.kind_of(origin).requires, origin)
    lost = queries.undoing_of(step)
    if lost is not None and not step.is_waiting:
        tasks.end(lost, TaskState.STOPPED)
    lock(step)
    own = session().get(Step, step.undone_by_id) if step.undone_by_id is not None else None
    if not step.can_be_undone or (own is not None and not own.is_open):
        raise AlreadyUndone
    step.asked_at = clock.now()
    asked = {"put_back": sorted(decisions.put_back), "everything": decisions.everything}
    tasks.start(actor, JOB, about={"step": step.id}, asked=asked)


@command(StepPermission.UNDO)
def take_back_part(actor: Actor, task: LongTask, *, prepared: UndoPart) -> int:
    """
    Undo some rows of a step that is undone in the background, and return how many these were.

    With no rows it ends that; where nothing went back the step is not undone.

    :raises AlreadyUndone: if somebody undid it meanwhile
    """
    step = queries.step(task.about["step"])
    origin = queries.origin_of(step)
    permissions.require(actor, undo.kind_of(origin).requires, origin)
    if prepared.keys:
        task.changed += undo.carry_out_part(step, prepared)
    else:
        undo.end_parts(step, prepared.a_round, prepared.decisions)
    return len(prepared.keys)


@command(StepPermission.UNDO)
def stop(_actor: Actor, step: Step) -> None:
    """Undo no more of a step in the background; what went back so far stays so."""
    task = queries.undoing_of(step)
    if task is not None:
        tasks.end(task, TaskState.STOPPED)
    _pause(step)


def follow_end(task: LongTask) -> None:
    """Let a step be undone again, inside a command, of which undoing ended before all went back."""
    _pause(queries.step(task.about["step"]))


def _pause(step: Step) -> None:
    lock(step)
    if step.undone_at is None:
        undo.pause(step)


@command(StepPermission.UNDO)
def take_back(actor: Actor, step: Step, *, decisions: Decisions = NOTHING_PUT_BACK) -> UndoPlan:
    """
    Undo a step; what was changed since stays as it is, unless it is decided to be put back.

    Whoever undoes must be allowed to do what was done.

    :raises AlreadyUndone: if somebody undid it meanwhile
    :raises NothingGoesBack: if nothing can, or is chosen to
    """
    origin = queries.origin_of(step)
    permissions.require(actor, undo.kind_of(origin).requires, origin)
    return undo.carry_out(step, decisions)
