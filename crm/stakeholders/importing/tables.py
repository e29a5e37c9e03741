"""A list as it was read: headings and rows of clean text, within limits."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crm.stakeholders.importing import refusals

MOST_ROWS = 50_000
MOST_LINES = 1_000_000
"""Rows and blank lines together; nobody scrolls further."""
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
_LETTERS = 26
# Not a leading TAB or CR: some spreadsheets take what follows one for a formula, so it must show.
_SPACES = " \n\u00a0"


@dataclass(frozen=True, slots=True)
class Table:
    """
    Headings, and below them rows of text without outer spaces; no row is blank.

    A row has a cell for each heading; what a row has more than that stands behind. `numbers` holds
    the number of each row in the file, the first one below the headings being 1.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    encoding: str = field(default="", compare=False)
    delimiter: str = field(default="", compare=False)


def make_table(records: Iterable[list[str]], *, encoding: str = "", delimiter: str = "") -> Table:
    """
    Return the table of records as they stand in the file; the first that is not blank has headings.

    :raises UnreadableFile: if there are no headings, no rows, doubles, or more than the limits
    """
    tidy = _within_limits(records)
    first = next((cells for cells in tidy if cells), [])
    rows = [(number, cells) for number, cells in enumerate(tidy, start=1) if cells]
    headings = _headings(first, rows)
    width = len(headings)
    return Table(
        headings=headings,
        rows=tuple((*cells, *[""] * (width - len(cells))) for _number, cells in rows),
        numbers=tuple(number for number, _cells in rows),
        encoding=encoding,
        delimiter=delimiter,
    )


def _within_limits(records: Iterable[list[str]]) -> Iterator[list[str]]:
    """Yield the cells of each record without outer spaces and without blank cells at its end."""
    left = MOST_ROWS + 1
    for number, record in enumerate(records):
        cells = [cell.rstrip().lstrip(_SPACES) for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        left -= bool(cells)
        if left < 0 or number > MOST_LINES:
            raise refusals.TooManyRows
        if len(cells) > MOST_COLUMNS:
            raise refusals.TooManyColumns
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise refusals.CellTooLong
        yield cells


def _headings(first: list[str], rows: list[tuple[int, list[str]]]) -> tuple[str, ...]:
    if not first or not any(map(_names_a_column, first)) or any(map(_is_value, first)):
        raise refusals.NoHeadings
    if not rows:
        raise refusals.NoRows
    named = [" ".join(cell.split()) or f"({_letter(at)})" for at, cell in enumerate(first)]
    if len({heading.casefold() for heading in named}) < len(named):
        raise refusals.DuplicateHeadings
    return tuple(named)


def _names_a_column(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _is_value(cell: str) -> bool:
    """Return whether a cell of the first row is data: an address or a number and no name."""
    return "@" in cell or (bool(cell) and not _names_a_column(cell) and any(map(str.isdigit, cell)))


def _letter(at: int) -> str:
    """Return the letter by which a spreadsheet calls the column `at`, counted from 0."""
    more, last = divmod(at, _LETTERS)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)
