"""What an import would do, with all that is told of it, and the step that doing it is."""

from dataclasses import dataclass

from crm.core import undo
from crm.core.audit import version_of
from crm.stakeholders.importing.plan import Plan, RowOutcome
from crm.stakeholders.importing.plan_lines import LinePart, kept_report, report
from crm.stakeholders.importing.rejected_rows import rejected_part
from crm.stakeholders.importing.serialisation import choices_of, table_of, table_text
from crm.stakeholders.models import ContactImport
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.queries.import_changes import Watch
from crm.stakeholders.services.import_preview import count

STEP = "stakeholders.import"


@dataclass(frozen=True, slots=True)
class Planned:
    """
    What importing a list would do, worked out while nobody was held up, and what is told of it.

    :ivar version: of the project, when that was
    :ivar watch: what others changed since
    :ivar rejected: the rows that do not come in, as text
    """

    plan: Plan
    version: str
    watch: Watch
    overview: str
    parts: list[LinePart]
    rejected: str


def planned_now(contact_import: ContactImport) -> Planned:
    """Work out what importing a list would do now, and all that is told of it."""
    version = version_of(contact_import.project_id)
    plan = queries.plan_of(contact_import, choices_of(contact_import.mapping))
    return Planned(
        plan,
        version,
        Watch(plan, version),
        *kept_report(report(plan, whole=False)),
        _rejected(contact_import, plan),
    )


def begin_step(contact_import: ContactImport, planned: Planned) -> None:
    """Open, inside a command, the step of an import that changes anything; keep what it says."""
    about = _about(contact_import, planned.plan)
    if about["new"] or about["changed"]:
        contact_import.step_id = undo.begin(STEP, about=about).id
    contact_import.overview = planned.overview
    contact_import.rejected_rows = planned.rejected
    count(contact_import, planned.plan.counts)


def _rejected(contact_import: ContactImport, plan: Plan) -> str:
    numbers = [row.candidate.row for row in plan.rows if row.outcome is RowOutcome.REJECTED]
    if not numbers:
        return contact_import.rejected_rows
    return table_text(rejected_part(table_of(contact_import.table), numbers))


def _about(contact_import: ContactImport, plan: Plan) -> dict[str, int]:
    counts = plan.counts
    new, changed = counts[RowOutcome.NEW], counts[RowOutcome.CHANGED]
    return {"import_id": contact_import.id, "new": new, "changed": changed}
