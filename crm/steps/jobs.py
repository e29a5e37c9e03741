"""What follows in the background: undoing large steps."""

from collections.abc import Mapping
from typing import Any

from crm.core import headway
from crm.core.errors import Forbidden
from crm.core.permissions import system
from crm.core.undo import AlreadyUndone, Decisions, NothingGoesBack
from crm.projects import queries as projects
from crm.steps import queries, services


def take_back(payload: Mapping[str, Any]) -> None:
    """
    Undo a step as whoever asked for it; a second worker finds it undone and does nothing.

    A worker that died had undone nothing yet: as soon as its lease is over another one begins anew.
    Who may not do it any more by then undoes nothing.
    """
    step = queries.step(int(payload["step"]))
    if step.undone_at is not None:
        return
    project = projects.project(step.project_id)
    actor = projects.on_behalf_of(project, payload["account"])
    decisions = Decisions(frozenset(payload["put_back"]), everything=bool(payload["everything"]))
    with headway.told_as(queries.headway_of(step)):
        try:
            services.take_back(actor, step, decisions=decisions)
        except (NothingGoesBack, Forbidden):
            services.wait_no_more(system(project.id), step)
        except AlreadyUndone:
            return  # by whoever took over, or by hand


def give_up(payload: Mapping[str, Any]) -> None:
    """Let a step be undone again of which undoing failed for the last time, and say so."""
    step = queries.step(int(payload["step"]))
    services.give_up(system(step.project_id), step)
