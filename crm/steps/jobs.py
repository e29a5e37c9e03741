"""What follows in the background: undoing large steps."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm.core import headway
from crm.core.db import project_in_scope
from crm.core.permissions import system
from crm.core.undo import Decisions, NothingGoesBack
from crm.steps import queries, services


def take_back(payload: Mapping[str, Any]) -> None:
    """Undo a step for whoever asked for it; a second worker finds it undone and does nothing."""
    step = queries.step(int(payload["step"]))
    if step.undone_at is not None:
        return
    actor = replace(system(project_in_scope()), account_id=payload["account"])
    decisions = Decisions(frozenset(payload["put_back"]), everything=bool(payload["everything"]))
    with headway.told_as(queries.headway_of(step)):
        try:
            services.take_back(actor, step, decisions=decisions)
        except NothingGoesBack:
            services.wait_no_more(actor, step)
