"""Carrying out an import: a short list at once, a long one in the background, part by part."""

from datetime import timedelta

from crm.contacts.models import ContactImport, ImportState, RememberedWord
from crm.contacts.queries import imports as queries
from crm.contacts.queries.imports import hold_register
from crm.contacts.rules.choices import Decisions
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.services import import_files, import_preview, imports
from crm.contacts.services.import_files import keep_lines
from crm.contacts.services.import_preview import Planned, begin_step
from crm.contacts.services.import_writing import write
from crm.contacts.services.imports import carry_out, finish, refuse_unless_mapped
from crm.core import clock, jobs, undo
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks.services import goes_on_with_step

JOB = "stakeholders.carry_out_import"
JOBS = (import_preview.JOB, JOB)
"""What is done in the background for an import."""
MOST_AT_ONCE = 250
"""Lists with more rows are carried out in the background: so many take a quarter of a second."""
PART = 500
"""No more rows of those are brought in at once."""
PAUSE = timedelta(seconds=5)
"""So long a list waits before it looks whether an earlier one is done."""
# Rejected rows are given back whole, also of a list that somebody stops.
_DONE = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DUPLICATE, RowOutcome.SKIPPED)


def start(actor: Actor, contact_import: ContactImport, *, project: Project) -> None:
    """Bring the rows in at once, or a long list in the background; errors as in `carry_out`."""
    if contact_import.rows > MOST_AT_ONCE:
        carry_out_later(actor, contact_import)
    else:
        carry_out(actor, contact_import, project=project)


@command(StakeholderPermission.EDIT)
def carry_out_later(actor: Actor, contact_import: ContactImport) -> jobs.Job | None:
    """
    Let a long list be brought into the register in the background, and return the job that does it.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    # A button that is pressed twice must not make two jobs of one list.
    if contact_import.is_under_way or contact_import.state is ImportState.DONE:
        return None
    refuse_unless_mapped(contact_import)
    contact_import.begun_at, contact_import.failed = clock.now(), False
    payload = {"import": contact_import.id, "account": actor.account_id}
    return jobs.enqueue(JOB, payload, project_id=contact_import.project_id)


@command(StakeholderPermission.EDIT)
def let_another_go_first(actor: Actor, contact_import: ContactImport) -> None:
    """Look again in a moment whether a list can come in that waits for an earlier one."""
    payload = {"import": contact_import.id, "account": actor.account_id}
    project_id, due_at = contact_import.project_id, clock.now() + PAUSE
    jobs.enqueue(JOB, payload, project_id=project_id, due_at=due_at)


def keep_report(actor: Actor, contact_import: ContactImport, *, planned: Planned) -> bool:
    """Keep what there is to tell of a list before its first rows come in; say whether they may."""
    # Of a plan that is made anew half-way nothing is told: the report is about the whole list.
    return contact_import.handled > 0 or keep_lines(
        actor,
        contact_import,
        parts=planned.parts,
        is_wanted=lambda found: found.is_under_way and not found.handled,
    )


@command(StakeholderPermission.EDIT)
def carry_out_part(
    actor: Actor, contact_import: ContactImport, *, project: Project, planned: Planned, rows: range
) -> bool:
    """
    Bring the next rows of a plan into the register, and say whether there are more.

    All parts are one step, so that they are undone together; once that is taken back no more rows
    come in.

    :param rows: which of its rows; where others were brought in before, nothing is done
    :raises PlanIsOld: if a colleague since changed what the rest of the plan is about
    """
    session().refresh(contact_import, with_for_update=True)
    if not contact_import.is_under_way or contact_import.handled != rows.start:
        return False
    # First the register, then what was changed: nobody can change it between the two.
    hold_register(contact_import.project_id)
    if not contact_import.handled:
        begin_step(contact_import, planned)
    elif not goes_on_with_step(contact_import.step_id):
        finish(contact_import, ImportState.DONE)
        return False
    # Only looked at here: a plan takes long, and is made where nobody waits for the database.
    planned.watch.check(contact_import, rows.start)
    part = planned.plan.part(rows.start, len(rows))
    write(actor, project, contact_import, part)
    # What was done is counted, and not what was planned: somebody may stop it before the end. The
    # first part begins from nothing, as the numbers of the plan stand there till then.
    for outcome in _DONE:
        before = getattr(contact_import, outcome.value) if rows.start else 0
        setattr(contact_import, outcome.value, before + part.counts[outcome])
    if contact_import.step_id is not None:
        step = session().get_one(undo.Step, contact_import.step_id)
        done = {"new": contact_import.new, "changed": contact_import.changed}
        step.about = {**step.about, **done}
    contact_import.handled = rows.start + len(part.rows)
    if contact_import.handled < len(planned.plan.rows):
        return True
    finish(contact_import, ImportState.DONE)
    return False


@command(StakeholderPermission.EDIT)
def give_up(_actor: Actor, contact_import: ContactImport) -> None:
    """
    Keep that looking at a list, or bringing it in, failed; what came in already stays.

    A list of which nothing came in can be tried again: from its columns where it was not looked at.
    """
    session().refresh(contact_import, with_for_update=True)
    if contact_import.state is not ImportState.MAPPED:
        return
    contact_import.failed = True
    # Half a list is over: tried again it would be another step, with other rows to undo.
    if contact_import.handled:
        finish(contact_import, ImportState.DONE)
        return
    contact_import.begun_at = None
    if contact_import.is_being_looked_at:
        contact_import.state = ImportState.UPLOADED


def start_unless_chosen(
    actor: Actor, contact_import: ContactImport, *, project: Project, decisions: Decisions
) -> bool:
    """
    Bring the rows into the register, or keep what was chosen since; return whether that was kept.

    What was chosen changes what importing does, so somebody should see that first. Errors are as in
    `carry_out`.
    """
    # The page sends along what is in force as well: only what differs was chosen since.
    lines = queries.lines_about(contact_import, {*decisions.rows, *decisions.cells})
    says_more = bool(decisions.kinds) or any(
        decisions.rows.get(row, line.done) is not line.done
        or any(
            decisions.cells.get(row, {}).get(cell.field, cell.is_taken) != cell.is_taken
            for cell in line.cells
        )
        for row, line in lines.items()
    )
    if says_more:
        imports.decide(actor, contact_import, decisions=decisions)
    else:
        start(actor, contact_import, project=project)
    return says_more


def forget_word(actor: Actor, contact_import: ContactImport, *, word: RememberedWord) -> None:
    """Forget what a word means, also for a list that has it and was not imported yet."""
    import_files.forget_word(actor, word)
    if contact_import.state is ImportState.MAPPED and not contact_import.is_under_way:
        imports.explain_words(actor, contact_import, explained=())
