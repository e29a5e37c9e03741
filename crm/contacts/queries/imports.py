"""Questions of an import: its file, what it would do, what came from it, what is remembered."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cache, lru_cache
from itertools import groupby
from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, selectinload, undefer

from crm.contacts import models
from crm.contacts.models import ContactImport, ImportFile, ImportState, PersonOrigin, ReportPart
from crm.contacts.queries import existing_records
from crm.contacts.queries.existing_records import PLANNED, READ, register_for
from crm.contacts.rules import choices as chosen_texts
from crm.contacts.rules import column_guess, origins, plan_lines
from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.choices import Choices, Decisions
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.memory import WordQuestion, headings_key, word_questions
from crm.contacts.rules.plan import Plan
from crm.contacts.rules.plan_lines import Overview, ReportLine
from crm.contacts.rules.planner import make_plan
from crm.contacts.rules.reading import read
from crm.contacts.rules.rows import read_rows
from crm.core import progress
from crm.core.db import among, project_in_scope, session, the_one
from crm.core.normalisation import fold
from crm.core.pagination import Page, page_of
from crm.intake.reading.files import ReceivedFile
from crm.intake.reading.tables import Reading, Table, table_of
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.rules.columns import Field, Words

MOST_SHOWN = 20
R = TypeVar("R", Person, Organisation)


def contact_import(import_id: int, *, with_table: bool = False) -> ContactImport:
    """Return one import, with its list where that is asked, or raise `NotFound`."""
    statement = select(ContactImport).where(ContactImport.id == import_id)
    return the_one(statement.options(undefer(ContactImport.table)) if with_table else statement)


def recent_imports() -> list[ContactImport]:
    """Return the last imports that were not cancelled, newest first, without what was read."""
    kept = select(ContactImport).where(ContactImport.state != ImportState.CANCELLED)
    newest_first = kept.order_by(ContactImport.id.desc())
    return list(session().scalars(newest_first.limit(MOST_SHOWN)))


def brought_by(contact_import: ContactImport, model: type[R], number: int) -> Page[R]:
    """Return page `number` of those of a model that an import made or changed, row after row."""
    origin: type[PersonOrigin | models.OrganisationOrigin] = PersonOrigin
    about = PersonOrigin.person_id
    if model is Organisation:
        origin, about = models.OrganisationOrigin, models.OrganisationOrigin.organisation_id
    statement = (
        select(model)
        .join(origin, about == model.id)
        .where(origin.contact_import_id == contact_import.id)
        .group_by(model.id)
        .order_by(func.min(origin.row), model.id)
    )
    if model is Person:
        roles = selectinload(Person.affiliations)
        statement = statement.options(roles.joinedload(Affiliation.organisation))
    return page_of(statement, number, count_all=True)


def plan_for(table: Table, choices: Choices) -> Plan:
    """Return what importing a table would do to the project in scope now; nothing is written."""
    candidates = tuple(read_rows(table, choices.columns, choices.words, choices.region))
    return _plan(candidates, choices, chosen_texts.USUAL)


def plan_of(contact_import: ContactImport, choices: Choices) -> Plan:
    """Return what importing the list that was kept would do now, with these choices."""
    candidates = _understood(contact_import.table, chosen_texts.choices_text(choices))
    decisions = chosen_texts.decisions_of(contact_import.decisions)
    # Whom the first part of a long list made is new in the eyes of the rest, as if it were whole.
    made: Collection[int] = ()
    if contact_import.handled:
        is_made = PersonOrigin.is_new & (PersonOrigin.contact_import_id == contact_import.id)
        made = set(session().scalars(select(PersonOrigin.person_id).where(is_made)))
    return _plan(candidates, choices, decisions, made)


def forget_list() -> None:
    """Let go of the list that was understood last."""
    _understood.cache_clear()


@lru_cache(maxsize=1)
def _understood(table: str, choices: str) -> tuple[Candidate, ...]:
    # The check and the import that follows it mostly are about the same list: it is understood
    # once, in a process that does both. What the register knows of it is asked each time.
    chosen, kept = chosen_texts.choices_of(choices), table_of(table)
    rows = read_rows(kept, chosen.columns, chosen.words, chosen.region)
    return tuple(progress.told(rows, len(kept.rows), until=READ))


def _plan(
    candidates: Sequence[Candidate],
    choices: Choices,
    decisions: Decisions,
    without: Collection[int] = (),
) -> Plan:
    candidates = existing_records.looked_up(candidates)
    register = register_for(candidates, without)
    existing_records.describe_returned(register, candidates)
    plan = make_plan(candidates, register, choices.helix_of_new, decisions)
    progress.tell(PLANNED)
    return plan


def file_of(contact_import: ContactImport) -> ImportFile | None:
    """Return what is known of the file of an import, without what is in it."""
    own = ImportFile.contact_import_id == contact_import.id
    return session().scalar(select(ImportFile).where(own))


def read_again(contact_import: ContactImport, how: Reading) -> ReceivedFile:
    """
    Return the file of an import with the table in it, read like this; nothing is kept.

    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    own = select(ImportFile).where(ImportFile.contact_import_id == contact_import.id)
    file = the_one(own.options(undefer(ImportFile.content)))
    table = read(file.content, contact_import.file_name, file.reading(how))
    return ReceivedFile(contact_import.file_name, file.content, table)


def overview(contact_import: ContactImport) -> Overview:
    """Return of which kind each line of the report is; of none while that is worked out."""
    text = contact_import.overview
    return plan_lines.overview_of(text) if text else Overview()


def all_lines(contact_import: ContactImport) -> Iterator[ReportLine]:
    """Yield every line of the report, in the order of the rows."""
    parts = (
        select(ReportPart.text)
        .where(ReportPart.contact_import_id == contact_import.id)
        .order_by(ReportPart.number)
    )
    for text in session().scalars(parts).all():
        yield from plan_lines.lines_of(text)


def lines_at(contact_import: ContactImport, places: Sequence[int]) -> list[ReportLine]:
    """Return the lines at these places of the report, in this order, by one statement."""
    texts = _texts(contact_import, {plan_lines.part_number(at) for at in places})
    # A part is taken apart once for the lines that follow each other in it.
    runs = [(number, list(run)) for number, run in groupby(places, plan_lines.part_number)]
    return [line for number, run in runs for line in plan_lines.lines_of(texts[number], run)]


def lines_about(contact_import: ContactImport, rows: Collection[int]) -> dict[int, ReportLine]:
    """Return row number → its line, of those of these rows that there are, by two statements."""
    if not rows:
        return {}
    statement = select(ReportPart.first_row).where(
        ReportPart.contact_import_id == contact_import.id
    )
    firsts = list(session().scalars(statement.order_by(ReportPart.number)))
    numbers = {bisect_right(firsts, row) - 1 for row in rows} - {-1}
    texts = _texts(contact_import, numbers)
    found = (line for text in texts.values() for line in plan_lines.lines_of(text))
    return {line.row: line for line in found if line.row in rows}


def _texts(contact_import: ContactImport, numbers: Collection[int]) -> dict[int, str]:
    if not numbers:
        return {}
    asked = select(ReportPart.number, ReportPart.text).where(
        ReportPart.contact_import_id == contact_import.id, among(ReportPart.number, numbers)
    )
    return {row[0]: row[1] for row in session().execute(asked)}


def hold_register(project_id: int) -> None:
    """
    Wait until no other list comes into a project, and keep others waiting; inside a command.

    Whoever adds somebody by hand does not wait.
    """
    held = select(Project.id).where(Project.id == project_id)
    session().execute(held.with_for_update(key_share=True))


@dataclass(frozen=True, slots=True)
class Source:
    """The row of a list that gave some values, which are still as it gave them."""

    import_id: int
    file_name: str
    row: int
    at: datetime
    values: Sequence[tuple[Field, str]]  # the fields, each with its value where there are several


def sources_of_person(person: Person) -> list[Source]:
    """Return the rows that gave what a person has now, the newest first."""
    roles = person.affiliations
    return _sources(
        _statement(PersonOrigin, PersonOrigin.person_id),
        person.id,
        {
            **origins.of_name(person.name_parts),
            Field.ORGANISATION: [role.organisation.name for role in roles if role.organisation],
            Field.ROLE: [role.role for role in roles],
            Field.EMAIL: [email.address for email in person.emails],
            Field.PHONE: [phone.number for phone in person.phones],
            Field.AREA: [person.area.name if person.area else ""],
            Field.LANGUAGE: [person.language],
            Field.TAGS: [tag.word for tag in person.tags],
            Field.NOTE: [person.note],
        },
    )


def sources_of_organisation(organisation: Organisation) -> list[Source]:
    """Return the rows that gave what an organisation has now, the newest first."""
    return _sources(
        _statement(models.OrganisationOrigin, models.OrganisationOrigin.organisation_id),
        organisation.id,
        {
            Field.ORGANISATION: [organisation.name],
            Field.KIND: [organisation.kind],
            Field.HELIX: [organisation.helix],
            Field.SECOND_HELIX: [organisation.second_helix or ""],
            Field.STREET: [organisation.street],
            Field.POSTCODE: [organisation.postcode],
            Field.TOWN: [organisation.town],
            Field.AREA: [organisation.area.name if organisation.area else ""],
            Field.WEBSITE: [organisation.website],
            Field.TAGS: [tag.word for tag in organisation.tags],
            Field.NOTE: [organisation.note],
        },
    )


# Making the statement took longer than the answer.
@cache
def _statement(
    model: type[PersonOrigin | models.OrganisationOrigin], about: InstrumentedAttribute[int]
) -> Select[*tuple[Any, ...]]:
    columns = (model.contact_import_id, ContactImport.file_name, model.row, model.given)
    return (
        select(*columns, ContactImport.finished_at, ContactImport.made_at)
        .join(ContactImport, ContactImport.id == model.contact_import_id)
        .where(about == bindparam("asked"))
        .order_by(model.contact_import_id.desc(), model.row)
    )


def _sources(
    statement: Select[*tuple[Any, ...]], asked: int, values: origins.Values
) -> list[Source]:
    digest = origins.digester()
    left: dict[tuple[Field, str], tuple[Field, str]] = {}
    for field, texts in values.items():
        some = [text for text in texts if text]
        # Of a field with one value its name says enough.
        left |= {
            (field, digest(field, text)): (field, text if len(some) > 1 else "") for text in some
        }
    found = []
    rows = session().execute(statement, {"asked": asked})
    for import_id, file_name, row, given, finished_at, made_at in rows:
        here = [
            # The newest row that gave a value is its source; older ones only gave it before.
            left.pop((field, mark))
            for field, marks in origins.given_of(given).items()
            for mark in marks
            if (field, mark) in left
        ]
        if here:
            found.append(Source(import_id, file_name, row, finished_at or made_at, here))
    return found


def columns_for(headings: Iterable[str], kind: str = "") -> models.RememberedColumns | None:
    """Return what was chosen last for the same headings, in lists of contacts or another kind."""
    key = headings_key(headings, kind)
    return session().scalar(
        select(models.RememberedColumns).where(models.RememberedColumns.headings_key == key)
    )


def proposed_choices(table: Table) -> Choices:
    """
    Return what the columns of a list hold: as it was chosen last, or else by their headings.

    Of numbers and codes of Kring only the list itself says whether they are used: not where none
    of the numbers is of this project.
    """
    # What somebody chose once for these headings goes before what we would guess now.
    chosen, columns = Choices({}), column_guess.mapping_of(table)
    remembered, numbered = columns_for(table.headings), column_guess.NUMBERED
    if remembered is not None:
        chosen = chosen_texts.choices_of(remembered.columns)
        by_key = {fold(heading): field for heading, field in chosen.columns.items()}
        columns = {
            heading: columns[heading] if columns[heading] in numbered else by_key.get(fold(heading))
            for heading in table.headings
        }
    used = column_guess.without_strange_numbers(table, columns, project_in_scope() or 0)
    return Choices(used, chosen.helix, region=chosen.region)


def has_numbers_of_elsewhere(table: Table) -> bool:
    """Return whether the numbers of a list, by their headings, are all of elsewhere."""
    return column_guess.numbers_of_elsewhere(
        table, mapping_for(table.headings), project_in_scope() or 0
    )


def words() -> list[models.RememberedWord]:
    """Return the words that somebody explained, field by field."""
    statement = select(models.RememberedWord).order_by(
        models.RememberedWord.field, models.RememberedWord.word_key
    )
    # Lists of other kinds have fields of their own.
    return list(session().scalars(statement.where(models.RememberedWord.field.in_(list(Field)))))


def meanings_of(field: StrEnum) -> dict[str, str]:
    """Return word → meaning of a field that only lists of another kind have."""
    statement = select(models.RememberedWord.word_key, models.RememberedWord.meaning)
    rows = session().execute(statement.where(models.RememberedWord.field == field.value))
    return {row[0]: row[1] for row in rows}


def word(word_id: int) -> models.RememberedWord:
    """Return one word that somebody explained, or raise `NotFound`."""
    return the_one(select(models.RememberedWord).where(models.RememberedWord.id == word_id))


def known_words() -> Words:
    """Return what every word means that somebody explained."""
    return {field: found for field, found in _known().items() if field is not Field.ORGANISATION}


def as_known(choices: Choices) -> Choices:
    """Return choices with what is known by now of words and of organisations by their name."""
    known = _known()
    named = known.pop(Field.ORGANISATION, {})
    helixes = {name: Helix(meaning) for name, meaning in named.items()}
    return replace(choices, words=known, helixes=helixes)


def questions_of(contact_import: ContactImport) -> list[WordQuestion]:
    """Return words that nobody explained yet, and new organisations without a helix, of a list."""
    return word_questions(contact_import.asked_words, _known())


def _known() -> dict[Field, dict[str, str]]:
    found: dict[Field, dict[str, str]] = {}
    for word in words():
        found.setdefault(Field(word.field), {})[word.word_key] = word.meaning
    return found
