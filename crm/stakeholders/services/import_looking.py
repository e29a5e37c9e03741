"""What importing a list would do: looked at at once, or for a long list in the background."""

from crm.core import jobs
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.stakeholders.importing.kept import choices_of
from crm.stakeholders.importing.plan import Outcome, Plan
from crm.stakeholders.importing.remembered import asked_organisations, with_organisations
from crm.stakeholders.importing.reports import report
from crm.stakeholders.models import ContactImport
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import imports as queries
from crm.stakeholders.services.import_reports import keep_report, throw_report_away

JOB = "stakeholders.look_at_import"
MOST_AT_ONCE = 2_000
"""With more rows a page would keep somebody waiting for longer than two seconds."""
Asked = tuple[str, str]
"""The columns and the choices that a plan was made for, as they are kept."""


def look_anew(actor: Actor, contact_import: ContactImport) -> None:
    """Keep, inside a command, what importing would do now; of a long list that follows later."""
    contact_import.failed = False
    if contact_import.rows > MOST_AT_ONCE:
        throw_report_away(contact_import)
        payload = {"import": contact_import.id, "account": actor.account_id}
        jobs.enqueue(JOB, payload, project_id=contact_import.project_id)
        return
    plan = queries.plan_of(contact_import, choices_of(contact_import.mapping))
    _keep(contact_import, plan)


def asked_of(contact_import: ContactImport) -> Asked:
    """Return what a plan for this import is made for."""
    return contact_import.mapping, contact_import.decisions


@command(StakeholderPermission.EDIT)
def keep_look(_actor: Actor, contact_import: ContactImport, *, plan: Plan, asked: Asked) -> bool:
    """Keep what a plan says, unless something else was chosen while it was made; say whether."""
    session().refresh(contact_import, with_for_update=True)
    if not contact_import.is_being_looked_at or asked_of(contact_import) != asked:
        return False
    _keep(contact_import, plan)
    return True


def count(contact_import: ContactImport, plan: Plan) -> None:
    """Keep how many rows have each outcome, inside a command."""
    counts = plan.counts
    contact_import.rows = len(plan.rows)
    contact_import.new = counts[Outcome.NEW]
    contact_import.changed = counts[Outcome.CHANGED]
    contact_import.duplicate = counts[Outcome.DUPLICATE]
    contact_import.rejected = counts[Outcome.REJECTED]
    contact_import.skipped = counts[Outcome.SKIPPED]


def _keep(contact_import: ContactImport, plan: Plan) -> None:
    asked = with_organisations(contact_import.asked_words, asked_organisations(plan))
    contact_import.asked_words = asked
    keep_report(contact_import, report(plan))
    count(contact_import, plan)
