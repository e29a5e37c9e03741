"""What follows in the background: offers, reminders, needs that are forgotten, long lists."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from crm.core.db import project_scope, session
from crm.core.long_work import Pace, TaskKind
from crm.core.permissions import system
from crm.design_sessions.models import AttendanceList
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.attendance_lists import Noting
from crm.design_sessions.services import attendance_lists
from crm.design_sessions.services.answering import lapse_offers, remove_old_needs
from crm.design_sessions.services.attendance_lists import clear_old_lists
from crm.design_sessions.services.notifications import remind_who_did_not_answer
from crm.projects import queries as projects
from crm.tasks.models import LongTask


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


def _look(task: LongTask, _pace: Pace) -> Iterable[Any]:
    """Find whom the rows of a long list may mean, outside any change, so that nobody waits."""
    found = session().get(AttendanceList, task.about["list"])
    if found is not None and found.is_being_looked_at:
        # Taken now: where somebody chooses others meanwhile, what was found by these is not kept.
        columns, actor = found.columns, system(found.project_id)
        attendance_lists.keep_look(actor, found, looked=lists.look_at(found), columns=columns)
    return ()


def _parts(task: LongTask, pace: Pace) -> Iterator[tuple[Noting, int]]:
    """Decide who is meant by what is left of a list, and yield that with so many rows a part."""
    found = session().get(AttendanceList, task.about["list"])
    if found is not None and found.is_under_way:
        noting = lists.noting_of(found)
        while task.done < len(noting.rows):
            yield noting, pace.size


LOOKS = TaskKind(attendance_lists.LOOK, _look, ended=attendance_lists.follow_end)
NOTES = TaskKind(
    attendance_lists.NOTE,
    _parts,
    attendance_lists.note_part,
    ended=attendance_lists.follow_end,
    pace=lambda: Pace(attendance_lists.PART),
)
