"""What follows in the background: undoing large steps."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from crm.core import jobs, progress, undo
from crm.core.errors import Forbidden
from crm.core.long_work import Pace
from crm.core.permissions import system
from crm.core.undo import AlreadyUndone, Decisions, Key, Round, Step, UndoPart
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.steps import queries, services

MOST_ROWS = 2_000
"""No more rows go back in one transaction."""
FIRST_ROWS, LEAST_ROWS = 40, 30
"""Of one person some eight rows go back; fewer people a part would take long for all of them."""


def take_back(payload: Mapping[str, Any]) -> None:
    """
    Undo a step as whoever asked for it, part by part; a second worker finds it undone.

    After a worker that died another one goes on. Who may not do it any more undoes no more, and
    whoever stops it ends it at the next part.
    """
    step = queries.step(int(payload["step"]))
    if step.undone_at is not None or step.asked_at is None:
        return
    project = projects.project(step.project_id)
    decisions = Decisions(frozenset(payload["put_back"]), everything=bool(payload["everything"]))
    with progress.told_as(queries.headway_of(step)):
        try:
            _in_rounds(project, step, decisions, payload["account"])
        except Forbidden:
            services.stop(system(project.id), step)
        except AlreadyUndone:
            return  # by whoever took over, or by hand


def give_up(payload: Mapping[str, Any]) -> None:
    """Let a step be undone again of which undoing failed for the last time, and say so."""
    step = queries.step(int(payload["step"]))
    services.give_up(system(step.project_id), step)


def _in_rounds(project: Project, step: Step, decisions: Decisions, account_id: int | None) -> None:
    pace = Pace(MOST_ROWS, FIRST_ROWS, LEAST_ROWS)
    is_stuck = False
    while (a_round := undo.plan_round(step, decisions)).groups:
        progress.tell(0)
        # What waits for each other goes back together in the end, as all of a short step does.
        whole = [key for group in a_round.groups for key in group]
        done = 0
        for keys in [whole] if is_stuck else _parts(a_round, pace):
            # Asked for every part: somebody may lose their rights while it goes on.
            actor = projects.on_behalf_of(project, account_id)
            rows = services.take_back_part(actor, step, part=UndoPart(a_round, keys, decisions))
            if rows is None:
                return
            done += rows
            jobs.reset_attempts()
            pace.rest(len(keys))
        if is_stuck and not done:
            break
        is_stuck = not done
    actor = projects.on_behalf_of(project, account_id)
    services.end(actor, step, last=a_round, decisions=decisions)


def _parts(a_round: Round, pace: Pace) -> Iterator[Sequence[Key]]:
    """Yield the rows of one or more groups, as many as the pace allows."""
    keys: list[Key] = []
    for at, group in enumerate(a_round.groups):
        keys += group
        if len(keys) >= pace.size:
            progress.tell(progress.WHOLE * at // len(a_round.groups))
            yield keys
            keys = []
    if keys:
        yield keys
