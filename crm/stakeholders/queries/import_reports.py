"""Questions about the report of an import: some lines of it, or all."""

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import groupby

from sqlalchemy import ColumnElement, Select, select

from crm.core.db import among, session
from crm.stakeholders.importing.plan_lines import (
    Overview,
    ReportLine,
    lines_of,
    overview_of,
    part_number,
)
from crm.stakeholders.models import ContactImport, ReportPart


def overview(contact_import: ContactImport) -> Overview:
    """Return of which kind each line of the report is; of none while that is worked out."""
    return overview_of(contact_import.overview) if contact_import.overview else Overview()


def all_lines(contact_import: ContactImport) -> Iterator[ReportLine]:
    """Yield every line of the report, in the order of the rows."""
    for text in session().scalars(_parts(contact_import)).all():
        yield from lines_of(text)


def lines_at(contact_import: ContactImport, places: Sequence[int]) -> list[ReportLine]:
    """Return the lines at these places of the report, in this order, by one statement."""
    texts = _texts(contact_import, {part_number(at) for at in places})
    # A part is taken apart once for the lines that follow each other in it.
    runs = [(number, list(run)) for number, run in groupby(places, part_number)]
    return [one for number, run in runs for one in lines_of(texts[number], run)]


def lines_about(contact_import: ContactImport, rows: Collection[int]) -> dict[int, ReportLine]:
    """Return row number → its line, of those of these rows that there are, by two statements."""
    if not rows:
        return {}
    statement = select(ReportPart.first_row).where(_is_of(contact_import))
    firsts = list(session().scalars(statement.order_by(ReportPart.number)))
    numbers = {bisect_right(firsts, row) - 1 for row in rows} - {-1}
    texts = _texts(contact_import, numbers)
    found = (line for text in texts.values() for line in lines_of(text))
    return {line.row: line for line in found if line.row in rows}


def _texts(contact_import: ContactImport, numbers: Collection[int]) -> dict[int, str]:
    if not numbers:
        return {}
    asked = select(ReportPart.number, ReportPart.text).where(
        _is_of(contact_import), among(ReportPart.number, numbers)
    )
    return {row[0]: row[1] for row in session().execute(asked)}


def _parts(contact_import: ContactImport) -> Select[str]:
    statement = select(ReportPart.text).where(_is_of(contact_import))
    return statement.order_by(ReportPart.number)


def _is_of(contact_import: ContactImport) -> ColumnElement[bool]:
    return ReportPart.contact_import_id == contact_import.id
