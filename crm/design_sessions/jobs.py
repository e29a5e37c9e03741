"""What follows in the background: offers, reminders, needs that are forgotten, long lists."""

from collections.abc import Mapping
from typing import Any

from crm.core import jobs, progress
from crm.core.db import project_in_scope, project_scope
from crm.core.errors import Forbidden
from crm.core.long_work import Pace
from crm.core.permissions import system
from crm.design_sessions.models import AttendanceList
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attendance_lists
from crm.design_sessions.services.answering import lapse_offers, remove_old_needs
from crm.design_sessions.services.attendance_lists import clear_old_lists
from crm.design_sessions.services.notifications import remind_who_did_not_answer
from crm.projects import queries as projects
from crm.projects.models import Project


def lapse_offers_everywhere(_payload: Mapping[str, Any]) -> None:
    """Let the offers lapse that ended, and offer those places to who is next."""
    for project_id, session_id in sessions.with_ended_offers():
        # In a transaction of its own: a session is locked no longer than its own offers take.
        with project_scope(project_id):
            lapse_offers(system(project_id), sessions.design_session(session_id))


def remind(_payload: Mapping[str, Any]) -> None:
    """Remind who did not say yes or no, on the morning that a session asks for."""
    for project_id, session_id in sessions.to_remind_of():
        with project_scope(project_id):
            remind_who_did_not_answer(system(project_id), sessions.design_session(session_id))


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


def look_at_list(payload: Mapping[str, Any]) -> None:
    """Find whom the rows of a long list may mean, outside any change, so that nobody waits."""
    found = lists.list_at_work(payload["list"])
    if found is None or not found.is_being_looked_at:
        return
    # Taken now: where somebody chooses others meanwhile, what was found by these is not kept.
    columns, actor = found.columns, system(found.project_id)
    with progress.told_as(lists.headway_of(found)):
        attendance_lists.keep_look(actor, found, looked=lists.look_at(found), columns=columns)


def note_list(payload: Mapping[str, Any]) -> None:
    """
    Note a long list, part by part, from where it stopped, as whoever began it.

    Who stops it ends it at the next part; so does the loss of the right to do it. Where somebody
    comes into the register meanwhile, it is decided anew who is meant by the rest.
    """
    project = projects.project(project_in_scope() or 0)
    found = lists.list_at_work(payload["list"])
    try:
        while found is not None and found.is_under_way:
            _note_parts(project, found, payload["account"])
    except Forbidden:
        if found is not None:
            # The rest becomes a file, from which somebody who may still do it can go on.
            attendance_lists.end_without_right(system(project.id), found)


def give_list_up(payload: Mapping[str, Any]) -> None:
    """Say on a list that looking at it, or noting it, failed by a fault of ours."""
    found = lists.list_at_work(payload["list"])
    if found is not None:
        attendance_lists.give_up(system(found.project_id), found)


def _note_parts(project: Project, found: AttendanceList, account_id: int | None) -> None:
    noting, goes_on = lists.noting_of(found), True
    pace = Pace(attendance_lists.PART)
    while goes_on:
        # Asked anew for each part: whoever began it may have lost the right meanwhile.
        actor = projects.on_behalf_of(project, account_id)
        rows = range(found.handled, found.handled + pace.size)
        goes_on = attendance_lists.note_part(actor, found, noting=noting, rows=rows)
        if goes_on:
            # A list that gets on is never given up for restarts of the server in between.
            jobs.reset_attempts()
        pace.rest(len(rows))
