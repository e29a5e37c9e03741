"""Words and dates in the columns of a list: helix, language, date."""

import re
from datetime import date, timedelta

from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders.languages import NAMES
from crm.stakeholders.models import Helix

_HELIXES = words.read("stakeholders/helixes")
_HELIX_OF = _HELIXES.meanings("words", Helix)
_GUESSED = frozenset(_HELIXES.below("doubt.guessed"))
_NOT_SAID = frozenset({"", *_HELIXES.below("doubt.not_said")})

# Three letters are enough to know a Dutch or English month by.
MONTH_OF = words.read("stakeholders/months").meanings("months", int)
_LANGUAGE_OF = {fold(word): code for code, name in NAMES.items() for word in (code, name)}
_LANGUAGE_OF |= words.read("stakeholders/languages").meanings("words", str)
_LONGEST = 100
_PIECES = re.compile(r"\s*[/,;&+]\s*|\s(?:en|of|and|or)\s")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")
_NUMBERS = re.compile(r"(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})(?:[Tt ]\d.*)?")
_NAMED_MONTH = re.compile(r"(\d{1,2})[-. ]+([a-z]{3})[a-z]*[-. ]+(\d{2}|\d{4})")
_SERIAL = re.compile(r"[2-6]\d{4}")
_BEFORE_SERIALS = date(1899, 12, 30)
_CENTURY = 100


class NotAHelix(ValueError):
    """The word names none of the four parties."""


def helix(text: str) -> Helix | None:
    """
    Return the helix that a Dutch or English word means; nothing where it says it is unknown.

    :raises NotAHelix: if it is another word
    """
    found = meant_helix(text)
    if found is None and fold(text) not in _NOT_SAID:
        raise NotAHelix
    return found


def meant_helix(text: str) -> Helix | None:
    """Return the helix of a word, or of several that all mean the same: "Overheid / gemeente"."""
    # The whole first: "onderwijs en onderzoek" is one word of ours, though it could be parted.
    found = _HELIX_OF.get(fold(text))
    is_short = found is None and len(text) <= _LONGEST
    pieces = _PIECES.split(_IN_BRACKETS.sub("", text)) if is_short else []
    meant = {_HELIX_OF.get(fold(piece)) for piece in pieces}
    return meant.pop() if len(meant) == 1 else found


def is_doubtful_helix(text: str) -> bool:
    """Whether somebody should say which helix a word means: none of ours, or used for several."""
    word = fold(text)
    return word not in _NOT_SAID and (meant_helix(text) is None or word in _GUESSED)


def language(text: str) -> str:
    """Return the code of the language that is meant; nothing for one that we do not know."""
    return _LANGUAGE_OF.get(fold(text), "")


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
    if named and named[2] in MONTH_OF:
        return date(_year(int(named[3])), MONTH_OF[named[2]], int(named[1]))
    raise ValueError(text)


def _year(number: int) -> int:
    return number + 2000 if number < _CENTURY else number
