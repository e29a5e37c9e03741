"""Questions about an attendance list: what it says, and whom of the register it is about."""

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import undefer

from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.folding import fold
from crm.design_sessions.importing.columns import (
    Columns,
    ListField,
    columns_of,
    proposed,
)
from crm.design_sessions.importing.decisions import Decisions, decisions_of
from crm.design_sessions.importing.plan import Known, ListedRow, make_rows, name_key
from crm.design_sessions.importing.words import status_of, word_key
from crm.design_sessions.models import AttendanceList, DesignSession
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.kept import table_of
from crm.stakeholders.importing.known import Register
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.rows import read_rows
from crm.stakeholders.importing.tables import Reading, Table
from crm.stakeholders.models import Email, Person
from crm.stakeholders.queries import lookalikes, remembered
from crm.stakeholders.queries.known_persons import each


def attendance_list(design_session: DesignSession, list_id: int) -> AttendanceList:
    """
    Return one list of a session.

    :raises NotFound: if the session has none with this id
    """
    statement = select(AttendanceList).where(
        AttendanceList.id == list_id, AttendanceList.design_session_id == design_session.id
    )
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def read_again(listed: AttendanceList, how: Reading) -> Table:
    """
    Return the table in the file of a list, read like this; what is not said stays as it is now.

    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    statement = select(AttendanceList).where(AttendanceList.id == listed.id)
    whole = session().scalars(statement.options(undefer(AttendanceList.content))).one()
    if not whole.content:
        raise NotFound
    used = Reading(
        encoding=how.encoding or whole.encoding,
        delimiter=how.delimiter or whole.delimiter,
        quote=how.quote or whole.quote,
        heading_row=how.heading_row,
    )
    return read(whole.content, whole.file_name, used)


def proposed_columns(table: Table) -> Columns:
    """Return what the columns hold: as it was chosen for these headings before, or by name."""
    usual = proposed(table.headings)
    kept = remembered.columns_kept(ListField.ATTENDANCE, table.headings)
    if kept is None:
        return usual
    chosen = {fold(heading): field for heading, field in columns_of(kept).items()}
    return {heading: chosen.get(fold(heading)) for heading in table.headings}


def rows_of(listed: AttendanceList) -> list[ListedRow]:
    """Return what the rows of a list are about now, and what would be noted."""
    table, columns = table_of(listed.table), columns_of(listed.columns)
    fields = {key: one if isinstance(one, Field) else None for key, one in columns.items()}
    candidates = list(read_rows(table, fields, remembered.known_words()))
    words = _status_cells(table, columns)
    return make_rows(
        list(zip(candidates, words, strict=True)), _known(candidates), _decisions(listed)
    )


def words_of(listed: AttendanceList) -> list[tuple[str, str, int]]:
    """Return the words for attendance that are none of ours: word, meaning, number of rows."""
    table, decisions = table_of(listed.table), _decisions(listed)
    counts: dict[str, int] = {}
    shown: dict[str, str] = {}
    for cell in _status_cells(table, columns_of(listed.columns)):
        if cell is not None and status_of(cell) is None:
            counts[word_key(cell)] = counts.get(word_key(cell), 0) + 1
            shown.setdefault(word_key(cell), cell)
    return [(shown[key], decisions.words.get(key, ""), count) for key, count in counts.items()]


def _decisions(listed: AttendanceList) -> Decisions:
    """Return what was chosen, words explained for earlier lists among it."""
    chosen = decisions_of(listed.decisions)
    words = {**remembered.meanings_of(ListField.ATTENDANCE), **chosen.words}
    return Decisions(chosen.rows, chosen.unknown, words)


def _status_cells(table: Table, columns: Columns) -> list[str | None]:
    heading = next((key for key, one in columns.items() if one is ListField.ATTENDANCE), None)
    if heading is None:
        return [None] * len(table.rows)
    at = table.headings.index(heading)
    return [row[at] for row in table.rows]


def _known(candidates: Sequence[Candidate]) -> Known:
    emails = {email_key(one) for candidate in candidates for one in candidate.emails}
    by_email = select(Email.address_key, Email.person_id).order_by(Email.person_id)
    by_name = select(Person.name_key, Person.id).order_by(Person.id)
    known = Known(
        _gathered(each(by_email, Email.address_key, emails)),
        _gathered(each(by_name, Person.name_key, set(map(name_key, candidates)) - {""})),
    )
    rest = [one for one in candidates if not one.is_rejected and not known.meant(one)[1]]
    register = Register()
    lookalikes.find(register, rest)
    maybe = {row: match.person_id for row, match in register.alike.items()}
    alike = {row: one for row, one in maybe.items() if one is not None}
    return Known(known.emails, known.names, alike)


def _gathered(pairs: Iterable[tuple[str, int]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, person_id in pairs:
        found.setdefault(key, []).append(person_id)
    return found
