"""A list as it was read: where its headings are, and rows of clean text within limits."""

import html
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain, islice, zip_longest
from weakref import WeakValueDictionary

from crm.core.i18n import LazyString, _
from crm.core.normalisation import fold
from crm.intake.reading import refusals
from crm.intake.reading.vcards import Contact

MOST_ABOVE = 30
"""Lines in which the headings are looked for: titles and notes may stand above them."""
LONGEST_HEADING = 200
_FEWEST_KNOWN, _FEWEST_CELLS = 2, 3
_LETTERS = 26
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
Line = tuple[int, list[str]]
"""The number of a line in the file, from 1, and its cells."""
_LONGEST_KNOWN = 60


class Links(StrEnum):
    """What an address behind a cell says in a column."""

    EMAIL = "email"
    WEBSITE = "website"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """
    What lists of one kind are known by: whoever they are for hands it to the reader.

    :ivar field_of: what a column with this heading holds
    :ivar layout_of: what the program is called whose headings these are
    :ivar is_group: whether a cell that stands alone parts a list, as the name of a party does
    :ivar row_numbers: folded headings of a column that only counts rows
    :ivar links: the fields in which an address behind a cell is shown, and what it says there
    :ivar card: what a vCard says, by heading; asked of an empty one for the headings
    """

    field_of: Callable[[str], StrEnum | None]
    layout_of: Callable[[Iterable[str]], str | LazyString | None]
    is_group: Callable[[str], bool]
    row_numbers: frozenset[str]
    links: Mapping[StrEnum, Links]
    card: Callable[[Contact], Mapping[str, str]]

    def is_known(self, heading: str) -> bool:
        """Return whether this is the heading of a column that such a list may have."""
        return 0 < len(heading) <= _LONGEST_KNOWN and self.field_of(heading) is not None

    def count(self, cells: Iterable[str]) -> int:
        """Return how many cells of a line are headings that are known."""
        return sum(map(self.is_known, cells))

    def most_in(self, rows: Sequence[list[str]]) -> int:
        """Return how many headings of a line at the start are known; 0 for fewer than two."""
        most = max(map(self.count, rows[:MOST_ABOVE]), default=0)
        return most if most >= _FEWEST_KNOWN else 0

    def joined(self, above: str, below: str) -> str:
        """Return the heading of two lines: "Voor-" above "naam", "Contact" above "E-mail"."""
        both = f"{above[:-1]}{below}" if above.endswith("-") else f"{above} {below}".strip()
        if self.is_known(both) or not (above and below):
            return both
        return next(filter(self.is_known, (below, above)), both)

    def is_title(self, line: Line) -> bool:
        """Return whether a line has nothing but a cell that parts the list."""
        filled = [cell for cell in line[1] if cell]
        return len(filled) == 1 and self.is_group(filled[0])


def headings_among(above: list[Line], asked: int, known: Vocabulary) -> tuple[int, list[Line]]:
    """Return where the headings are, and the lines with those of two lines as one."""
    at = _heading_at(above, asked, known)
    # Whoever said which line it is meant that line alone.
    if asked:
        return at, above
    at, above = _with_second_line(at, above, known)
    below = above[at + 1][1] if above[at + 1 : at + 2] else []
    pairs = list(zip_longest(above[at][1], below, fillvalue=""))
    # Each cell below makes a heading with the one above, and some do so alone.
    told = [pair for pair in pairs if pair[1]]
    is_new = any(not top and known.is_known(cell) for top, cell in told)
    if not is_new or not all(
        known.is_known(known.joined(*pair)) and pair[0] != pair[1] for pair in told
    ):
        return at, above
    joined = [known.joined(*pair) for pair in pairs]
    return at, [*above[:at], (above[at][0], joined), *above[at + 2 :]]


def named_headings(cells: list[str], known: Vocabulary, *, asked: bool) -> tuple[str, ...]:
    """Return the headings, each its own: without one by the letter of the column, doubles (2)."""
    has_words = any(map(str.isalpha, "".join(cells)))
    if not cells or not (asked or (has_words and not any(map(_is_value, cells)))):
        raise refusals.NoHeadings
    taken: set[str] = set()
    named = []
    for at, cell in enumerate(cells):
        line, whole = " ".join(cell.split()), " ".join(_BROKEN.sub("", cell).split())
        # A word that was broken off is whole where we know it so.
        line = whole if whole != line and known.is_known(whole) else line
        heading = line[:LONGEST_HEADING] or f"({_letter(at)})"
        tried, number = heading, 1
        while tried.casefold() in taken:
            number += 1
            tried = f"{heading} ({number})"
        named.append(tried)
        # Excel and people do not tell capitals apart, so two that only differ so are doubles.
        taken.add(named[-1].casefold())
    return tuple(named)


def are_headings(cells: list[str], known: Vocabulary) -> bool:
    """Return whether a line below a title begins another list."""
    if len(cells) < _FEWEST_CELLS or any(map(_is_value, cells)):
        return False
    return known.count(cells) >= _FEWEST_KNOWN


def _heading_at(above: list[Line], asked: int, known: Vocabulary) -> int:
    """Return where in `above` the headings are: where most of them are known, else the first."""
    if asked:
        return min(asked, len(above)) - 1
    filled = {at: cells for at, (_number, cells) in enumerate(above) if cells}
    if not filled:
        return 0
    counts = {
        at: known.count(cells) for at, cells in filled.items() if not any(map(_is_value, cells))
    }
    # Of lines in which as many are known the first: further down a list may say its headings again.
    best = max(counts, key=lambda at: (counts[at], -at), default=0)
    if counts.get(best, 0) >= _FEWEST_KNOWN:
        return best
    # Below titles, lines of a single cell, it is the first that is about as wide as the widest.
    widths = {at: sum(map(bool, cells)) for at, cells in filled.items()}
    first, most = min(widths), max(widths.values())
    if widths[first] > 1 or most < _FEWEST_CELLS:
        return first
    return next(at for at, width in widths.items() if width * 2 > most)


def _with_second_line(at: int, above: list[Line], known: Vocabulary) -> tuple[int, list[Line]]:
    """Return the headings as one line with that above or below, where that makes more known."""
    # "Contact" stands above "E-mail" and "Telefoon", or words are broken off.
    for top in (at, at - 1):
        pair = above[top : top + 2] if top >= 0 else []
        both = _as_one(pair[0][1], pair[1][1], known) if len(pair) > 1 else None
        if both is not None:
            return top, [*above[:top], (pair[0][0], both), *above[top + 2 :]]
    return at, above


def _as_one(first: list[str], second: list[str], known: Vocabulary) -> list[str] | None:
    """Return two lines of headings as one, if more of that is known than of either."""
    if any(map(_is_value, [*first, *second])):
        return None
    joined = [known.joined(*pair) for pair in zip_longest(first, second, fillvalue="")]
    counts = [
        len({known.field_of(cell) for cell in cells if known.is_known(cell)})
        for cells in (first, second, joined)
    ]
    return joined if counts[2] >= _FEWEST_KNOWN and counts[2] > max(counts[:2]) else None


def _is_value(cell: str) -> bool:
    """Return whether a cell of the first row is data: an address or a number and no name."""
    return "@" in cell or (any(map(str.isdigit, cell)) and not any(map(str.isalpha, cell)))


def _letter(at: int) -> str:
    """Return the letter by which a spreadsheet calls the column `at`, counted from 0."""
    more, last = divmod(at, _LETTERS)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)


MOST_ROWS = 50_000
MOST_LINES = 1_000_000
"""Rows and blank lines together; nobody scrolls further."""
MOST_COLUMNS = 200
LONGEST_CELL = 32_767
# Not a leading TAB or CR: some spreadsheets take what follows one for a formula, so it must show.
_SPACES = " \n\u00a0"
_NOTION = re.compile(r"(?<=\S)\s*\(https://www\.notion\.so/[^()\s]*\)")
_ENTITY = re.compile(r"&(?:[A-Za-z]{2,8}|#\d{2,5});")


@dataclass(frozen=True, slots=True)
class Reading:
    """
    How a file is read; what is empty, or 0, is found by looking at the file.

    :param quote: the sign around cells, or NO_QUOTE where there is none
    :param heading_row: the number of the line that has the headings, from 1, or NO_HEADINGS
    :param sheet: the name of the sheet of a workbook
    """

    encoding: str = ""
    delimiter: str = ""
    quote: str = ""
    heading_row: int = 0
    sheet: str = ""


FOUND = Reading()
NO_QUOTE, NO_HEADINGS = "-", -1


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Table:
    """Headings, and below them rows of text without outer spaces; no row is blank."""

    headings: tuple[str, ...]
    # A row has a cell for each heading; what it has more than that stands behind.
    rows: tuple[tuple[str, ...], ...]
    # The number that a spreadsheet shows before each row: titles, headings and blank lines count,
    # and a row whose cells hold several lines counts once.
    numbers: tuple[int, ...]
    encoding: str = field(default="", compare=False)
    delimiter: str = field(default="", compare=False)
    heading_row: int = field(default=1, compare=False)
    quote: str = field(default="", compare=False)
    sheets: tuple[str, ...] = field(default=(), compare=False)
    """The sheets of a workbook with anything on them, that which was read first."""
    others: tuple[str, ...] = field(default=(), compare=False)
    """Those of them on which there seems to be another list."""
    was_twice: bool = field(default=False, compare=False)
    """Whether its letters were encoded twice, and are mended."""


NOTHING_READ = Table((), (), (), heading_row=0)
"""What there is of a file in which no list was found."""


def make_table(records: Iterable[list[str]], how: Reading, known: Vocabulary) -> Table:
    """
    Return the table of records as they stand in the file, which were read like this.

    :raises UnreadableFile: if there are no headings, no rows, or more than the limits
    """
    # Read as they come: a file may hold far more than what is refused here.
    lines = _within_limits(records)
    if how.heading_row == NO_HEADINGS:
        rows = [line for line in lines if line[1]]
        width = max((len(cells) for _number, cells in rows), default=0)
        return _filled(named_headings([""] * width, known, asked=True), rows, how)
    above = list(islice(lines, max(MOST_ABOVE, min(how.heading_row, MOST_LINES))))
    at, above = headings_among(above, how.heading_row, known)
    headings = named_headings(above[at][1] if above else [], known, asked=bool(how.heading_row))
    how = replace(how, heading_row=above[at][0])
    rows = _rows_below(chain(above[at + 1 :], lines), above[at][1], known)
    # The line above the headings that says "Overheid", where others part the list too.
    title = next((line for line in reversed(above[:at]) if line[1]), None)
    if title is not None and known.is_title(title) and any(map(known.is_title, rows)):
        rows.insert(0, title)
    if not rows:
        if (layout := known.layout_of(headings)) is None:
            raise refusals.NoRows
        message = _(
            "There are no rows below the headings. These are the headings of %(layout)s.",
            layout=layout,
        )
        raise refusals.NoRows(message)
    return _filled(headings, rows, how)


def _filled(headings: tuple[str, ...], rows: list[Line], how: Reading) -> Table:
    """Return the table with these rows, each as wide as the headings."""
    if len(rows) > MOST_ROWS:
        raise refusals.TooManyRows
    filled = tuple((*cells, *[""] * (len(headings) - len(cells))) for _number, cells in rows)
    numbers = tuple(number for number, _cells in rows)
    return Table(headings, filled, numbers, how.encoding, how.delimiter, how.heading_row, how.quote)


def _rows_below(lines: Iterable[Line], headings: list[str], known: Vocabulary) -> list[Line]:
    """Return the lines with anything in them, without headings that are printed on each page."""
    rows: list[Line] = []
    is_numbered = len(headings) > 1 and fold(headings[0]) in known.row_numbers
    for line in lines:
        cells = line[1]
        # A line with nothing but its number is a place where nobody signed.
        if is_numbered and len(cells) == 1 and cells[0].rstrip(".").isdigit():
            continue
        is_below_title = bool(rows) and sum(map(bool, rows[-1][1])) == 1
        if len(headings) > 1 and cells == headings:
            rows = rows[:-1] if is_below_title and not known.is_title(rows[-1]) else rows
        # Another list below a title, as in the report of a meeting, is not read.
        elif is_below_title and are_headings(cells, known):
            return rows[:-1]
        elif cells:
            rows.append(line)
    return rows


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


def table_text(table: Table) -> str:
    """Return a table as text; nothing of a file in which none was found."""
    if not table.headings:
        return ""
    return json.dumps([table.headings, table.rows, table.numbers], separators=(",", ":"))


def table_of(text: str) -> Table:
    """Return the table that was kept as `text`: the same one as long as anybody has it at hand."""
    found = _at_hand.get(text)
    if found is None:
        headings, rows, numbers = json.loads(text)
        found = Table(tuple(headings), tuple(map(tuple, rows)), tuple(numbers))
        _at_hand[text] = found
    return found


# A page asks for its table several times; a process that serves pages must not keep a whole list.
_at_hand: WeakValueDictionary[str, Table] = WeakValueDictionary()


def held_once(fields: Iterable[StrEnum | None], several: Collection[StrEnum]) -> set[StrEnum]:
    """
    Return what columns hold; a refusal names the column by its place, from 0.

    :param several: what more than one column may hold
    :raises ColumnTwice: if two columns hold a field that takes one
    """
    taken: set[StrEnum] = set()
    for at, held in enumerate(fields):
        if held in taken and held not in several:
            raise refusals.ColumnTwice(field=f"column_{at}")
        if held is not None:
            taken.add(held)
    return taken
