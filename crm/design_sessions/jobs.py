"""What follows in the background: offers lapse, people are reminded, needs are forgotten."""

from collections.abc import Mapping
from typing import Any

from crm.core.db import project_scope
from crm.core.permissions import system
from crm.design_sessions import queries
from crm.design_sessions.queries import due
from crm.design_sessions.services.attendance_lists import clear_old_lists
from crm.design_sessions.services.needs import remove_old_needs
from crm.design_sessions.services.reminding import remind_who_did_not_answer
from crm.design_sessions.services.waiting import lapse_offers
from crm.projects import queries as projects


def lapse_offers_everywhere(_payload: Mapping[str, Any]) -> None:
    """Let the offers lapse that ended, and offer those places to who is next."""
    for project_id, session_id in due.with_ended_offers():
        with project_scope(project_id):
            lapse_offers(system(project_id), queries.design_session(session_id))


def remind(_payload: Mapping[str, Any]) -> None:
    """Remind who did not say yes or no, on the morning that a session asks for."""
    for project_id, session_id in due.to_remind_of():
        with project_scope(project_id):
            remind_who_did_not_answer(system(project_id), queries.design_session(session_id))


def remove_needs(_payload: Mapping[str, Any]) -> None:
    """Forget what people needed at sessions of more than 14 days ago."""
    for project in projects.projects():
        with project_scope(project.id):
            remove_old_needs(system(project.id), project)


def clear_lists(_payload: Mapping[str, Any]) -> None:
    """Throw away attendance lists that came in more than seven days ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_lists(system(project.id), project)
