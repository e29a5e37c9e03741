"""Questions about an attendance list: what it says, and whom of the register it is about."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import undefer

from crm.contacts.models import ContactImport, PersonOrigin
from crm.contacts.queries import existing_records, imports
from crm.contacts.queries.existing_records import each
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.existing_records import Register
from crm.contacts.rules.organisations import HelixOfNew, helix_by_name
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.core import progress
from crm.core.db import among, session, the_one
from crm.core.errors import NotFound
from crm.core.normalisation import fold
from crm.design_sessions.models import AttendanceList, DesignSession
from crm.design_sessions.rules.attendance_columns import (
    Columns,
    ListField,
    columns_of,
    proposed,
    status_cells,
    status_of,
    word_key,
)
from crm.design_sessions.rules.attendance_rows import (
    Decisions,
    Known,
    ListedRow,
    Looked,
    decisions_of,
    look,
    looked_of,
    make_rows,
    name_key,
)
from crm.intake.reading.files import ReceivedFile
from crm.intake.reading.tables import Reading, Table, table_of
from crm.stakeholders.models import Email, Helix, Person
from crm.stakeholders.queries.organisations import ids_by_key
from crm.stakeholders.rules.columns import Field, is_doubtful_helix
from crm.stakeholders.values.addresses import email_key

MOST_ASKED = 40


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """
    An organisation that is not in the register, and of which no row of a list says the helix.

    :ivar count: in how many rows of people who are not in the register either
    :ivar helix: what somebody said of it, or what its name says by itself; none if neither
    :ivar is_said: whether somebody said it
    """

    name: str
    count: int
    helix: Helix | None
    is_said: bool


@dataclass(frozen=True, slots=True)
class NewOrganisations:
    """
    The new organisations of a list by folded name, those in most rows first.

    :ivar others: the helix of those of which nothing says it; none if nobody chose one
    """

    found: Mapping[str, NewOrganisation]
    others: Helix | None

    @property
    def asked(self) -> list[NewOrganisation]:
        """Those about which somebody is asked now."""
        unsaid = [new for new in self.found.values() if not new.is_said]
        return unsaid[:MOST_ASKED]

    @property
    def has_open(self) -> bool:
        """Whether there are some of which nothing says the helix."""
        return any(new.helix is None for new in self.found.values())

    @property
    def helix_of_new(self) -> HelixOfNew:
        """The helix that each of them gets; only asked for where none is open."""
        named = {key: new.helix for key, new in self.found.items() if new.helix is not None}
        return HelixOfNew(self.others or Helix.END_USERS, named)

    def helix(self, name: str) -> Helix | None:
        """Return the helix that the new organisation with this name gets, as far as is known."""
        new = self.found.get(fold(name))
        return (new.helix if new else None) or self.others


def new_organisations(listed: AttendanceList, rows: Iterable[ListedRow]) -> NewOrganisations:
    """Return the organisations that come into the register if these rows do."""
    counts: Counter[str] = Counter()
    names: dict[str, str] = {}
    for row in rows:
        key = fold(row.looked.organisation)
        if key and row.may_be_new:
            counts[key] += 1
            names.setdefault(key, row.looked.organisation)
    known, told = ids_by_key(counts), _told_by(listed) if counts else set()
    said = imports.meanings_of(Field.ORGANISATION)
    found = {}
    for key, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        if key not in known and key not in told:
            helix = Helix(said[key]) if said.get(key) else helix_by_name(names[key])
            found[key] = NewOrganisation(names[key], count, helix, is_said=bool(said.get(key)))
    return NewOrganisations(found, decisions_of(listed.decisions).helix)


def _told_by(listed: AttendanceList) -> set[str]:
    """Return the folded names of organisations of which a row of the list says the helix."""
    columns, table = columns_of(listed.columns), table_of(listed.table)
    at = {columns.get(heading): place for place, heading in enumerate(table.headings)}
    if Field.HELIX not in at or Field.ORGANISATION not in at:
        return set()
    known = imports.meanings_of(Field.HELIX)
    helix, organisation = at[Field.HELIX], at[Field.ORGANISATION]
    return {
        fold(row[organisation])
        for row in table.rows
        if row[helix].strip() and (known.get(fold(row[helix])) or not is_doubtful_helix(row[helix]))
    }


READ = 40
"""Hundredths of the time of looking at a list that reading it takes."""


@dataclass(frozen=True, slots=True)
class Noting:
    """
    What noting a list would do, decided on the register as it was.

    :ivar candidates: what each row gives of a person, by its number
    :ivar newest: the highest number that a person had then
    :ivar organisations: those that are new, and the helix that each of them gets
    """

    rows: Sequence[ListedRow]
    candidates: Mapping[int, Candidate]
    newest: int
    organisations: NewOrganisations


def attendance_list(design_session: DesignSession, list_id: int) -> AttendanceList:
    """
    Return one list of a session.

    :raises NotFound: if the session has none with this id
    """
    here = AttendanceList.design_session_id == design_session.id
    return the_one(select(AttendanceList).where(AttendanceList.id == list_id, here))


def read_again(listed: AttendanceList, how: Reading) -> ReceivedFile:
    """
    Return the file of a list with the table in it, read like this; what is not said stays as it is.

    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    statement = select(AttendanceList).where(AttendanceList.id == listed.id)
    whole = session().scalars(statement.options(undefer(AttendanceList.content))).one()
    if not whole.content:
        raise NotFound
    table = read(whole.content, whole.file_name, whole.reading(how))
    return ReceivedFile(whole.file_name, whole.content, table)


def proposed_columns(table: Table) -> Columns:
    """Return what the columns hold: as it was chosen for these headings before, or by name."""
    usual = proposed(table)
    kept = imports.columns_for(table.headings, ListField.ATTENDANCE)
    if kept is None:
        return usual
    chosen = {fold(heading): field for heading, field in columns_of(kept.columns).items()}
    return {heading: chosen.get(fold(heading)) for heading in table.headings}


def rows_of(listed: AttendanceList) -> list[ListedRow]:
    """Return what the rows of a list are about, and what would be noted."""
    return _made(listed, looked_of(listed.look) if listed.look else look_at(listed))


def brings_open_helix(rows: Iterable[ListedRow], organisations: NewOrganisations) -> bool:
    """Return whether who comes into the register brings an organisation without a helix."""
    if not organisations.has_open or organisations.others:
        return False
    brought = {fold(row.looked.organisation) for row in rows if row.is_new}
    return any(new.helix is None and key in brought for key, new in organisations.found.items())


def look_at(listed: AttendanceList) -> list[Looked]:
    """Return whom in the register the rows of a list may mean now."""
    candidates = _candidates(listed)
    return look(candidates, _known(candidates))


def noting_of(listed: AttendanceList) -> Noting:
    """
    Return what noting a list would do now, on the register as it is.

    Whom an earlier part of it brought is passed over, so that each row is decided as if the list
    were one.
    """
    newest = session().scalar(select(func.max(Person.id))) or 0
    candidates = _candidates(listed)
    brought = set(session().scalars(_brought(listed))) if listed.handled else set[int]()
    rows = _made(listed, look(candidates, _known(candidates, brought)))
    organisations = new_organisations(listed, rows)
    by_row = {candidate.row: candidate for candidate in candidates}
    return Noting(rows, by_row, newest, organisations)


def somebody_came_since(listed: AttendanceList, newest: int) -> bool:
    """Return whether somebody is in the register now who was not there, and not by this list."""
    since = select(Person.id).where(Person.id > newest, Person.id.not_in(_brought(listed)))
    return session().scalar(since.limit(1)) is not None


def still_there(person_ids: Iterable[int]) -> set[int]:
    """Return who of these people is in the register still."""
    there = select(Person.id).where(among(Person.id, set(person_ids)))
    return set(session().scalars(there))


def words_of(listed: AttendanceList) -> list[tuple[str, str, int]]:
    """Return the words for attendance that are none of ours: word, meaning, number of rows."""
    table, decisions = table_of(listed.table), _decisions(listed)
    counts: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for cell, count in Counter(status_cells(table, columns_of(listed.columns))).items():
        if cell is not None and status_of(cell) is None:
            counts[word_key(cell)] += count
            shown.setdefault(word_key(cell), cell)
    return [(shown[key], decisions.words.get(key, ""), count) for key, count in counts.items()]


def _candidates(listed: AttendanceList) -> list[Candidate]:
    columns = columns_of(listed.columns)
    fields = {key: field if isinstance(field, Field) else None for key, field in columns.items()}
    table = table_of(listed.table)
    rows = read_rows(table, fields, imports.known_words())
    return list(progress.told(rows, len(table.rows), until=READ))


def _made(listed: AttendanceList, looked: Sequence[Looked]) -> list[ListedRow]:
    words = status_cells(table_of(listed.table), columns_of(listed.columns))
    return make_rows(looked, words, _decisions(listed))


def _brought(listed: AttendanceList) -> Select[int]:
    """Return the statement for the persons whom a list brought into the register."""
    by_it = (ContactImport.step_id == listed.step_id) & ContactImport.step_id.is_not(None)
    return select(PersonOrigin.person_id).join(ContactImport).where(by_it)


def _decisions(listed: AttendanceList) -> Decisions:
    """Return what was chosen, words explained for earlier lists among it."""
    chosen = decisions_of(listed.decisions)
    words = {**imports.meanings_of(ListField.ATTENDANCE), **chosen.words}
    return replace(chosen, words=words)


def _known(candidates: Sequence[Candidate], without: Collection[int] = ()) -> Known:
    emails = {email_key(email) for candidate in candidates for email in candidate.emails}
    by_email = select(Email.address_key, Email.person_id).order_by(Email.person_id)
    by_name = select(Person.name_key, Person.id).order_by(Person.id)
    names = set(map(name_key, candidates)) - {""}
    known = Known(
        _gathered(each(by_email, Email.address_key, emails), without),
        _gathered(each(by_name, Person.name_key, names), without),
    )
    # Looking for names that are alike takes longest, so only where nothing else is known.
    rest = [who for who in candidates if not who.is_rejected and not known.meant(who)[1]]
    register = Register()
    existing_records.find_lookalikes(register, rest, without, told=(READ, progress.WHOLE))
    alike = {
        row: match.person_id for row, match in register.alike.items() if match.person_id is not None
    }
    return replace(known, alike=alike)


def _gathered(pairs: Iterable[tuple[str, int]], without: Collection[int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for key, person_id in pairs:
        if person_id not in without:
            found.setdefault(key, []).append(person_id)
    return found
