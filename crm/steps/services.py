"""Taking steps back."""

from crm.core import clock, jobs, permissions, undo
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.permissions import Actor
from crm.core.undo import AlreadyUndone, Decisions, Round, Step, UndoPart, UndoPlan
from crm.steps import queries
from crm.steps.policy import StepPermission

NOTHING_PUT_BACK = Decisions()
JOB = "steps.take_back"
FAILED = "undo_failed"
"""Stands in what a step was about, if undoing it failed by a fault of ours."""
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
    lock(step)
    own = session().get(Step, step.undone_by_id) if step.undone_by_id is not None else None
    if not step.can_be_undone or (own is not None and not own.is_open):
        raise AlreadyUndone
    step.asked_at = clock.now()
    step.about = {key: value for key, value in step.about.items() if key != FAILED}
    payload = {
        "step": step.id,
        "put_back": sorted(decisions.put_back),
        "everything": decisions.everything,
        "account": actor.account_id,
    }
    jobs.enqueue(JOB, payload, project_id=step.project_id)


@command(StepPermission.UNDO)
def take_back_part(actor: Actor, step: Step, *, part: UndoPart) -> int | None:
    """
    Undo some rows of a step that is undone in the background; return how many changed.

    :return: nothing where somebody stopped it
    :raises AlreadyUndone: if somebody undid it meanwhile
    """
    origin = queries.origin_of(step)
    permissions.require(actor, undo.kind_of(origin).requires, origin)
    return undo.carry_out_part(step, part)


@command(StepPermission.UNDO)
def end(_actor: Actor, step: Step, *, last: Round, decisions: Decisions) -> None:
    """
    End undoing a step in the background; where nothing went back it is not undone.

    :raises AlreadyUndone: if somebody undid it meanwhile
    """
    undo.end_parts(step, last, decisions)


@command(StepPermission.UNDO)
def stop(_actor: Actor, step: Step) -> None:
    """Undo no more of a step in the background; what went back so far stays so."""
    lock(step)
    if step.undone_at is None:
        undo.pause(step)


@command(StepPermission.UNDO)
def give_up(_actor: Actor, step: Step) -> None:
    """Keep that undoing a step failed for the last time; one may try again what is left."""
    lock(step)
    if step.undone_at is None:
        undo.pause(step)
        step.about = {**step.about, FAILED: 1}


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
