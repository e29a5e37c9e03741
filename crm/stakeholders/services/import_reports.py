"""Changes of the report of an import: kept in small parts, thrown away."""

from collections.abc import Callable, Sequence

from sqlalchemy import func, select

from crm.core.commands import command
from crm.core.db import add_many, remove_many, session
from crm.core.long_work import Pace
from crm.core.permissions import Actor
from crm.stakeholders.importing.plan_lines import LinePart
from crm.stakeholders.models import ContactImport, ReportPart
from crm.stakeholders.policy import StakeholderPermission

MOST_PARTS = 100
"""So many parts of a report are written in one transaction."""
IsWanted = Callable[[ContactImport], bool]


def keep_lines(
    actor: Actor, contact_import: ContactImport, *, parts: Sequence[LinePart], is_wanted: IsWanted
) -> bool:
    """
    Keep the lines of a report instead of those that there are, and say whether all are kept.

    :param is_wanted: whether they are still asked for, by the import as it is under the lock
    """
    pace = Pace(MOST_PARTS)
    start = 0
    while True:
        some = parts[start : start + pace.size]
        if not _keep_some(actor, contact_import, parts=some, start=start, is_wanted=is_wanted):
            return False
        start += len(some)
        if start >= len(parts):
            return True
        pace.rest(len(some))


@command(StakeholderPermission.EDIT)
def _keep_some(
    _actor: Actor,
    contact_import: ContactImport,
    *,
    parts: Sequence[LinePart],
    start: int,
    is_wanted: IsWanted,
) -> bool:
    session().refresh(contact_import, with_for_update=True)
    own = ReportPart.contact_import_id == contact_import.id
    before = select(func.count(ReportPart.id)).where(own, ReportPart.number < start)
    # Somebody else who keeps the same report began anew meanwhile, and goes on with it.
    if not is_wanted(contact_import) or session().scalar(before) != start:
        return False
    add_parts(contact_import, parts, start)
    return True


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
    throw_reports_away([contact_import.id])
    contact_import.overview = None


def throw_reports_away(import_ids: list[int]) -> None:
    """Throw away, inside a command, the reports of imports whose overview is gone."""
    if import_ids:
        remove_many(ReportPart, ReportPart.contact_import_id.in_(import_ids))
