"""Long work begins, goes on by a part, and ends: inside the commands of whoever orders it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from crm.core import clock, jobs, undo
from crm.core.db import lock, session
from crm.core.long_work import kind_of
from crm.core.permissions import Actor
from crm.tasks.models import LongTask, TaskState


def start(  # noqa: PLR0913 - what a task is made of
    actor: Actor,
    kind: str,
    *,
    about: Mapping[str, Any],
    asked: Mapping[str, Any] | None = None,
    chosen: str = "[]",
    total: int = 0,
    due_at: datetime | None = None,
    instead_of: LongTask | None = None,
) -> LongTask:
    """
    Let long work be done in the background, inside a command, as whoever orders it.

    :param instead_of: what was begun before for the same, which nobody needs any more
    """
    if instead_of is not None:
        end(instead_of, TaskState.STOPPED)
    task = LongTask(
        kind=kind,
        about=dict(about),
        asked=dict(asked or {}),
        chosen=chosen,
        total=total,
        made_by_id=actor.account_id,
    )
    session().add(task)
    session().flush()
    # Who ordered it stands here too: of a row alone, a command line is an account that is gone.
    payload = {"task": task.id, "account": actor.account_id}
    jobs.enqueue(kind, payload, project_id=task.project_id, due_at=due_at)
    return task


def go_on(actor: Actor, task: LongTask, prepared: object) -> int:
    """Do one part, inside a command, and return how many had their turn; errors are as in it."""
    rows = kind_of(task.kind).part(actor, task, prepared=prepared)
    task.done, task.moved_at = task.done + rows, clock.now()
    if task.is_open:
        task.state = TaskState.RUNNING
    # The step is begun by the change itself, so only here is it known of which task it is.
    step = undo.current()
    if step is not None:
        task.step_id = step.id
    if task.total and task.done >= task.total:
        end(task, TaskState.DONE)
    return rows


def end(task: LongTask, state: TaskState) -> None:
    """End long work, inside a command, unless it is over; what was done stays."""
    # What the last part counted is written first, as the lock reads the row anew.
    session().flush()
    lock(task)
    if not task.is_open:
        return
    task.state, task.ended_at = state, clock.now()
    # Who was chosen is personal data, and nobody needs it any more.
    task.asked, task.chosen = {}, "[]"
    jobs.forget(task.kind, "task", task.id)
    kind_of(task.kind).ended(task)
    session().flush()  # whoever reads anew what it was about sees that


def goes_on_with_step(step_id: int | None) -> bool:
    """Go on with a step, inside a command, and say whether it was not taken back meanwhile."""
    # What changes nothing has no step: there is nothing to take back.
    if step_id is None:
        return True
    step = session().get_one(undo.Step, step_id)
    # Held, so that nobody takes it back between this look and the changes that follow.
    lock(step)
    if step.is_open:
        undo.go_on(step)
    return step.is_open
