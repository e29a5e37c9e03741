"""Attendance lists: received, understood, decided about, and noted as one step."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import change_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.folding import fold
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.importing.columns import (
    Columns,
    ListField,
    check_columns,
    columns_text,
)
from crm.design_sessions.importing.decisions import Decisions, decisions_of, decisions_text
from crm.design_sessions.importing.plan import ListedRow
from crm.design_sessions.importing.words import word_key
from crm.design_sessions.models import AttendanceList, DesignSession, ListState
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import attendance_lists as lists
from crm.design_sessions.services.attending import marks_for, record_attendance
from crm.projects import queries as projects
from crm.stakeholders.importing.kept import table_of, table_text
from crm.stakeholders.importing.reading import is_text
from crm.stakeholders.importing.rejects import rejected_part, without_reasons
from crm.stakeholders.importing.remembered import headings_key
from crm.stakeholders.importing.tables import Reading, Table
from crm.stakeholders.queries.holding import hold_register
from crm.stakeholders.services.newcomers import add_newcomers
from crm.stakeholders.services.remembering import Explained, keep_columns, remember_words

STEP = "design_sessions.attendance_list"
LONGEST_FILE_NAME = 200
MOST_ROWS = 1_000
KEPT = timedelta(days=7)


class ListOver(Conflict):
    """It was noted or cancelled meanwhile, perhaps by a colleague."""

    message = _l("This list was brought in or cancelled already. Begin anew.")


class ListTooLong(Invalid):
    """There are more rows than any session has people."""

    def __init__(self) -> None:
        text = _(
            "An attendance list has at most %(number)s rows. Split it into parts and bring them in "
            "one after another: each adds to what is noted.",
            number=MOST_ROWS,
        )
        super().__init__(str(text), field="file")


@dataclass(frozen=True, slots=True)
class ReceivedList:
    """A file that came in, and the table in it."""

    name: str
    content: bytes
    table: Table


@command(SessionPermission.ARRANGE)
def receive_list(
    actor: Actor, design_session: DesignSession, *, given: ReceivedList
) -> AttendanceList:
    """
    Keep an attendance list, with what its columns seem to hold; nothing is noted yet.

    :raises ListTooLong: if it has more than 1,000 rows
    """
    received = _begun(actor, design_session, given.name, given.content)
    _understand(received, given.table)
    return _kept(received)


@command(SessionPermission.ARRANGE)
def keep_unread_list(
    actor: Actor, design_session: DesignSession, *, name: str, content: bytes
) -> AttendanceList:
    """Keep a file in which no list was found, for somebody to say how it is to be read."""
    received = _begun(actor, design_session, name, content)
    received.encoding = received.delimiter = received.quote = received.table = ""
    received.heading_row, received.columns = 0, columns_text({})
    return _kept(received)


@command(SessionPermission.ARRANGE)
def read_list_again(_actor: Actor, listed: AttendanceList, *, how: Reading) -> None:
    """
    Read the file of a list in another way; what its columns hold is proposed anew.

    :raises ListOver: if it was noted or cancelled
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    _lock(listed)
    _understand(listed, lists.read_again(listed, how))
    listed.state = ListState.UPLOADED


@command(SessionPermission.ARRANGE)
def choose_list_columns(_actor: Actor, listed: AttendanceList, *, columns: Columns) -> None:
    """
    Keep what the columns hold, for this list and the next one with these headings.

    :raises ColumnTwice: if two columns hold what one may hold
    :raises NobodyNamed: if no column says who a row is about
    :raises ListOver: if it was noted or cancelled
    """
    check_columns(columns)
    _lock(listed)
    listed.columns = columns_text(columns)
    keep_columns(headings_key(columns, ListField.ATTENDANCE), listed.columns)
    listed.state = ListState.CHOSEN


@command(SessionPermission.ARRANGE)
def decide_list(_actor: Actor, listed: AttendanceList, *, decisions: Decisions) -> None:
    """
    Keep who is meant, who is new and what words mean; words are remembered for the next list.

    :raises ListOver: if it was noted or cancelled
    """
    _lock(listed)
    before = decisions_of(listed.decisions)
    told = [Explained(ListField.ATTENDANCE, *pair) for pair in decisions.words.items()]
    remember_words(one for one in told if fold(one.word))
    words = {word_key(word): meaning for word, meaning in decisions.words.items()}
    rows, known = {**before.rows, **decisions.rows}, {**before.words, **words}
    listed.decisions = decisions_text(replace(decisions, rows=rows, words=known))


@command(SessionPermission.ARRANGE)
def note_list(actor: Actor, listed: AttendanceList, *, decisions: Decisions) -> None:
    """
    Note who came as the list says, as one step; the second time it does nothing.

    Who is meant is looked up anew, so that somebody who came into the register meanwhile is not
    put there twice.

    :raises ListOver: if it was cancelled
    """
    session().refresh(listed, with_for_update=True)
    if listed.state is ListState.DONE:
        return
    decide_list(actor, listed, decisions=decisions)
    hold_register(listed.project_id)
    queries.lock(listed.design_session)
    rows = lists.rows_of(listed)
    _note(actor, listed, rows)
    _keep_left_out(listed, rows)
    _finish(listed, ListState.DONE)


@command(SessionPermission.ARRANGE)
def cancel_list(_actor: Actor, listed: AttendanceList) -> None:
    """
    Throw away a list of which nothing was noted.

    :raises ListOver: if it was noted
    """
    _lock(listed)
    _finish(listed, ListState.CANCELLED)


@command(SessionPermission.ARRANGE)
def clear_old_lists(_actor: Actor, _project: object) -> None:
    """Throw away what is kept of lists that came in more than seven days ago."""
    is_old = AttendanceList.made_at < clock.now() - KEPT
    is_open = AttendanceList.state.in_([ListState.UPLOADED, ListState.CHOSEN])
    cancelled = {"state": ListState.CANCELLED, "finished_at": clock.now()}
    change_many(AttendanceList, is_old & is_open, cancelled)
    nothing = {"content": b"", "table": "", "decisions": "{}", "left_out": "", "reasons": "{}"}
    holds = (AttendanceList.left_out != "") | (AttendanceList.content != b"")
    change_many(AttendanceList, is_old & holds, nothing)


def _begun(
    actor: Actor, design_session: DesignSession, name: str, content: bytes
) -> AttendanceList:
    return AttendanceList(
        design_session_id=design_session.id,
        file_name=clean_line(name)[:LONGEST_FILE_NAME],
        state=ListState.UPLOADED,
        made_by_id=actor.account_id,
        content=content,
        is_text=is_text(content),
    )


def _kept(received: AttendanceList) -> AttendanceList:
    session().add(received)
    session().flush()
    return received


def _understand(listed: AttendanceList, read: Table) -> None:
    if len(read.rows) > MOST_ROWS:
        raise ListTooLong
    table = without_reasons(read)
    listed.table = table_text(table)
    listed.columns = columns_text(lists.proposed_columns(table))
    listed.decisions = "{}"
    listed.encoding, listed.delimiter, listed.quote = read.encoding, read.delimiter, read.quote
    listed.heading_row = read.heading_row


def _note(actor: Actor, listed: AttendanceList, rows: Sequence[ListedRow]) -> None:
    """Put who is new into the register, and note of everybody what the list says, as one step."""
    design_session = listed.design_session
    step = undo.begin(STEP, about={"session_id": design_session.id, "list_id": listed.id})
    new = _add_new(actor, listed, rows, step)
    noted = {**new, **{one.candidate.row: one.person_id for one in rows if one.person_id}}
    status = {noted[one.candidate.row]: one.status for one in rows if one.is_noted}
    record_attendance(actor, design_session, marks=marks_for(design_session, status))
    listed.noted, listed.new, listed.step_id = len(status), len(new), step.id
    step.about = {**step.about, "persons": len(status), "new": len(new)}


def _add_new(
    actor: Actor, listed: AttendanceList, rows: Sequence[ListedRow], step: undo.Step
) -> dict[int, int]:
    """Put those who are new into the register; return row → person id."""
    project = projects.project(listed.project_id)
    candidates = [one.candidate for one in rows if one.is_new]
    return add_newcomers(
        actor, project, file_name=listed.file_name, candidates=candidates, step=step
    )


def _keep_left_out(listed: AttendanceList, rows: Sequence[ListedRow]) -> None:
    reasons = {one.candidate.row: one.left_out for one in rows if one.left_out is not None}
    if reasons:
        left = rejected_part(table_of(listed.table), reasons)
        listed.left_out, listed.reasons = table_text(left), json.dumps(reasons)


def _lock(listed: AttendanceList) -> None:
    session().refresh(listed, with_for_update=True)
    if not listed.is_open:
        raise ListOver


def _finish(listed: AttendanceList, state: ListState) -> None:
    listed.state, listed.finished_at = state, clock.now()
    listed.content, listed.table, listed.decisions = b"", "", "{}"
