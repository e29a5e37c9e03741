"""Cells and lines as people fill them: saying nothing, with several values, or counting a list."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import islice

from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders.rules.columns import meant_helix
from crm.stakeholders.values import addresses

# Emoji and what makes one of several; letters and signs of no script.
PICTURES = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
# How databases write an address that one may click: "a@kring.example#mailto:a@kring.example#".
_LINKED = re.compile(r"^([^#\s]*@[^#\s]*)#(?:mailto:)?[^#]*#?$", re.IGNORECASE)
_AROUND_ADDRESS = re.compile(r"^[<\s]*mailto:\s*|\s*(?=@)|(?<=@)\s*", re.IGNORECASE)
_LISTS = words.read("contacts/cells")
_AT = re.compile(rf"\s*[(\[{{]\s*(?:{_LISTS.pattern('addresses.at')})\s*[)\]}}]\s*", re.IGNORECASE)
# "E-mail: anna@kring.example" and "anna@kring.example (werk)".
_LABELLED = re.compile(
    rf"(?:{_LISTS.pattern('addresses.labels')})\s*:\s*(\S+)|(\S+)\s+\([^()@]*\)", re.IGNORECASE
)
NOTHING = frozenset(_LISTS.below("cells.nothing"))
"""Folded cells that only say that there is nothing: "geen", "n.v.t.", "unknown"."""
_CROSSES = frozenset(_LISTS.below("cells.crosses"))
ORGANISATIONS = frozenset(_LISTS.below("cells.organisation"))
"""Folded words that say of a row that it is about an organisation."""
_SECTIONS = frozenset(_LISTS.below("sections.words"))
_OPEN = frozenset({"", *_LISTS.below("cells.open")})


def is_crossed(text: str) -> bool:
    """Return whether a cell says yes to what stands above it: "x", "ja", "1", "✓"."""
    return fold(text) in _CROSSES or text.strip().rstrip("\ufe0f") in _CROSSES


def is_left_open(text: str) -> bool:
    """Return whether a cell says no to what stands above it: "nee", "0", "-"."""
    return fold(text) in _OPEN and not is_crossed(text)


def email_in(text: str) -> str:
    """
    Return an address as it is written, without what programs and people put around it.

    :raises NotAnEmail: if it is none even so
    """
    try:
        return addresses.email(text)
    except addresses.NotAnEmail:
        labelled = _LABELLED.fullmatch(text)
        bare = (labelled[1] or labelled[2]) if labelled else _LINKED.sub(r"\1", _AT.sub("@", text))
        return addresses.email(_AROUND_ADDRESS.sub("", bare.rstrip(" >.")))


# Google puts several values in one cell with colons; people use semicolons or lines.
_WORDS_BETWEEN = rf"\s/\s|\s(?:{_LISTS.pattern('values.between')})\s"
TAGS = re.compile(r"\s:::\s|[;,\n|]|\s(?=#\w)")
_NUMBER_BEHIND = r",\s*(?=[(+0]\d)|(?<=\d)/(?=0[1-9]|\+)|(?<=\d{6})\s+(?=[0+][1-9])"
NUMBERS = re.compile(rf"\s:::\s|[;\n]|{_NUMBER_BEHIND}|{_WORDS_BETWEEN}", re.IGNORECASE)
ADDRESSES = re.compile(
    rf"\s:::\s|[;,\n|]|{_WORDS_BETWEEN}|(?<=[a-z])\s+(?=[^\s@<]+@)", re.IGNORECASE
)
# Nine digits or more, up to a sign behind which another number begins.
_NUMBER = re.compile(
    r"(?:\+(?=[1-9]))?\(?\d(?:[\s()./-]*\d){8,}?"
    r"(?=[\s()./-]*(?:\+|[^\d\s()./+-]|$)|[\s()./+-]+\(?0)"
)
_FEWEST_DIGITS = 9
_EMAIL = re.compile(r"\w[\w.+'’-]*@(?:[\w-]+\.)+[^\W\d_]{2,}")


def numbers_in(text: str) -> list[str]:
    """Return the numbers of a text, whatever stands between: "T 0592-123456 M 06-12345678"."""
    found = _NUMBER.findall(text) if len(text) > 2 * _FEWEST_DIGITS else []
    return found if len(found) > 1 else [text]


def emails_in(text: str) -> list[str]:
    """Return the addresses of a text, whatever stands between; one, or none, as it is."""
    found = _EMAIL.findall(text) if text.count("@") > 1 else []
    return found if len(found) > 1 else [text]


_COUNTED = _LISTS.pattern("totals.counted")
_WORDS = rf"(?:sub|eind|grand |algemeen )?(?:{_LISTS.pattern('totals.words')})"
_DOUBTFUL = _LISTS.pattern("totals.doubtful")
_IS_TOTAL = re.compile(rf"(?:{_WORDS})(?: (?:{_COUNTED}))*(?: \d{{1,6}})*")
_MAY_BE_TOTAL = re.compile(rf"(?:{_DOUBTFUL})(?: (?:{_COUNTED}))*(?: \d{{1,6}})*")
_COUNT = re.compile(rf"\d{{1,6}}(?: (?:{_COUNTED}))+")
_SIGNS_OF_FORMULAS = ("=", "+", "-", "@")
_SMALL_NUMBER = re.compile(r"[€$]?\s?-?\d{1,6}(?:[.,]\d{1,3})*\s?%?")


def is_total(cells: Sequence[str]) -> bool:
    """Return whether a row only counts the rows above: "Totaal;;;12", "Som: 4", "12 deelnemers"."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    # Most rows have more words than one: the second tells enough.
    said = list(islice((text for text in filled if not _SMALL_NUMBER.fullmatch(text)), 2))
    # A line of nothing but small numbers counts columns.
    if not said:
        return len(filled) > 1
    # With anything else in it, such as an address, it is about somebody.
    if len(said) > 1 or said[0].startswith(_SIGNS_OF_FORMULAS):
        return False
    word = fold(said[0])
    # Somebody may be called "Som": such a word counts only beside a small number.
    if _MAY_BE_TOTAL.fullmatch(word):
        return len(filled) > 1 or any(map(str.isdigit, word))
    return bool(_IS_TOTAL.fullmatch(word) or _COUNT.fullmatch(word))


def is_group(cells: Sequence[str], width: int) -> bool:
    """Return whether a row is the title of those below it: a helix, or "Leden", and no more."""
    filled = [cell for cell in cells if cell]
    is_alone = width > 1 and len(filled) == 1
    is_helix = is_alone and meant_helix(filled[0]) is not None
    # "Burger" is a surname too.
    return is_alone and (fold(filled[0]) in _SECTIONS or (is_helix and fold(filled[0]) != "burger"))


_REMARK = re.compile(
    rf"^(?:{_LISTS.pattern('remarks.begins')}|page \d)"
    r"|\b\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)?\d{2}\b|\b(?:19|20)\d{2}-\d{2}-\d{2}\b",
    re.IGNORECASE,
)


def is_remark(cells: Sequence[str], width: int) -> bool:
    """Return whether a row is a remark below a list: "Bron: gemeente", "Bijgewerkt op 1-1-2024"."""
    filled = [cell.strip() for cell in cells if cell.strip()]
    # In one column everything stands alone, and an address is somebody's.
    if len(filled) != 1 or width <= 1 or "@" in filled[0]:
        return False
    said = filled[0]
    is_enclosed = said.startswith("(") and said.endswith(")") and said[1:2].islower()
    is_marked = said.startswith("*") or ":" in said or " = " in said
    return is_enclosed or is_marked or bool(_REMARK.search(said))


# Three letters are enough to know a Dutch or English month by.
_MONTH_OF = words.read("contacts/months").meanings("months", int)
_NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[Tt ]\d.*)?")
_NAMED_MONTH = re.compile(r"(\d{1,2})[-. ]+([a-z]{3})[a-z]*[-. ]+(\d{2}|\d{4})")
_SERIAL = re.compile(r"[2-6]\d{4}")
_BEFORE_SERIALS = date(1899, 12, 30)
_CENTURY = 100


def day(text: str) -> date | None:
    """
    Return the date that is meant by 12-3-2021, 1-10-20, 2021-05-04, 12 maart 2021 or 44267.

    :raises ValueError: if there is no such date
    """
    shown = text.strip().lower()
    # Outlook writes an empty date as 0-0-00.
    if not any(sign in "123456789" for sign in shown) and not any(map(str.isalpha, shown)):
        return None
    # As Excel counts days.
    if _SERIAL.fullmatch(shown):
        return _BEFORE_SERIALS + timedelta(days=int(shown))
    numbers = _NUMBERS.fullmatch(shown)
    if numbers:
        first, month, last = (int(part) for part in numbers.groups())
        is_year_first = len(numbers[1]) > 2  # noqa: PLR2004 - a day has two digits
        return date(first, month, last) if is_year_first else date(_year(last), month, first)
    named = _NAMED_MONTH.fullmatch(shown)
    if named and named[2] in _MONTH_OF:
        return date(_year(int(named[3])), _MONTH_OF[named[2]], int(named[1]))
    raise ValueError(text)


def _year(number: int) -> int:
    return number + 2000 if number < _CENTURY else number
