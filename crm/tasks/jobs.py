"""The one runner of long work: part by part, from where it stopped, as whoever ordered it."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from crm.core import clock, jobs, progress
from crm.core.db import lock, project_in_scope, session, unit_of_work
from crm.core.errors import Forbidden
from crm.core.long_work import PlanIsOld, TaskKind, kind_of
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.tasks import queries, services
from crm.tasks.models import LongTask, TaskState

PAUSE = timedelta(seconds=5)
"""So long one waits before it looks whether an earlier one is done."""


def run(payload: Mapping[str, Any]) -> None:
    """
    Go on with long work until it is done.

    Who stops it ends it at the next part. So does the loss of the right to do it, of what it
    needs, or of the step that it is, which somebody took back meanwhile.
    """
    project = projects.project(project_in_scope() or 0)
    task = session().get(LongTask, payload["task"])
    if task is None or not task.is_open:
        return
    kind, is_wanted = kind_of(task.kind), queries.stands_open(task)
    earlier = queries.under_way(kind.key).where(LongTask.id < task.id).limit(1)
    if kind.one_by_one and session().scalars(earlier).first() is not None:
        with unit_of_work(system(project.id), "tasks.wait"):
            jobs.enqueue(kind.key, payload, project_id=project.id, due_at=clock.now() + PAUSE)
        return
    state = None
    try:
        with suppress(progress.NotWanted), progress.told_as(queries.headway_of(task), is_wanted):
            state = _to_its_end(project, task, kind, payload["account"])
    except Forbidden:
        state = TaskState.NOT_ALLOWED
    except kind.impossible:
        state = TaskState.IMPOSSIBLE
    if state is not None:
        # By the system: whoever ordered it may not even end it any more.
        _end(task, state)


def give_up(payload: Mapping[str, Any]) -> None:
    """Say on long work that it failed by a fault of ours; what was done stays."""
    task = session().get(LongTask, payload["task"])
    if task is not None:
        _end(task, TaskState.FAILED)


def _to_its_end(
    project: Project, task: LongTask, kind: TaskKind, account_id: int | None
) -> TaskState | None:
    """Do all parts that are left, planned as often as needed, and return how it ended."""
    while task.is_open:
        with suppress(PlanIsOld):
            return _gone_through(project, task, kind, account_id)
    return None


def _gone_through(
    project: Project, task: LongTask, kind: TaskKind, account_id: int | None
) -> TaskState | None:
    """Do all parts as they are planned now; return nothing where another worker took it over."""
    pace, at = kind.pace(), task.done
    for prepared in kind.prepare(task, pace):
        # Rights are asked anew for each part: whoever ordered it may have lost them meanwhile.
        actor = projects.on_behalf_of(project, account_id)
        with unit_of_work(actor, kind.key):
            lock(task)
            if not task.is_open or task.done != at:
                return None
            if not services.goes_on_with_step(task.step_id):
                return TaskState.STOPPED
            rows = services.go_on(actor, task, prepared)
        at += rows
        # What gets on is never given up for restarts of the server in between.
        jobs.reset_attempts()
        if not task.is_open:
            return None
        pace.rest(rows)
    return TaskState.DONE if task.done == at else None


def _end(task: LongTask, state: TaskState) -> None:
    with unit_of_work(system(task.project_id), "tasks.end"):
        services.end(task, state)
