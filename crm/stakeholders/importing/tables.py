"""A list as it was read: headings and rows of clean text, within limits."""

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from crm.core.i18n import _
from crm.core.normalisation import fold
from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.heading_lines import (
    MOST_ABOVE,
    Line,
    are_headings,
    headings_among,
    named_headings,
)
from crm.stakeholders.importing.layouts import recognised
from crm.stakeholders.importing.value_words import means_helix

MOST_ROWS = 50_000
MOST_LINES = 1_000_000
"""Rows and blank lines together; nobody scrolls further."""
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
# Not a leading TAB or CR: some spreadsheets take what follows one for a formula, so it must show.
_SPACES = " \n\u00a0"
_NOTION = re.compile(r"(?<=\S)\s*\(https://www\.notion\.so/[^()\s]*\)")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5});")

_RUNNING = frozenset({
    "", "nr", "no", "nummer", "number", "volgnr", "volgnummer", "rij", "regel", "lfd nr", "lfd",
    "lopenr", "lobenr",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How a file is read; what is empty, or 0, is found by looking at the file.

    :param quote: the sign around cells, or NO_QUOTE where there is none
    :param heading_row: the number of the line that has the headings, from 1
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    heading_row: int = 0


FOUND = Reading()
NO_QUOTE = "-"


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Table:
    """
    Headings, and below them rows of text without outer spaces; no row is blank.

    A row has a cell for each heading; what a row has more than that stands behind. `numbers` holds
    the number that a spreadsheet shows before each row: titles, headings and blank lines count,
    and a row whose cells hold several lines counts once. `heading_row` is that of the headings.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    encoding: str = field(default="", compare=False)
    delimiter: str = field(default="", compare=False)
    heading_row: int = field(default=1, compare=False)
    quote: str = field(default="", compare=False)
    sheets: tuple[str, ...] = field(default=(), compare=False)
    """Where a workbook has more lists: the sheet that was read, and behind it those that not."""

    @property
    def how(self) -> Reading:
        """How it was read."""
        return Reading(self.encoding, self.delimiter, self.quote, self.heading_row)


def make_table(records: Iterable[list[str]], how: Reading = FOUND) -> Table:
    """
    Return the table of records as they stand in the file, which were read like this.

    Without a line for the headings, they are in the line that looks most like headings.

    :raises UnreadableFile: if there are no headings, no rows, or more than the limits
    """
    lines = _within_limits(records)
    above = list(islice(lines, max(MOST_ABOVE, min(how.heading_row, MOST_LINES))))
    at, above = headings_among(above, how.heading_row)
    headings = named_headings(above[at][1] if above else [], asked=bool(how.heading_row))
    first = above[at][0]
    rows = _rows_below(chain(above[at + 1 :], lines), above[at][1])
    rows[:0] = _group_above(above[:at], rows)
    if not rows:
        raise _no_rows(headings)
    if len(rows) > MOST_ROWS:
        raise refusals.TooManyRows
    return Table(
        headings=headings,
        rows=tuple((*cells, *[""] * (len(headings) - len(cells))) for _number, cells in rows),
        numbers=tuple(number for number, _cells in rows),
        encoding=how.encoding,
        delimiter=how.delimiter,
        heading_row=first,
        quote=how.quote,
    )


def _rows_below(lines: Iterable[Line], headings: list[str]) -> list[Line]:
    """
    Return the lines with anything in them, without headings that are printed again on each page.

    A line with nothing but its number is a place where nobody signed. Another list with other
    headings below a title, as in the report of a meeting, is not read.
    """
    rows: list[Line] = []
    is_numbered = len(headings) > 1 and fold(headings[0]) in _RUNNING
    for line in lines:
        cells = line[1]
        if is_numbered and len(cells) == 1 and cells[0].rstrip(".").isdigit():
            continue
        is_below_title = bool(rows) and sum(map(bool, rows[-1][1])) == 1
        if len(headings) > 1 and cells == headings:
            rows = rows[:-1] if is_below_title and not _is_group(rows[-1]) else rows
        elif is_below_title and are_headings(cells):
            return rows[:-1]
        elif cells:
            rows.append(line)
    return rows


def _group_above(above: list[Line], rows: list[Line]) -> list[Line]:
    """Return the line above the headings that says "Overheid", where others part the list too."""
    title = next((one for one in reversed(above) if one[1]), None)
    is_group = title is not None and _is_group(title)
    return [title] if title and is_group and any(map(_is_group, rows)) else []


def _is_group(line: Line) -> bool:
    filled = [cell for cell in line[1] if cell]
    return len(filled) == 1 and means_helix(filled[0])


def _no_rows(headings: tuple[str, ...]) -> refusals.NoRows:
    layout = recognised(headings)
    if layout is None:
        return refusals.NoRows()
    message = _(
        "There are no rows below the headings. These are the headings of %(layout)s.",
        layout=layout.label,
    )
    return refusals.NoRows(message)


def _within_limits(records: Iterable[list[str]]) -> Iterator[Line]:
    """Yield the cells of each record without outer spaces and without blank cells at its end."""
    left = MOST_ROWS + MOST_ABOVE
    for number, record in enumerate(records, start=1):
        cells = [_plain(cell).rstrip().lstrip(_SPACES) for cell in record]
        while cells and not cells[-1]:
            cells.pop()
        left -= bool(cells)
        if left < 0 or number > MOST_LINES:
            raise refusals.TooManyRows
        if len(cells) > MOST_COLUMNS:
            raise refusals.TooManyColumns
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise refusals.CellTooLong
        yield number, cells


def _plain(cell: str) -> str:
    """Return a cell without signs of a web page, "&amp;", and Notion's address behind a name."""
    if "notion.so/" in cell:
        cell = _NOTION.sub("", cell)
    return _ENTITY.sub(lambda found: html.unescape(found[0]), cell) if "&" in cell else cell
