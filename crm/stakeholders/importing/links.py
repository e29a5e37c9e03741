"""Addresses behind cells: what a workbook shows as "mail me" is read as where it goes."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.heading_lines import MOST_ABOVE
from crm.stakeholders.importing.headings import field_of

# "Anna Bos", and neither "mail mij" nor "E-mail Anna".
_NAME = re.compile(
    r"(?!e?-?mail|contact|stuur|send|klik|click|schrijf|write)\w+\.?\s", re.IGNORECASE
)
_LINKED = frozenset({Field.EMAIL, Field.FULL_NAME, Field.WEBSITE})
Rows = list[list[str]]
Link = tuple[int, int, str]
"""Row and column of a cell, both from 0, and the address behind it."""


def with_links(rows: Rows, links: Iterable[Sequence[int | str]]) -> Rows:
    """
    Return rows in which a cell shows its address where an address is asked for.

    What is shown stays where it is an address itself, as somebody may have typed it over the old
    link. Words that stand once are kept before the address, for they may be a name.

    :param links: row and column of a cell, and the address behind it
    """
    found = [(int(row), int(at), str(address)) for row, at, address in links]
    fields = {at: _field(rows, at) for at in {at for _row, at, _address in found}}
    often = Counter((at, rows[row][at].casefold()) for row, at, _address in found)
    shown = [list(row) for row in rows] if found else rows
    for row, at, address in found:
        words = shown[row][at].strip()
        is_name = often[at, words.casefold()] == 1 and bool(_NAME.match(words))
        shown[row][at] = _shown(words, address, fields[at], is_name=is_name) or shown[row][at]
    return shown


def _field(rows: Rows, at: int) -> Field | None:
    """Return what a column is headed as, wherever its heading stands."""
    headings = (row[at] for row in rows[:MOST_ABOVE] if at < len(row) and row[at])
    return next((one for one in map(field_of, headings) if one in _LINKED), None)


def _shown(words: str, address: str, field: Field | None, *, is_name: bool) -> str:
    """Return what a cell with a link says; nothing where it says it already."""
    scheme, _colon, rest = address.partition(":")
    if scheme.lower() == "mailto" and field in {Field.EMAIL, Field.FULL_NAME}:
        to = unquote(rest.partition("?")[0]).strip()
        if "@" in words or "@" not in to:
            return ""
        is_kept = is_name or field is Field.FULL_NAME
        return f"{words} <{to}>" if is_kept else to
    if field is Field.WEBSITE and scheme.lower() in {"http", "https"}:
        return "" if "." in words else address
    return ""
