"""Changes of an import: begun, columns chosen, carried out or cancelled, cleared away."""

from collections.abc import Iterable
from datetime import timedelta

from sqlalchemy import or_

from crm.core import clock, undo
from crm.core.cleaning import clean_line
from crm.core.commands import command
from crm.core.db import change_many, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.importing.columns import check_mapping
from crm.stakeholders.importing.decisions import Decisions, decisions_of, decisions_text
from crm.stakeholders.importing.kept import (
    Choices,
    choices_of,
    choices_text,
    table_of,
    table_text,
)
from crm.stakeholders.importing.plan import Outcome, Plan
from crm.stakeholders.importing.rejects import rejected_part
from crm.stakeholders.importing.remembered import asked_words, asked_words_text, headings_key
from crm.stakeholders.importing.reports import report
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import ContactImport, ImportState
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import import_reports as reports
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.queries import remembered
from crm.stakeholders.queries.holding import hold_register
from crm.stakeholders.services.import_files import LONGEST_FILE_NAME, throw_away
from crm.stakeholders.services.import_looking import count, look_anew
from crm.stakeholders.services.import_reports import (
    keep_report,
    throw_report_away,
    throw_reports_away,
)
from crm.stakeholders.services.import_writing import write
from crm.stakeholders.services.remembering import (
    Explained,
    forget_columns_of,
    remember_columns,
    remember_words,
)

STEP = "stakeholders.import"
KEPT = timedelta(days=7)


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


@command(StakeholderPermission.EDIT)
def choose_columns(actor: Actor, contact_import: ContactImport, *, choices: Choices) -> None:
    """
    Keep what each column holds, and what importing would do.

    :raises ColumnTwice: if two columns hold a field that takes one
    :raises NoNameColumn: if no column holds a name
    :raises ImportOver: if it was carried out or cancelled
    """
    check_mapping(choices.columns)
    session().refresh(contact_import, with_for_update=True)
    _refuse_over(contact_import)
    remember_columns(choices)
    contact_import.mapping = choices_text(remembered.as_known(choices))
    asked = asked_words(table_of(contact_import.table), choices.columns)
    contact_import.asked_words = asked_words_text(asked)
    contact_import.state = ImportState.MAPPED
    look_anew(actor, contact_import)


@command(StakeholderPermission.EDIT)
def explain_words(
    actor: Actor, contact_import: ContactImport, *, explained: Iterable[Explained]
) -> None:
    """
    Remember what words mean, and look anew at what importing would do.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was carried out or cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    refuse_unless_mapped(contact_import)
    remember_words(explained)
    contact_import.mapping = choices_text(remembered.as_known(choices_of(contact_import.mapping)))
    look_anew(actor, contact_import)


@command(StakeholderPermission.EDIT)
def decide(actor: Actor, contact_import: ContactImport, *, decisions: Decisions) -> None:
    """
    Keep what was chosen for rows, or for all rows of a kind, and what importing would do then.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was carried out or cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    refuse_unless_mapped(contact_import)
    before = decisions_of(contact_import.decisions)
    lines = reports.lines_about(contact_import, {*decisions.rows, *before.rows})
    reasons = {row: line.reason for row, line in lines.items()}
    shown = {row: line.done for row, line in lines.items()}
    # A report that is still worked out says nothing of what was chosen before.
    is_worked_out = contact_import.overview is None
    chosen = decisions.rows.items()
    rows = {row: one for row, one in chosen if is_worked_out or shown.get(row, one) is not one}
    more = Decisions(decisions.kinds, rows, decisions.cells)
    contact_import.decisions = decisions_text(before.joined_by(more, reasons))
    look_anew(actor, contact_import)


@command(StakeholderPermission.EDIT)
def forget_columns(_actor: Actor, contact_import: ContactImport) -> None:
    """
    Forget what was chosen for the headings of a list, which are proposed by name again.

    :raises ImportOver: if it was carried out or cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    _refuse_over(contact_import)
    table = table_of(contact_import.table)
    forget_columns_of(headings_key(table.headings))
    contact_import.mapping = choices_text(remembered.proposed_choices(table))
    contact_import.state = ImportState.UPLOADED


@command(StakeholderPermission.EDIT)
def carry_out(actor: Actor, contact_import: ContactImport, *, project: Project) -> None:
    """
    Bring the rows into the register, all or none; the second time it does nothing.

    What is done is decided anew, on the register as it is now.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    if contact_import.state is ImportState.DONE:
        return
    refuse_unless_mapped(contact_import)
    hold_register(contact_import.project_id)
    plan = queries.plan_of(contact_import, choices_of(contact_import.mapping))
    begin_step(contact_import, plan)
    write(actor, project, contact_import, plan)
    contact_import.handled = len(plan.rows)
    finish(contact_import, ImportState.DONE)


@command(StakeholderPermission.EDIT)
def cancel(_actor: Actor, contact_import: ContactImport) -> None:
    """
    Throw away what was read; what was brought into the register already can be undone.

    :raises ImportOver: if it was carried out
    """
    session().refresh(contact_import, with_for_update=True)
    if contact_import.state is ImportState.CANCELLED:
        return
    if contact_import.is_under_way and contact_import.handled:
        finish(contact_import, ImportState.DONE)
        return
    _refuse_done(contact_import)
    throw_report_away(contact_import)
    finish(contact_import, ImportState.CANCELLED)


@command(StakeholderPermission.EDIT)
def end_without_right(actor: Actor, contact_import: ContactImport) -> None:
    """End an import that began in the background, as whoever began it may do so no more."""
    cancel(actor, contact_import)
    contact_import.lost_right = True


@command(StakeholderPermission.EDIT)
def clear_old_imports(_actor: Actor, _project: Project) -> None:
    """Throw away what is kept of imports that began more than seven days ago."""
    is_old = ContactImport.made_at < clock.now() - KEPT
    is_open = ContactImport.state.in_([ImportState.UPLOADED, ImportState.MAPPED])
    cancelled = {
        "state": ImportState.CANCELLED,
        "finished_at": clock.now(),
        "asked_words": "[]",
    }
    throw_away(change_many(ContactImport, is_old & is_open, cancelled))
    nothing = {"table": "", "overview": None, "rejected_rows": "", "decisions": "{}"}
    holds_text = or_(
        *(getattr(ContactImport, name).is_distinct_from(empty) for name, empty in nothing.items())
    )
    throw_reports_away(change_many(ContactImport, is_old & holds_text, nothing))


def _refuse_over(contact_import: ContactImport) -> None:
    _refuse_done(contact_import)
    if contact_import.is_under_way:
        raise ImportUnderWay


def _refuse_done(contact_import: ContactImport) -> None:
    if contact_import.state in {ImportState.DONE, ImportState.CANCELLED}:
        raise ImportOver


def begin_step(contact_import: ContactImport, plan: Plan) -> None:
    """Open, inside a command, the step of an import that changes anything; keep what it says."""
    about = _about(contact_import, plan)
    if about["new"] or about["changed"]:
        contact_import.step_id = undo.begin(STEP, about=about).id
    keep_report(contact_import, report(plan, whole=False))
    _keep_rejected(contact_import, plan)
    count(contact_import, plan)


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


def _keep_rejected(contact_import: ContactImport, plan: Plan) -> None:
    numbers = [row.candidate.row for row in plan.rows if row.outcome is Outcome.REJECTED]
    if numbers:
        rejected = rejected_part(table_of(contact_import.table), numbers)
        contact_import.rejected_rows = table_text(rejected)


def _about(contact_import: ContactImport, plan: Plan) -> dict[str, int]:
    counts = plan.counts
    new, changed = counts[Outcome.NEW], counts[Outcome.CHANGED]
    return {"import_id": contact_import.id, "new": new, "changed": changed}


def finish(contact_import: ContactImport, state: ImportState) -> None:
    """End an import, inside a command; what was read is thrown away."""
    contact_import.state = state
    contact_import.finished_at = clock.now()
    contact_import.table, contact_import.asked_words = "", "[]"
    throw_away([contact_import.id])
    queries.forget_list()
