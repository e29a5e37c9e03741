"""Changes of the report of an import, inside a command: kept in parts, thrown away."""

from collections.abc import Iterable

from crm.core.db import add_many, remove_many
from crm.stakeholders.importing.reports import ReportLine, kept_report
from crm.stakeholders.models import ContactImport, ReportPart


def keep_report(contact_import: ContactImport, lines: Iterable[ReportLine]) -> None:
    """Keep, inside a command, the report of an import instead of the one that it has."""
    overview, parts = kept_report(lines)
    _remove_parts([contact_import.id])
    contact_import.overview = overview
    rows = [
        {"contact_import_id": contact_import.id, "number": number, **part._asdict()}
        for number, part in enumerate(parts)
    ]
    add_many(ReportPart, rows)


def throw_report_away(contact_import: ContactImport) -> None:
    """Throw away, inside a command, a report that is worked out anew or not needed any more."""
    _remove_parts([contact_import.id])
    contact_import.overview = None


def throw_reports_away(import_ids: list[int]) -> None:
    """Throw away, inside a command, the reports of imports whose overview is gone."""
    if import_ids:
        _remove_parts(import_ids)


def _remove_parts(import_ids: list[int]) -> None:
    remove_many(ReportPart, ReportPart.contact_import_id.in_(import_ids))
