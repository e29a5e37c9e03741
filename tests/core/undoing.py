"""Taking steps back, without pages."""

from crm.core.db import session
from crm.core.permissions import system
from crm.core.undo import Decisions, Step
from crm.steps.services import take_back


def back(step: Step, decisions: Decisions | None = None) -> Step:
    """Undo a step and return the step that undid it."""
    take_back(system(step.project_id), step, decisions=decisions or Decisions())
    session().refresh(step)
    assert step.undone_by_id is not None
    return session().get_one(Step, step.undone_by_id)
