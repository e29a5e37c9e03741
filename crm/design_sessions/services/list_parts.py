"""Noting a long attendance list in the background, part by part, all of it one step."""

from crm.core import clock, jobs, undo
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.importing.decisions import Decisions
from crm.design_sessions.importing.preview import Looked, look_text
from crm.design_sessions.models import AttendanceList, ListState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries.attendance_lists import (
    Noting,
    brings_open_helix,
    rows_of,
    somebody_came_since,
)
from crm.design_sessions.queries.list_organisations import new_organisations
from crm.design_sessions.services.attendance_lists import (
    begin_step,
    cancel_list,
    decide_list,
    end_early,
    finish,
    is_long,
    note_list,
    note_rows,
)
from crm.stakeholders.queries.imports import hold_register

NOTE = "design_sessions.note_list"
PART = 500
"""No more rows are noted in one transaction."""


@command(SessionPermission.ARRANGE)
def keep_look(_actor: Actor, listed: AttendanceList, *, looked: list[Looked], columns: str) -> None:
    """Keep whom the rows of a list may mean, unless other columns were chosen meanwhile."""
    session().refresh(listed, with_for_update=True)
    if listed.is_being_looked_at and listed.columns == columns:
        listed.look = look_text(looked)


@command(SessionPermission.ARRANGE)
def start(actor: Actor, listed: AttendanceList, *, decisions: Decisions) -> bool:
    """
    Note who came as the list says: at once, or a long list in the background.

    Where it brings organisations whose helix nothing says, only what was chosen is kept.

    :raises ListOver: if it was cancelled
    """
    session().refresh(listed, with_for_update=True)
    if listed.state is ListState.UPLOADED or listed.is_under_way or listed.is_being_looked_at:
        return True  # the page says what comes first
    if listed.state is ListState.CHOSEN:
        decide_list(actor, listed, decisions=decisions)
        rows = rows_of(listed)
        if brings_open_helix(rows, new_organisations(listed, rows)):
            return False
    if listed.state is not ListState.CHOSEN or not is_long(listed):
        note_list(actor, listed, decisions=decisions)
    else:
        listed.begun_at, listed.failed = clock.now(), False
        payload = {"list": listed.id, "account": actor.account_id}
        jobs.enqueue(NOTE, payload, project_id=listed.project_id)
    return True


@command(SessionPermission.ARRANGE)
def note_part(actor: Actor, listed: AttendanceList, *, noting: Noting, rows: range) -> bool:
    """
    Note what the next rows say, and say whether there are more to be done as was decided.

    Nothing is done where another worker did these rows, or where somebody came into the register
    since: then it has to be decided anew who is meant.

    :param rows: which of its rows; where others were gone through before, nothing is done
    """
    session().refresh(listed, with_for_update=True)
    if not listed.is_under_way or listed.handled != rows.start:
        return False
    hold_register(listed.project_id)
    queries.lock(listed.design_session)
    if somebody_came_since(listed, noting.newest) or not _open_step(listed):
        return False
    note_rows(actor, listed, noting, noting.rows[rows.start : rows.stop])
    listed.handled = min(rows.stop, len(noting.rows))
    if listed.handled < len(noting.rows):
        return True
    finish(listed, ListState.DONE)
    return False


@command(SessionPermission.ARRANGE)
def give_up(_actor: Actor, listed: AttendanceList) -> None:
    """
    Keep that looking at a list, or noting it, failed; what was noted already stays.

    A list of which nothing was noted can be tried again: from its columns where it was not looked
    at.
    """
    session().refresh(listed, with_for_update=True)
    if listed.state is not ListState.CHOSEN:
        return
    listed.failed = True
    if listed.handled:
        end_early(listed)
        return
    if listed.is_being_looked_at:
        listed.state, listed.look = ListState.UPLOADED, ""
    listed.begun_at = None


@command(SessionPermission.ARRANGE)
def end_without_right(actor: Actor, listed: AttendanceList) -> None:
    """End a list that is noted in the background, as whoever began it may do so no more."""
    cancel_list(actor, listed)
    listed.lost_right = True


def _open_step(listed: AttendanceList) -> bool:
    """Open the step of a list or go on with it; where that was taken back meanwhile, end."""
    if not listed.handled:
        begin_step(listed)
        return True
    step = session().get_one(undo.Step, listed.step_id)
    lock(step)
    if not step.is_open:
        end_early(listed)
        return False
    undo.go_on(step)
    return True
