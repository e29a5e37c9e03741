"""The rows that did not come in, as a list that can be mended and sent again."""

from collections.abc import Iterable, Sequence

from crm.core.folding import fold
from crm.core.i18n import _l
from crm.stakeholders.importing.columns import FIELD_LABELS
from crm.stakeholders.importing.kept import ReportLine
from crm.stakeholders.importing.messages import Message
from crm.stakeholders.importing.plan import Outcome
from crm.stakeholders.importing.tables import Table

REASON = _l("Why this row was left out")
REASONS = frozenset({"why this row was left out", "waarom deze rij niet meekwam"})
"""The folded headings of the column with the reason, in each language of the pages."""


def without_reasons(table: Table) -> Table:
    """Return a table without the column that tells why its rows were left out the last time."""
    kept = [at for at, heading in enumerate(table.headings) if fold(heading) not in REASONS]
    if len(kept) == len(table.headings) or not kept:
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


def with_reasons(table: Table, lines: Iterable[ReportLine]) -> list[Sequence[str]]:
    """Return the rejected rows of a table as they were sent, each behind the reason why."""
    reasons = {
        line.row: "; ".join(map(_reason, line.messages))
        for line in lines
        if line.outcome is Outcome.REJECTED
    }
    width = len(table.headings)
    numbered = zip(table.numbers, table.rows, strict=True)
    return [(reasons[number], *row[:width]) for number, row in numbered if number in reasons]


def _reason(message: Message) -> str:
    text = str(message.text)
    return f"{FIELD_LABELS[message.field]}: {text}" if message.field else text
