"""Where in a file the headings are, and what each is called."""

import re
from collections.abc import Iterable, Sequence
from itertools import zip_longest

from crm.stakeholders.importing import refusals
from crm.stakeholders.importing.headings import field_of, is_known

MOST_ABOVE = 30
"""Lines in which the headings are looked for: titles and notes may stand above them."""
LONGEST_HEADING = 200
_FEWEST_KNOWN = 2
_FEWEST_CELLS = 3
_LETTERS = 26
_BROKEN = re.compile(r"(?<=[^\W\d_])-\s*\n\s*(?=[^\W\d_])")
Line = tuple[int, list[str]]
"""The number of a line in the file, from 1, and its cells."""


def headings_known(rows: Sequence[list[str]]) -> int:
    """Return how many headings of a line at the start are known; 0 for fewer than two."""
    most = max((sum(map(is_known, cells)) for cells in rows[:MOST_ABOVE]), default=0)
    return most if most >= _FEWEST_KNOWN else 0


def headings_among(above: list[Line], asked: int) -> tuple[int, list[Line]]:
    """Return where the headings are, and the lines with those of two lines as one."""
    at = _heading_at(above, asked)
    if asked:
        return at, above
    at, above = _with_second_line(at, above)
    below = above[at + 1][1] if above[at + 1 : at + 2] else []
    if not _all_headings(above[at][1], below):
        return at, above
    joined = [_joined(*pair) for pair in zip_longest(above[at][1], below, fillvalue="")]
    return at, [*above[:at], (above[at][0], joined), *above[at + 2 :]]


def named_headings(cells: list[str], *, asked: bool) -> tuple[str, ...]:
    """Return the headings, each its own: without one by the letter of the column, doubles (2)."""
    looks_right = any(map(_names_a_column, cells)) and not any(map(_is_value, cells))
    if not cells or not (asked or looks_right):
        raise refusals.NoHeadings
    taken: set[str] = set()
    named = []
    for at, cell in enumerate(cells):
        heading = _on_one_line(cell)[:LONGEST_HEADING] or f"({_letter(at)})"
        named.append(_free(heading, taken))
        taken.add(named[-1].casefold())
    return tuple(named)


def are_headings(cells: list[str]) -> bool:
    """Return whether a line below a title begins another list."""
    if len(cells) < _FEWEST_CELLS or any(map(_is_value, cells)):
        return False
    return sum(map(is_known, cells)) >= _FEWEST_KNOWN


def _heading_at(above: list[Line], asked: int) -> int:
    """Return where in `above` the headings are: where most of them are known, else the first."""
    if asked:
        return min(asked, len(above)) - 1
    filled = [(at, cells) for at, (_number, cells) in enumerate(above) if cells]
    if not filled:
        return 0
    known = {
        at: sum(map(is_known, cells)) for at, cells in filled if not any(map(_is_value, cells))
    }
    best = max(known, key=lambda at: (known[at], -at), default=0)
    if known.get(best, 0) >= _FEWEST_KNOWN:
        return best
    return _below_titles(filled)


def _all_headings(above: list[str], below: list[str]) -> bool:
    """Return whether each cell of a line makes a heading with the one above, some alone."""
    pairs = [pair for pair in zip_longest(above, below, fillvalue="") if pair[1]]
    is_new = any(not top and is_known(one) for top, one in pairs)
    return is_new and all(is_known(_joined(*pair)) and pair[0] != pair[1] for pair in pairs)


def _with_second_line(at: int, above: list[Line]) -> tuple[int, list[Line]]:
    """
    Return the headings as one line with the line above or below, where that makes more known.

    So it is where "Contact" stands above "E-mail" and "Telefoon", and where words are broken off.
    """
    for top in (at, at - 1):
        pair = above[top : top + 2] if top >= 0 else []
        both = _as_one(pair[0][1], pair[1][1]) if len(pair) > 1 else None
        if both is not None:
            return top, [*above[:top], (pair[0][0], both), *above[top + 2 :]]
    return at, above


def _as_one(first: list[str], second: list[str]) -> list[str] | None:
    """Return two lines of headings as one, if more of that is known than of either."""
    if any(map(_is_value, [*first, *second])):
        return None
    joined = [_joined(*pair) for pair in zip_longest(first, second, fillvalue="")]
    known = [_fields_known(cells) for cells in (first, second, joined)]
    return joined if known[2] >= _FEWEST_KNOWN and known[2] > max(known[:2]) else None


def _fields_known(cells: Iterable[str]) -> int:
    return len({field_of(cell) for cell in cells if is_known(cell)})


def _joined(above: str, below: str) -> str:
    """Return the heading that two lines make: "Voor-" above "naam", "Contact" above "E-mail"."""
    both = f"{above[:-1]}{below}" if above.endswith("-") else f"{above} {below}".strip()
    if is_known(both) or not (above and below):
        return both
    return next((one for one in (below, above) if is_known(one)), both)


def _below_titles(filled: list[tuple[int, list[str]]]) -> int:
    """Return the first line, or below lines of a single cell the first that is about as wide."""
    widths = {at: sum(map(bool, cells)) for at, cells in filled}
    first = filled[0][0]
    if widths[first] > 1 or max(widths.values()) < _FEWEST_CELLS:
        return first
    return next(at for at, width in widths.items() if width * 2 > max(widths.values()))


def _on_one_line(cell: str) -> str:
    """Return a heading on one line; a word that was broken off is whole where we know it so."""
    line = " ".join(cell.split())
    whole = " ".join(_BROKEN.sub("", cell).split())
    return whole if whole != line and is_known(whole) else line


def _free(heading: str, taken: set[str]) -> str:
    """Return a heading with the first number behind it that nobody has."""
    tried, number = heading, 1
    while tried.casefold() in taken:
        number += 1
        tried = f"{heading} ({number})"
    return tried


def _names_a_column(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _is_value(cell: str) -> bool:
    """Return whether a cell of the first row is data: an address or a number and no name."""
    return "@" in cell or (bool(cell) and not _names_a_column(cell) and any(map(str.isdigit, cell)))


def _letter(at: int) -> str:
    """Return the letter by which a spreadsheet calls the column `at`, counted from 0."""
    more, last = divmod(at, _LETTERS)
    return (_letter(more - 1) if more else "") + chr(ord("A") + last)
