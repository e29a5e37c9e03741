"""Capitals of names, where they were typed without or in nothing else."""

import re
from collections.abc import Callable

from crm.stakeholders.names import prefixes

_VOWELS = frozenset("aeiouy")
_WORD = re.compile(r"[^\s\-']+")


def usual(text: str, in_capitals: Callable[[str], str]) -> str:
    """Return a name that was typed in capitals or small letters with capitals as usual."""
    if not text:
        return ""
    may_be_initials = len(text) <= 2 and not _VOWELS & set(text.lower())  # noqa: PLR2004 - JM
    if text.islower() or (text.isupper() and not may_be_initials):
        return in_capitals(text)
    return _WORD.sub(lambda word: _whole_ij(word[0]), text) if "Ij" in text else text


def titled(text: str) -> str:
    """Return a name with a capital for each of its words."""
    return _WORD.sub(lambda word: _whole_ij(_capitalised(word[0])), text)


def titled_surname(text: str) -> str:
    """Return a surname with capitals, the prefix of a second name small: "Brouwer-van den Berg"."""
    first, *more = text.split("-")
    return "-".join([titled(first), *map(_titled_second, more)])


def _titled_second(text: str) -> str:
    prefix, name = prefixes.split(text)
    return prefixes.join(prefix, titled(name))


def _capitalised(word: str) -> str:
    # Small letters of a Turkish capital with a dot are two signs.
    return word if "." in word else word[:1].upper() + word[1:].replace("İ", "i").lower()


def _whole_ij(word: str) -> str:
    """Return "IJzerman" for "Ijzerman"; before a vowel (Ijaz) they are two letters."""
    is_one_letter = word.startswith("Ij") and word[2:3].lower() not in {"", *_VOWELS}
    return "IJ" + word[2:] if is_one_letter else word
