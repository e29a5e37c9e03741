"""
How the parts of a name are spelled: prefixes such as "van der", and capitals.

Capitals are put right only where a name was typed without them, or in nothing else.
"""

import re
from collections.abc import Callable

from crm.core import words

_LISTS = words.read("stakeholders/prefixes")
PREFIXES = _LISTS.below("prefixes.register")
_KNOWN = frozenset(_LISTS.below("prefixes"))
# "Jansen, Ben" names a Ben; written small, "ben" is the prefix.
_FIRST_NAMES = frozenset(_LISTS.below("also_first_names"))
_MOST_WORDS = max(prefix.count(" ") for prefix in PREFIXES) + 1
# Most names have no prefix: one look at a word tells that.
_FIRST_WORDS = frozenset(prefix.split(" ")[0] for prefix in _KNOWN)
_LAST_WORDS = frozenset(prefix.split(" ")[-1] for prefix in _KNOWN)
_ATTACHED = tuple(
    sorted((prefix for prefix in PREFIXES if prefix.endswith("'")), key=len, reverse=True)
)


def is_prefix(text: str) -> bool:
    """Return whether `text` is a prefix of the table, however its capitals are."""
    return text.casefold() in _KNOWN


def is_clearly_prefix(text: str) -> bool:
    """Return whether `text` is a prefix that cannot be a first name or an initial instead."""
    if not is_prefix(text) or text == "V.":
        return False
    return text.islower() or (len(text) > 1 and text.casefold() not in _FIRST_NAMES)


def begin_with_prefix(pieces: list[str]) -> bool:
    """Return whether a whole name begins with its prefix: "de Vries", "van der Veen, De Wit"."""
    first, two = pieces[0], " ".join(pieces[:2])
    is_small = first.islower() and len(first) > 1 and first not in _FIRST_NAMES
    is_two = len(pieces) > 2 and is_prefix(two)  # noqa: PLR2004 - a surname is to follow
    return is_two or (is_prefix(first) and (is_small or first.casefold() == "de"))


def split_written_behind(surname: str) -> tuple[str, str]:
    """Return what stands before a prefix that was written behind a surname, and the prefix."""
    bare = surname.replace("(", "").removesuffix(")") if surname.endswith(")") else surname
    before, prefix = split_ending(bare)
    # "Vries de" and "VRIES DE"; a capital among small letters is no prefix there, nor is a letter.
    is_written_so = bare.endswith(prefix) or bare.isupper()
    if before and len(prefix) > 1 and is_written_so and prefix not in _FIRST_NAMES:
        return before, prefix
    return surname, ""


def ends_in_prefix(text: str) -> bool:
    """Return whether a prefix is written behind a surname: "Vries de"."""
    return bool(split_written_behind(text)[1])


def split_ending(text: str) -> tuple[str, str]:
    """Return what stands before a prefix at the end of `text`, and the prefix in small letters."""
    pieces = text.split(" ")
    if pieces[-1].casefold() not in _LAST_WORDS:
        return text, ""
    for count in range(min(_MOST_WORDS, len(pieces)), 0, -1):
        candidate = " ".join(pieces[-count:])
        if is_clearly_prefix(candidate):
            return " ".join(pieces[:-count]), candidate.lower()
    return text, ""


def join(prefix: str, surname: str) -> str:
    """Return prefix and surname as one text: "van der Veen", and without a space "d'Ancona"."""
    if not prefix or not surname:
        return prefix or surname
    return prefix + surname if prefix.endswith("'") else f"{prefix} {surname}"


def split(surname: str) -> tuple[str, str]:
    """Return the prefix in small letters and the rest of a surname, the longest prefix first."""
    for prefix in _ATTACHED if "'" in surname else ():
        rest = surname.removeprefix(prefix).lstrip()
        if rest and rest != surname:
            return prefix, rest
    pieces = surname.split(" ")
    if pieces[0].casefold() not in _FIRST_WORDS:
        return "", surname
    for count in range(min(_MOST_WORDS, len(pieces) - 1), 0, -1):
        candidate, rest = " ".join(pieces[:count]), " ".join(pieces[count:])
        # A single letter only counts when it is small: a stray initial is no prefix.
        if is_prefix(candidate) and (len(candidate.strip(".")) > 1 or candidate.islower()):
            return candidate.lower(), rest
    return "", surname


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
    second = (join(prefix, titled(name)) for prefix, name in map(split, more))
    return "-".join([titled(first), *second])


def _capitalised(word: str) -> str:
    # Small letters of a Turkish capital with a dot are two signs.
    return word if "." in word else word[:1].upper() + word[1:].replace("İ", "i").lower()


def _whole_ij(word: str) -> str:
    """Return "IJzerman" for "Ijzerman"; before a vowel (Ijaz) they are two letters."""
    is_one_letter = word.startswith("Ij") and word[2:3].lower() not in {"", *_VOWELS}
    return "IJ" + word[2:] if is_one_letter else word
