"""Several values in one cell: what stands between them."""

import re
from collections.abc import Iterable

# Google puts several values in one cell with colons; people use semicolons or lines.
_WORDS_BETWEEN = r"\s/\s|\s(?:of|en|or|and|und)\s"
TAGS = re.compile(r"\s:::\s|[;,\n|]|\s(?=#\w)")
_NUMBER_BEHIND = r",\s*(?=[(+0]\d)|(?<=\d)/(?=0[1-9]|\+)|(?<=\d{6})\s+(?=[0+][1-9])"
NUMBERS = re.compile(rf"\s:::\s|[;\n]|{_NUMBER_BEHIND}|{_WORDS_BETWEEN}", re.IGNORECASE)
ADDRESSES = re.compile(
    rf"\s:::\s|[;,\n|]|{_WORDS_BETWEEN}|(?<=[a-z])\s+(?=[^\s@<]+@)", re.IGNORECASE
)
_NUMBER = re.compile(r"\+?\(?\d[\d\s().-]*\d")
_FEWEST_DIGITS = 9


def numbers_in(text: str) -> list[str]:
    """Return the numbers of a text with words between them: "T 0592-123456 M 06-12345678"."""
    if len(text) <= 2 * _FEWEST_DIGITS:
        return [text]
    found = [one for one in _NUMBER.findall(text) if sum(map(str.isdigit, one)) >= _FEWEST_DIGITS]
    return found if len(found) > 1 else [text]


def domains_in(cells: Iterable[str]) -> set[str]:
    """Return the last parts of the domains of addresses: "be" of "els@gent.be"."""
    return {cell.rstrip(" >;.").rpartition(".")[2].lower() for cell in cells}
