"""The rows that did not come in, as a list that can be mended and sent again."""

from collections.abc import Iterable, Mapping, Sequence

from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.stakeholders.importing.columns import FIELD_LABELS
from crm.stakeholders.importing.plan_lines import ReportLine
from crm.stakeholders.importing.row_messages import Message
from crm.stakeholders.importing.tables import Table

REASON = _l("Why this row was left out")
REASONS = frozenset({"why this row was left out", "waarom deze rij niet meekwam"})
"""The folded headings of the column with the reason, in each language of the pages."""
ROW = _l("Row in your list")
_ROWS = frozenset({"row in your list", "rij in je lijst"})
ADDED = (ROW, REASON)
"""The headings of what stands before each row that is given back."""


def without_reasons(table: Table) -> Table:
    """Return a table without what was put before its rows when they were left out the last time."""
    folded = list(map(fold, table.headings))
    kept = [at for at, heading in enumerate(folded) if heading not in REASONS | _ROWS]
    if REASONS.isdisjoint(folded) or not kept:
        return table
    width = len(table.headings)
    rows = [(*(row[at] for at in kept), *row[width:]) for row in table.rows]
    pairs = [
        (cells, number) for cells, number in zip(rows, table.numbers, strict=True) if any(cells)
    ]
    return Table(
        headings=tuple(table.headings[at] for at in kept),
        rows=tuple(cells for cells, _number in pairs),
        numbers=tuple(number for _cells, number in pairs),
        encoding=table.encoding,
        delimiter=table.delimiter,
    )


def rejected_part(table: Table, numbers: Iterable[int]) -> Table:
    """Return the table of the rows with these numbers only."""
    chosen = set(numbers)
    pairs = [(r, n) for r, n in zip(table.rows, table.numbers, strict=True) if n in chosen]
    rows, kept = tuple(r for r, _n in pairs), tuple(n for _r, n in pairs)
    return Table(table.headings, rows, kept, table.encoding, table.delimiter)


def with_reasons(table: Table, lines: Iterable[ReportLine]) -> list[Sequence[object]]:
    """Return the rows that these lines are about as they were sent, behind number and reason."""
    return behind(table, {line.row: "; ".join(map(_reason, line.messages)) for line in lines})


def behind(table: Table, reasons: Mapping[int, str]) -> list[Sequence[object]]:
    """Return the rows of a table of which there is a reason, behind their number and the reason."""
    width = len(table.headings)
    numbered = zip(table.numbers, table.rows, strict=True)
    return [
        (number, reasons[number], *row[:width]) for number, row in numbered if number in reasons
    ]


def _reason(message: Message) -> str:
    text = str(message.text)
    return f"{FIELD_LABELS[message.field]}: {text}" if message.field else text
