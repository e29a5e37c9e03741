"""Attendance lists from elsewhere: reading, choosing, and noting who came."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from crm.contacts.queries.imports import hold_register
from crm.contacts.rules.memory import headings_key
from crm.contacts.rules.plan_lines import rejected_part, without_reasons
from crm.contacts.services.import_files import Explained, keep_columns, remember_words
from crm.contacts.services.import_writing import Newcomers, add_newcomers
from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import change_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.long_work import PlanIsOld
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.design_sessions.models import AttendanceList, DesignSession, ListState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.attendance_lists import Noting
from crm.design_sessions.rules import attendance_columns, attendance_rows
from crm.design_sessions.rules.attendance_columns import Columns, ListField, columns_text
from crm.design_sessions.rules.attendance_rows import Decisions, LeftOut, ListedRow, Looked
from crm.design_sessions.services.attending import marks_for, record_attendance
from crm.intake.models import LONGEST_FILE_NAME
from crm.intake.reading.files import ReceivedFile, is_text
from crm.intake.reading.tables import Reading, Table, table_of, table_text
from crm.projects import queries as projects
from crm.stakeholders.rules.columns import Field
from crm.tasks import services as tasks
from crm.tasks.jobs import run
from crm.tasks.models import LongTask, TaskState

STEP = "design_sessions.attendance_list"
LOOK = "design_sessions.look_at_list"
MOST_AT_ONCE = 1_000
"""Lists with more rows are looked at and noted in the background."""
KEPT = timedelta(days=7)


class ListOver(Conflict):
    """It was noted or cancelled meanwhile, perhaps by a colleague."""

    message = _l("This list was brought in or cancelled already. Begin anew.")


class ListUnderWay(Conflict):
    """It is being noted in the background."""

    message = _l("This list is being noted. Stop that first, or wait until it is done.")


class HelixOpen(Invalid):
    """The list brings organisations of which neither the list nor anybody says the helix."""

    message = _l("Choose which helix the organisations have that are new here. Nothing is noted.")


@command(SessionPermission.ARRANGE)
def receive_list(
    actor: Actor, design_session: DesignSession, *, given: ReceivedFile
) -> AttendanceList:
    """
    Keep an attendance list, with what its columns seem to hold; nothing is noted yet.

    A file in which no list was found is kept for somebody to say how it is to be read.
    """
    received = AttendanceList(
        design_session_id=design_session.id,
        file_name=clean_line(given.name)[:LONGEST_FILE_NAME],
        state=ListState.UPLOADED,
        made_by_id=actor.account_id,
        content=given.content,
        is_text=is_text(given.content),
    )
    _understand(received, given.table)
    session().add(received)
    session().flush()
    return received


@command(SessionPermission.ARRANGE)
def read_list_again(_actor: Actor, listed: AttendanceList, *, how: Reading) -> None:
    """
    Read the file of a list in another way; what its columns hold is proposed anew.

    :raises ListOver: if it was noted or cancelled
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    _lock(listed)
    _understand(listed, lists.read_again(listed, how).table)
    listed.state = ListState.UPLOADED


@command(SessionPermission.ARRANGE)
def choose_list_columns(actor: Actor, listed: AttendanceList, *, columns: Columns) -> None:
    """
    Keep what the columns hold, for this list and the next one with these headings.

    Whom the rows of a long list may mean is found in the background.

    :raises ColumnTwice: if two columns hold what one may hold
    :raises NobodyNamed: if no column says who a row is about
    :raises ListOver: if it was noted or cancelled
    """
    attendance_columns.check_columns(columns)
    _lock(listed)
    listed.columns = columns_text(columns)
    keep_columns(headings_key(columns, ListField.ATTENDANCE), listed.columns)
    listed.state, listed.look, before, listed.task = ListState.CHOSEN, "", listed.task, None
    if listed.rows > MOST_AT_ONCE:
        listed.look = None
        about = {"list": listed.id}
        listed.task = tasks.start(actor, LOOK, about=about, instead_of=before)


@command(SessionPermission.ARRANGE)
def decide_list(_actor: Actor, listed: AttendanceList, *, decisions: Decisions) -> None:
    """
    Keep who is meant, who is new and what words mean; words are remembered for the next list.

    So is the helix of organisations, for lists of contacts too.

    :raises ListOver: if it was noted or cancelled
    """
    _lock(listed)
    before = attendance_rows.decisions_of(listed.decisions)
    said, helixes = decisions.words.items(), decisions.helixes.items()
    # A sign alone folds to nothing, and means something in this list only.
    remember_words(Explained(ListField.ATTENDANCE, *pair) for pair in said if fold(pair[0]))
    remember_words(Explained(Field.ORGANISATION, *pair) for pair in helixes)
    words = {attendance_columns.word_key(word): meaning for word, meaning in said}
    rows, known = {**before.rows, **decisions.rows}, {**before.words, **words}
    helix = decisions.helix or before.helix
    listed.decisions = attendance_rows.decisions_text(
        replace(decisions, rows=rows, words=known, helix=helix)
    )


@command(SessionPermission.ARRANGE)
def cancel_list(_actor: Actor, listed: AttendanceList) -> None:
    """
    Throw away a list of which nothing was noted; of one that is being noted, leave out the rest.

    :raises ListOver: if it was noted
    """
    begun = listed.is_under_way
    if listed.task is not None:
        tasks.end(listed.task, TaskState.STOPPED)
    session().refresh(listed, with_for_update=True)
    if not begun:
        _refuse_over(listed)
        finish(listed, ListState.CANCELLED)


@command(SessionPermission.ARRANGE)
def clear_old_lists(_actor: Actor, _project: object) -> None:
    """Throw away what is kept of lists that came in more than seven days ago."""
    is_old = AttendanceList.made_at < clock.now() - KEPT
    is_open = AttendanceList.state.in_([ListState.UPLOADED, ListState.CHOSEN])
    cancelled = {"state": ListState.CANCELLED, "finished_at": clock.now()}
    change_many(AttendanceList, is_old & is_open, cancelled)
    texts = {"table": "", "look": "", "decisions": "{}", "left_out": "", "reasons": "{}"}
    nothing = {"content": b"", **texts}
    holds = (AttendanceList.left_out != "") | (AttendanceList.content != b"")
    change_many(AttendanceList, is_old & holds, nothing)


def _understand(listed: AttendanceList, read: Table) -> None:
    table = without_reasons(read)
    listed.table, listed.rows = table_text(table), len(table.rows)
    listed.columns = columns_text(lists.proposed_columns(table))
    listed.decisions = "{}"
    listed.note(read)


def note_rows(
    actor: Actor, listed: AttendanceList, noting: Noting, part: Sequence[ListedRow]
) -> None:
    """Add who is new to the register and note what these rows say, inside a command and a step."""
    design_session = listed.design_session
    step = session().get_one(undo.Step, listed.step_id)
    candidates = [noting.candidates[row.row] for row in part if row.is_new]
    newcomers = Newcomers(listed.file_name, candidates, noting.organisations.helix_of_new)
    project = projects.project(listed.project_id)
    new = add_newcomers(actor, project, brought=newcomers, step=step)
    noted = {**new, **{row.row: row.person_id for row in part if row.person_id}}
    status = {noted[row.row]: row.status for row in part if row.is_noted}
    record_attendance(actor, design_session, marks=marks_for(design_session, status))
    listed.noted, listed.new = listed.noted + len(status), listed.new + len(new)
    _leave_out(listed, {row.row: row.left_out for row in part if row.left_out is not None})
    step.about = {**step.about, "persons": listed.noted, "new": listed.new}


def end_early(listed: AttendanceList) -> None:
    """End a list of which a part was noted, inside a command; the rest is left out."""
    rest = table_of(listed.table).numbers[listed.handled :]
    _leave_out(listed, dict.fromkeys(rest, LeftOut.STOPPED))
    finish(listed, ListState.DONE)


def finish(listed: AttendanceList, state: ListState) -> None:
    """End a list, inside a command: what was read is thrown away, but for what was left out."""
    listed.state, listed.finished_at = state, clock.now()
    reasons = json.loads(listed.reasons)
    if reasons:
        left = rejected_part(table_of(listed.table), map(int, reasons))
        listed.left_out = table_text(left)
    listed.content, listed.table, listed.decisions, listed.look = b"", "", "{}", ""


def _leave_out(listed: AttendanceList, reasons: Mapping[int, LeftOut]) -> None:
    if reasons:
        listed.reasons = json.dumps({**json.loads(listed.reasons), **reasons})


def _lock(listed: AttendanceList) -> None:
    # Read again under the lock: a colleague may have noted the list meanwhile.
    session().refresh(listed, with_for_update=True)
    _refuse_over(listed)


def _refuse_over(listed: AttendanceList) -> None:
    if not listed.is_open:
        raise ListOver
    if listed.is_under_way:
        raise ListUnderWay


NOTE = "design_sessions.note_list"
PART = 500
"""No more rows are noted in one transaction."""


@command(SessionPermission.ARRANGE)
def keep_look(_actor: Actor, listed: AttendanceList, *, looked: list[Looked], columns: str) -> None:
    """Keep whom the rows of a list may mean, unless other columns were chosen meanwhile."""
    session().refresh(listed, with_for_update=True)
    if listed.is_being_looked_at and listed.columns == columns:
        listed.look = attendance_rows.look_text(looked)


def start(actor: Actor, listed: AttendanceList, *, decisions: Decisions) -> bool:
    """
    Note who came as the list says: a short list now, a long one in the background.

    Who is meant is looked up anew, outside any change, so that somebody who came into the register
    meanwhile is not put there twice. Where the list brings organisations whose helix nothing says,
    only what was chosen is kept.

    :raises ListOver: if it was cancelled
    """
    comes_first = listed.is_under_way or listed.is_being_looked_at
    if comes_first or listed.state in {ListState.UPLOADED, ListState.DONE}:
        return True  # the page says what that is
    decide_list(actor, listed, decisions=decisions)
    rows = lists.rows_of(listed)
    if lists.brings_open_helix(rows, lists.new_organisations(listed, rows)):
        return False
    _begin(actor, listed)
    if listed.rows <= MOST_AT_ONCE:
        run({"task": listed.task_id, "account": actor.account_id})
    return True


@command(SessionPermission.ARRANGE)
def _begin(actor: Actor, listed: AttendanceList) -> None:
    session().refresh(listed, with_for_update=True)
    # A button that is pressed twice must not make two jobs of one list.
    if listed.state is ListState.CHOSEN and not listed.is_under_way:
        about = {"list": listed.id}
        listed.task = tasks.start(actor, NOTE, about=about, total=listed.rows)


@command(SessionPermission.ARRANGE)
def note_part(actor: Actor, task: LongTask, *, prepared: tuple[Noting, int]) -> int:
    """
    Note what the next rows say, and return how many they are.

    :param prepared: what is to be noted, and how many rows at most
    :raises PlanIsOld: if somebody came into the register since that was decided
    """
    noting, most = prepared
    listed = session().get_one(AttendanceList, task.about["list"])
    hold_register(listed.project_id)
    sessions.lock(listed.design_session)
    if lists.somebody_came_since(listed, noting.newest):
        raise PlanIsOld
    if not task.done:
        about = {"session_id": listed.design_session_id, "list_id": listed.id}
        listed.step_id = undo.begin(STEP, about=about).id
    part = noting.rows[task.done : task.done + most]
    note_rows(actor, listed, noting, part)
    return len(part)


def follow_end(task: LongTask) -> None:
    """
    End a list, inside a command, with the work on it; what was noted already stays.

    After a fault of ours it can be tried again where nothing was noted: from its columns where it
    was not looked at.
    """
    listed = session().get(AttendanceList, task.about["list"])
    if listed is None:  # it went with its session
        return
    session().refresh(listed, with_for_update=True)
    if listed.state is not ListState.CHOSEN:
        return
    if task.kind == LOOK:
        if task.state is TaskState.FAILED and listed.is_being_looked_at:
            listed.state, listed.look = ListState.UPLOADED, ""
    elif task.state is TaskState.DONE:
        finish(listed, ListState.DONE)
    elif task.done:
        # The rest becomes a file, from which somebody who may still do it can go on.
        end_early(listed)
    elif task.state is not TaskState.FAILED:
        finish(listed, ListState.CANCELLED)
