"""What is kept of lists: file and report till they are thrown away, and what words meant."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import and_, or_

from crm.contacts import models
from crm.contacts.models import ContactImport, ImportFile, ImportState, ReportPart
from crm.contacts.queries import imports as queries
from crm.contacts.rules.choices import Choices, choices_text
from crm.contacts.rules.column_guess import NUMBERED
from crm.contacts.rules.headings import mapping_for
from crm.contacts.rules.memory import LONGEST_WORD, headings_key
from crm.contacts.rules.plan_lines import LinePart, without_reasons
from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, add_missing, change_many, remove_many, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.intake.reading.files import is_text
from crm.intake.reading.tables import Reading, Table, table_text
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission


def add_parts(contact_import: ContactImport, parts: Sequence[LinePart], start: int = 0) -> None:
    """Keep, inside a command, parts of a report from a place on, and none behind them."""
    own = ReportPart.contact_import_id == contact_import.id
    remove_many(ReportPart, own & (ReportPart.number >= start))
    rows = [
        {"contact_import_id": contact_import.id, "number": number, **part._asdict()}
        for number, part in enumerate(parts, start)
    ]
    add_many(ReportPart, rows)


def throw_report_away(contact_import: ContactImport) -> None:
    """Throw away, inside a command, a report that is worked out anew or not needed any more."""
    remove_many(ReportPart, ReportPart.contact_import_id == contact_import.id)
    contact_import.overview = None


class ImportBegun(Conflict):
    """The rows are on their way into the register, or there already."""

    message = _l("This list is being imported. It can no longer be read in another way.")


@command(StakeholderPermission.EDIT)
def keep_file(
    _actor: Actor, contact_import: ContactImport, *, content: bytes, table: Table
) -> None:
    """Keep the file that a table was read from."""
    kept = ImportFile(contact_import_id=contact_import.id, content=content)
    kept.is_text = is_text(content)
    kept.note(table)
    session().add(kept)


@command(StakeholderPermission.EDIT)
def read_again(_actor: Actor, contact_import: ContactImport, *, how: Reading) -> None:
    """
    Read the file of an import in another way; what its columns hold is proposed anew.

    :raises ImportBegun: if it is being carried out, or over
    :raises NotFound: if the file is kept no longer
    :raises UnreadableFile: if there is no table in it when it is read like this
    """
    session().refresh(contact_import, with_for_update=True)
    # Of a list that is on its way in the rows are counted by place in this table.
    is_open = contact_import.state in {ImportState.UPLOADED, ImportState.MAPPED}
    if not is_open or contact_import.is_under_way:
        raise ImportBegun
    read = queries.read_again(contact_import, how).table
    table = without_reasons(read)
    contact_import.table = table_text(table)
    contact_import.mapping = choices_text(queries.proposed_choices(table))
    contact_import.rows = len(table.rows)
    contact_import.state = ImportState.UPLOADED
    kept = queries.file_of(contact_import)
    if kept is not None:
        kept.note(read)


KEPT = timedelta(days=7)


@command(StakeholderPermission.EDIT)
def clear_old_imports(_actor: Actor, _project: Project) -> None:
    """Throw away what is kept of imports that began more than seven days ago."""
    is_old = ContactImport.made_at < clock.now() - KEPT
    is_open = ContactImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    cancelled = {"state": ImportState.CANCELLED, "finished_at": clock.now(), "asked_words": "[]"}
    over = change_many(ContactImport, is_old & is_open, cancelled)
    if over:
        remove_many(ImportFile, ImportFile.contact_import_id.in_(over))
    nothing = {"table": "", "overview": None, "rejected_rows": "", "decisions": "{}"}
    columns = ((getattr(ContactImport, name), empty) for name, empty in nothing.items())
    holds_text = or_(*(column.is_distinct_from(empty) for column, empty in columns))
    emptied = change_many(ContactImport, is_old & holds_text, nothing)
    # The overview is gone, and the lines of the report hold names and addresses as it did.
    if emptied:
        remove_many(ReportPart, ReportPart.contact_import_id.in_(emptied))


@dataclass(frozen=True, slots=True)
class Explained:
    """What a word in a column of a list of any kind means: a member of its field, or nothing."""

    field: StrEnum
    word: str
    meaning: str


@command(StakeholderPermission.EDIT)
def forget_word(_actor: Actor, word: models.RememberedWord) -> None:
    """Forget what a word means: the next list that has it asks again."""
    remove_many(models.RememberedWord, models.RememberedWord.id == word.id)


def remember_columns(choices: Choices) -> None:
    """
    Remember what somebody chose for the headings of a list, inside a command.

    What is proposed for these headings anyway is not kept; whether numbers of Kring are used is for
    each list itself to say.
    """
    key, usual = headings_key(choices.columns), mapping_for(choices.columns)
    columns = {
        heading: usual[heading] if usual[heading] in NUMBERED else field
        for heading, field in choices.columns.items()
    }
    if (columns, choices.helix, choices.region) == (usual, None, ""):
        remove_many(models.RememberedColumns, models.RememberedColumns.headings_key == key)
        return
    keep_columns(key, choices_text(replace(choices, columns=columns, words={}, helixes={})))


def keep_columns(key: str, text: str) -> None:
    """Keep what was chosen for the headings with this key, inside a command."""
    row = {"headings_key": key, "columns": text, "chosen_at": clock.now()}
    if not add_missing(models.RememberedColumns, [row], unique=("project_id", "headings_key")):
        change_many(models.RememberedColumns, models.RememberedColumns.headings_key == key, row)


def remember_words(explained: Iterable[Explained]) -> None:
    """Remember what words mean, inside a command."""
    for said in explained:
        own = {"field": said.field.value, "word_key": fold(said.word)}
        told = {"word": said.word[:LONGEST_WORD], "meaning": said.meaning}
        row = {**own, **told, "chosen_at": clock.now()}
        if not add_missing(models.RememberedWord, [row], unique=("project_id", *own)):
            is_it = (
                getattr(models.RememberedWord, column) == value for column, value in own.items()
            )
            change_many(models.RememberedWord, and_(*is_it), row)
