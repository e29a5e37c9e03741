"""What importing a list would do: worked out, kept for a page, and the step that doing it is."""

from dataclasses import dataclass
from datetime import timedelta

from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries import imports as queries
from crm.contacts.queries.import_changes import Watch
from crm.contacts.rules.choices import choices_of
from crm.contacts.rules.memory import asked_organisations, with_organisations
from crm.contacts.rules.plan import Plan, RowOutcome
from crm.contacts.rules.plan_lines import LinePart, kept_report, rejected_part, report
from crm.contacts.services.import_files import keep_lines, throw_report_away
from crm.core import clock, undo
from crm.core.audit import version_of
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.intake.reading.tables import table_of, table_text
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks import services as tasks
from crm.tasks.models import LongTask, TaskState

JOB = "stakeholders.look_at_import"
MOST_AT_ONCE = 2_000
"""With more rows a page would keep somebody waiting for longer than two seconds."""
TAKEN_OVER = timedelta(minutes=1)
"""After so long another worker looks at a short list whose request was cut off."""
Asked = tuple[str, str]
"""The columns and the choices that a plan was made for, as they are kept."""


def ask_for_look(actor: Actor, contact_import: ContactImport) -> None:
    """Let it be worked out, inside a command, what importing would do now."""
    throw_report_away(contact_import)
    # Also for a short list, which its own request looks at: that request may be cut off.
    due_at = clock.now() + (TAKEN_OVER if contact_import.rows <= MOST_AT_ONCE else timedelta())
    about, before = {"import": contact_import.id}, contact_import.task
    contact_import.task = tasks.start(actor, JOB, about=about, due_at=due_at, instead_of=before)


def follow_end(task: LongTask) -> None:
    """Let somebody ask anew, inside a command, for a look that failed by a fault of ours."""
    contact_import = session().get_one(ContactImport, task.about["import"])
    if task.state is TaskState.FAILED and contact_import.is_being_looked_at:
        contact_import.state = ImportState.UPLOADED


def look_if_short(actor: Actor, contact_import: ContactImport) -> None:
    """Work out at once what a short list would do, after the command that asked for that."""
    if contact_import.rows <= MOST_AT_ONCE and contact_import.is_being_looked_at:
        look(actor, contact_import)


def look(actor: Actor, contact_import: ContactImport) -> None:
    """Work out what a list would do, outside any change, and keep it if it is still asked."""
    asked = asked_of(contact_import)
    plan = queries.plan_of(contact_import, choices_of(contact_import.mapping))
    keep_look(actor, contact_import, plan=plan, asked=asked)


def asked_of(contact_import: ContactImport) -> Asked:
    """Return what a plan for this import is made for."""
    return contact_import.mapping, contact_import.decisions


def keep_look(actor: Actor, contact_import: ContactImport, *, plan: Plan, asked: Asked) -> bool:
    """Keep what a plan says, unless something else was chosen while it was made; say whether."""
    overview, parts = kept_report(report(plan))
    is_kept = keep_lines(
        actor,
        contact_import,
        parts=parts,
        is_wanted=lambda found: found.is_being_looked_at and asked_of(found) == asked,
    )
    if not is_kept:
        return False
    return _end_look(actor, contact_import, overview=overview, asked=asked, plan=plan)


@command(StakeholderPermission.EDIT)
def _end_look(
    _actor: Actor, contact_import: ContactImport, *, overview: str, asked: Asked, plan: Plan
) -> bool:
    session().refresh(contact_import, with_for_update=True)
    # Looked at again under the lock: somebody may have chosen else after the lines were kept.
    if not contact_import.is_being_looked_at or asked_of(contact_import) != asked:
        return False
    words = asked_organisations(plan)
    contact_import.asked_words = with_organisations(contact_import.asked_words, words)
    contact_import.overview = overview
    count(contact_import, plan.counts)
    # The job that was to take over from a request that is cut off has nothing left to do.
    if contact_import.task is not None:
        tasks.end(contact_import.task, TaskState.DONE)
    return True


def count(contact_import: ContactImport, counts: dict[RowOutcome, int]) -> None:
    """Keep how many rows have each outcome, inside a command."""
    contact_import.rows = sum(counts.values())
    # Each outcome has the name of the column that counts it.
    for outcome in RowOutcome:
        setattr(contact_import, outcome.value, counts[outcome])


STEP = "stakeholders.import"


@dataclass(frozen=True, slots=True)
class Planned:
    """What importing a list would do, worked out while nobody was held up, and what it tells."""

    plan: Plan
    version: str  # of the project, when that was
    watch: Watch  # what others changed since
    overview: str
    parts: list[LinePart]
    rejected: str  # the rows that do not come in, as text


def planned_now(contact_import: ContactImport) -> Planned:
    """Work out what importing a list would do now, and all that is told of it."""
    # Before the plan is made: what happens while it is made counts as later.
    version = version_of(contact_import.project_id)
    plan = queries.plan_of(contact_import, choices_of(contact_import.mapping))
    rejected = [row.candidate.row for row in plan.rows if row.outcome is RowOutcome.REJECTED]
    # Planned anew half-way, the rows that were rejected before are kept already.
    text = contact_import.rejected_rows
    if rejected:
        text = table_text(rejected_part(table_of(contact_import.table), rejected))
    told = kept_report(report(plan, whole=False))
    return Planned(plan, version, Watch(plan, version), *told, text)


def begin_step(contact_import: ContactImport, planned: Planned) -> None:
    """Open, inside a command, the step of an import that changes anything; keep what it says."""
    counts = planned.plan.counts
    new, changed = counts[RowOutcome.NEW], counts[RowOutcome.CHANGED]
    about = {"import_id": contact_import.id, "new": new, "changed": changed}
    # A step that changes nothing would stand in the history with nothing to undo.
    if new or changed:
        contact_import.step_id = undo.begin(STEP, about=about).id
    contact_import.overview = planned.overview
    contact_import.rejected_rows = planned.rejected
    count(contact_import, counts)
