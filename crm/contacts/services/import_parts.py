"""Carrying out an import: a short list at once, a long one in the background, part by part."""

from crm.contacts.models import ContactImport, ImportState, RememberedWord
from crm.contacts.queries import imports as queries
from crm.contacts.queries.imports import hold_register
from crm.contacts.rules.choices import Decisions
from crm.contacts.rules.plan import RowOutcome
from crm.contacts.services import import_files, imports
from crm.contacts.services.import_preview import Planned, Told, begin_step
from crm.contacts.services.import_writing import write
from crm.contacts.services.imports import carry_out, finish, refuse_unless_mapped
from crm.core import undo
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks import services as tasks
from crm.tasks.models import LongTask, TaskState

JOB = "stakeholders.carry_out_import"
MOST_AT_ONCE = 250
"""Lists with more rows are carried out in the background: so many take a quarter of a second."""
PART = 500
"""No more rows of those are brought in at once."""
# Rejected rows are given back whole, also of a list that somebody stops.
_DONE = (RowOutcome.NEW, RowOutcome.CHANGED, RowOutcome.DUPLICATE, RowOutcome.SKIPPED)


def start(actor: Actor, contact_import: ContactImport, *, project: Project) -> None:
    """Bring the rows in at once, or a long list in the background; errors as in `carry_out`."""
    if contact_import.rows > MOST_AT_ONCE:
        carry_out_later(actor, contact_import)
    else:
        carry_out(actor, contact_import, project=project)


@command(StakeholderPermission.EDIT)
def carry_out_later(actor: Actor, contact_import: ContactImport) -> None:
    """
    Let a long list be brought into the register in the background.

    :raises ColumnsNotChosen: if nobody said what the columns hold
    :raises ImportOver: if it was cancelled
    """
    session().refresh(contact_import, with_for_update=True)
    # A button that is pressed twice must not make two jobs of one list.
    if contact_import.is_under_way or contact_import.state is ImportState.DONE:
        return
    refuse_unless_mapped(contact_import)
    about, total = {"import": contact_import.id}, contact_import.rows
    contact_import.task = tasks.start(actor, JOB, about=about, total=total)


@command(StakeholderPermission.EDIT)
def carry_out_part(actor: Actor, task: LongTask, *, prepared: Told | tuple[Planned, int]) -> int:
    """
    Bring the next rows of a plan into the register, and return how many they were.

    All parts are one step, so that they are undone together.

    :param prepared: the plan, and how many rows come in at most; or what is told of it before
    :raises PlanIsOld: if a colleague since changed what the rest of the plan is about
    """
    contact_import = session().get_one(ContactImport, task.about["import"])
    if isinstance(prepared, Told):
        import_files.add_parts(contact_import, prepared.parts, prepared.start)
        return 0
    planned, most = prepared
    hold_register(task.project_id)
    task.total = len(planned.plan.rows)
    if not task.done:
        begin_step(contact_import, planned)
    # Only looked at here: a plan takes long, and is made where nobody waits for the database.
    planned.watch.check(contact_import, task.done)
    part = planned.plan.part(task.done, most)
    write(actor, session().get_one(Project, task.project_id), contact_import, part)
    # What was done is counted, and not what was planned: somebody may stop it before the end. The
    # first part begins from nothing, as the numbers of the plan stand there till then.
    for outcome in _DONE:
        before = getattr(contact_import, outcome.value) if task.done else 0
        setattr(contact_import, outcome.value, before + part.counts[outcome])
    if contact_import.step_id is not None:
        step = session().get_one(undo.Step, contact_import.step_id)
        done = {"new": contact_import.new, "changed": contact_import.changed}
        step.about = {**step.about, **done}
    return len(part.rows)


def follow_end(task: LongTask) -> None:
    """
    End a list, inside a command, with the work on it; what came in already stays.

    After a fault of ours one of which nothing came in can be tried again.
    """
    contact_import = session().get_one(ContactImport, task.about["import"])
    session().refresh(contact_import, with_for_update=True)
    if contact_import.state is not ImportState.MAPPED:
        return
    # Half a list is over: tried again it would be another step, with other rows to undo.
    if task.state is TaskState.DONE or task.done:
        finish(contact_import, ImportState.DONE)
    elif task.state is not TaskState.FAILED:
        import_files.throw_report_away(contact_import)
        finish(contact_import, ImportState.CANCELLED)


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
