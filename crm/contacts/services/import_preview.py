"""What importing a list would do: worked out, kept for a page, and the step that doing it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries import imports as queries
from crm.contacts.queries.import_changes import Watch
from crm.contacts.rules.choices import choices_of
from crm.contacts.rules.memory import asked_organisations, with_organisations
from crm.contacts.rules.plan import Plan, RowOutcome
from crm.contacts.rules.plan_lines import LinePart, kept_report, rejected_part, report
from crm.contacts.services import import_files
from crm.contacts.services.import_files import throw_report_away
from crm.core import clock, undo
from crm.core.audit import version_of
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.long_work import Pace
from crm.core.permissions import Actor
from crm.intake.reading.tables import table_of, table_text
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks import services as tasks
from crm.tasks.jobs import run
from crm.tasks.models import LongTask, TaskState

JOB = "stakeholders.look_at_import"
_IN_VAIN = (TaskState.FAILED, TaskState.NOT_ALLOWED)
MOST_AT_ONCE = 2_000
"""With more rows a page would keep somebody waiting for longer than two seconds."""
TAKEN_OVER = timedelta(minutes=1)
"""After so long another worker looks at a short list whose request was cut off."""


@dataclass(frozen=True, slots=True)
class Told:
    """
    Some lines of a report after each other.

    :ivar start: the place of the first of them
    """

    parts: Sequence[LinePart]
    start: int
    is_last: bool


def told_by(parts: Sequence[LinePart], pace: Pace) -> Iterator[Told]:
    """Yield a report in pieces, so that a long one never holds the database."""
    start, is_last = 0, False
    while not is_last:
        some = parts[start : start + pace.size]
        is_last = start + len(some) >= len(parts)
        yield Told(some, start, is_last)
        start += len(some)


def hold(contact_import: ContactImport) -> None:
    """Hold, inside a command, the work on a list before the list, as who is at work does."""
    if contact_import.task is not None:
        lock(contact_import.task)
    session().refresh(contact_import, with_for_update=True)


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
    if task.state in _IN_VAIN and contact_import.is_being_looked_at:
        contact_import.state = ImportState.UPLOADED


def look_if_short(actor: Actor, contact_import: ContactImport) -> None:
    """Work out at once what a short list would do, after the command that asked for that."""
    if contact_import.rows <= MOST_AT_ONCE and contact_import.is_being_looked_at:
        run({"task": contact_import.task_id, "account": actor.account_id})


@command(StakeholderPermission.EDIT)
def keep_look(_actor: Actor, task: LongTask, *, prepared: tuple[Told, str, Plan]) -> int:
    """
    Keep a piece of what a plan says, and return of how many lines; the last one ends the look.

    :param prepared: that piece, of which kind each line of the report is, and the plan
    """
    told, overview, plan = prepared
    contact_import = session().get_one(ContactImport, task.about["import"])
    session().refresh(contact_import, with_for_update=True)
    # It may be read in another way, or begun, without another look.
    if contact_import.is_being_looked_at:
        import_files.add_parts(contact_import, told.parts, told.start)
        if told.is_last:
            words = asked_organisations(plan)
            contact_import.asked_words = with_organisations(contact_import.asked_words, words)
            contact_import.overview = overview
            count(contact_import, plan.counts)
    # The job that was to take over from a request that is cut off has nothing left to do.
    if told.is_last:
        tasks.end(task, TaskState.DONE)
    return len(told.parts)


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
