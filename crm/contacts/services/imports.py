"""Changes of an import: begun, columns chosen, carried out or cancelled, cleared away."""

from collections.abc import Iterable

from sqlalchemy import select

from crm.contacts.models import ContactImport, ImportFile, ImportState, RememberedColumns
from crm.contacts.queries import imports as queries
from crm.contacts.rules import choices as chosen_texts
from crm.contacts.rules.choices import Choices, Decisions, choices_text
from crm.contacts.rules.headings import check_mapping
from crm.contacts.rules.memory import asked_words, asked_words_text, headings_key
from crm.contacts.rules.plan_lines import without_reasons
from crm.contacts.services import import_files
from crm.contacts.services import import_preview as preview
from crm.contacts.services.import_writing import write
from crm.core import clock
from crm.core.audit import version_of
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import remove_many, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.intake.models import LONGEST_FILE_NAME
from crm.intake.reading.files import ReceivedFile
from crm.intake.reading.tables import Table, table_of, table_text
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks import services as tasks
from crm.tasks.models import TaskState

TRIES = 3
"""So often a short list is planned anew because colleagues changed something meanwhile."""


class ImportOver(Conflict):
    """It was carried out or cancelled meanwhile, perhaps by a colleague."""

    message = _l("This import is over. Begin a new one.")


class ImportUnderWay(Conflict):
    """It is being carried out in the background."""

    message = _l("This import is under way. Stop it first, or wait until it is done.")


class ColumnsNotChosen(Conflict):
    """Nobody said yet what the columns hold."""

    message = _l("Choose first what the columns hold.")


@command(StakeholderPermission.EDIT)
def receive(
    actor: Actor, _project: Project, *, file_name: str, table: Table, choices: Choices
) -> ContactImport:
    """Keep a table that was read, with the columns as they are proposed; nothing else."""
    begun = ContactImport(
        file_name=clean_line(file_name)[:LONGEST_FILE_NAME],
        state=ImportState.UPLOADED,
        made_by_id=actor.account_id,
        table=table_text(table),
        mapping=choices_text(choices),
        rows=len(table.rows),
    )
    session().add(begun)
    session().flush()
    return begun


def receive_file(actor: Actor, project: Project, *, given: ReceivedFile) -> ContactImport:
    """
    Keep a list that came in, with its file, until the import is over.

    A file in which no list was found is kept for somebody to say how it is to be read.
    """
    # The file keeps what was put before rejected rows; it may be read in another way later.
    table = without_reasons(given.table)
    choices = queries.proposed_choices(table)
    begun = receive(actor, project, file_name=given.name, table=table, choices=choices)
    import_files.keep_file(actor, begun, content=given.content, table=given.table)
    return begun


def choose_columns(actor: Actor, contact_import: ContactImport, *, choices: Choices) -> None:
    """
    Keep what each column holds, and what importing would do.

    :raises ColumnTwice: if two columns hold a field that takes one
    :raises NoNameColumn: if no column holds a name
    :raises ImportOver: if it was carried out or cancelled
    """
    check_mapping(choices.columns)
    # The words are looked for outside the command, so that nobody waits for that; if the file was
    # read in another way meanwhile, they are looked for again.
    is_kept = False
    while not is_kept:
        table = contact_import.table
        asked = asked_words_text(asked_words(table_of(table), choices.columns)) if table else "[]"
        is_kept = _keep_columns(actor, contact_import, choices=choices, table=table, asked=asked)
    preview.look_if_short(actor, contact_import)


@command(StakeholderPermission.EDIT)
def _keep_columns(
    actor: Actor, contact_import: ContactImport, *, choices: Choices, table: str, asked: str
) -> bool:
    """Keep the columns and the words that are asked about, unless the list was read anew."""
    preview.hold(contact_import)
    _refuse_over(contact_import)
    own = select(ContactImport.id).where(ContactImport.id == contact_import.id)
    # The database compares: the list may be megabytes, and is not read for this.
    if session().scalar(own.where(ContactImport.table == table)) is None:
        session().refresh(contact_import, ["table"])
        return False
    import_files.remember_columns(choices)
    contact_import.mapping = choices_text(queries.as_known(choices))
    contact_import.asked_words = asked
    contact_import.state = ImportState.MAPPED
    preview.ask_for_look(actor, contact_import)
    return True


def explain_words(
    actor: Actor, contact_import: ContactImport, *, explained: Iterable[import_files.Explained]
) -> None:
    """Remember what words mean, and look anew; errors are as in `refuse_unless_mapped`."""
    _keep_words(actor, contact_import, explained=explained)
    preview.look_if_short(actor, contact_import)


@command(StakeholderPermission.EDIT)
def _keep_words(
    actor: Actor, contact_import: ContactImport, *, explained: Iterable[import_files.Explained]
) -> None:
    preview.hold(contact_import)
    refuse_unless_mapped(contact_import)
    import_files.remember_words(explained)
    contact_import.mapping = choices_text(
        queries.as_known(chosen_texts.choices_of(contact_import.mapping))
    )
    preview.ask_for_look(actor, contact_import)


def decide(actor: Actor, contact_import: ContactImport, *, decisions: Decisions) -> None:
    """Keep what was chosen for rows, and look anew; errors are as in `refuse_unless_mapped`."""
    _keep_decisions(actor, contact_import, decisions=decisions)
    preview.look_if_short(actor, contact_import)


@command(StakeholderPermission.EDIT)
def _keep_decisions(actor: Actor, contact_import: ContactImport, *, decisions: Decisions) -> None:
    preview.hold(contact_import)
    refuse_unless_mapped(contact_import)
    before = chosen_texts.decisions_of(contact_import.decisions)
    lines = queries.lines_about(contact_import, {*decisions.rows, *before.rows})
    reasons = {row: line.reason for row, line in lines.items()}
    rows = decisions.rows
    # A report that is still worked out says nothing of what was chosen before.
    if contact_import.overview is not None:
        shown = {row: line.done for row, line in lines.items()}
        rows = {row: chosen for row, chosen in rows.items() if shown.get(row, chosen) is not chosen}
    # A choice that is as it stands already says nothing: the next one for all of a kind counts.
    more = Decisions(decisions.kinds, rows, decisions.cells)
    contact_import.decisions = chosen_texts.decisions_text(before.joined_by(more, reasons))
    preview.ask_for_look(actor, contact_import)


@command(StakeholderPermission.EDIT)
def forget_columns(_actor: Actor, contact_import: ContactImport) -> None:
    """Forget what was chosen for the headings of a list, if it is not over (`ImportOver`)."""
    session().refresh(contact_import, with_for_update=True)
    _refuse_over(contact_import)
    table = table_of(contact_import.table)
    # They are proposed by name again, as for a list with headings that nobody saw before.
    key = headings_key(table.headings)
    remove_many(RememberedColumns, RememberedColumns.headings_key == key)
    contact_import.mapping = choices_text(queries.proposed_choices(table))
    contact_import.state = ImportState.UPLOADED


def carry_out(actor: Actor, contact_import: ContactImport, *, project: Project) -> None:
    """
    Bring the rows into the register, all or none; the second time it does nothing.

    What is done is decided anew, on the register as it is now.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was cancelled
    """
    session().refresh(contact_import)
    # It is planned outside the command, and the plan is only used if nothing changed since.
    for _time in range(TRIES):
        if contact_import.state is ImportState.DONE:
            return
        refuse_unless_mapped(contact_import)
        planned = preview.planned_now(contact_import)
        if _carry_out(actor, contact_import, project=project, planned=planned):
            return
    # A register in which so much goes on is held while it is planned.
    _carry_out(actor, contact_import, project=project, planned=None)


@command(StakeholderPermission.EDIT)
def _carry_out(
    actor: Actor,
    contact_import: ContactImport,
    *,
    project: Project,
    planned: preview.Planned | None,
) -> bool:
    """Bring the rows in, unless anything changed in the project since that was planned."""
    session().refresh(contact_import, with_for_update=True)
    if contact_import.state is ImportState.DONE:
        return True
    refuse_unless_mapped(contact_import)
    # Held before the version is compared: nobody can change anything between the two.
    queries.hold_register(contact_import.project_id)
    if planned is None:
        planned = preview.planned_now(contact_import)
    elif planned.version != version_of(contact_import.project_id):
        return False
    preview.begin_step(contact_import, planned)
    import_files.add_parts(contact_import, planned.parts)
    write(actor, project, contact_import, planned.plan)
    finish(contact_import, ImportState.DONE)
    return True


@command(StakeholderPermission.EDIT)
def cancel(_actor: Actor, contact_import: ContactImport) -> None:
    """Throw away what was read, or raise `ImportOver`; what came in already can be undone."""
    begun = contact_import.is_under_way
    if contact_import.task is not None:
        tasks.end(contact_import.task, TaskState.STOPPED)
    session().refresh(contact_import, with_for_update=True)
    if begun or contact_import.state is ImportState.CANCELLED:
        return
    _refuse_over(contact_import)
    import_files.throw_report_away(contact_import)
    finish(contact_import, ImportState.CANCELLED)


def _refuse_over(contact_import: ContactImport) -> None:
    _refuse_done(contact_import)
    if contact_import.is_under_way:
        raise ImportUnderWay


def _refuse_done(contact_import: ContactImport) -> None:
    if contact_import.state in {ImportState.DONE, ImportState.CANCELLED}:
        raise ImportOver


def refuse_unless_mapped(contact_import: ContactImport) -> None:
    """
    Hold the rule that only a list whose columns are chosen goes on.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was carried out or cancelled
    :raises ImportUnderWay: if it is being carried out
    """
    _refuse_over(contact_import)
    if contact_import.state is not ImportState.MAPPED:
        raise ColumnsNotChosen


def finish(contact_import: ContactImport, state: ImportState) -> None:
    """End an import, inside a command; what was read is thrown away."""
    contact_import.state = state
    contact_import.finished_at = clock.now()
    contact_import.table, contact_import.asked_words = "", "[]"
    remove_many(ImportFile, ImportFile.contact_import_id == contact_import.id)
    queries.forget_list()
