"""Words in the columns of a list: helix, language."""

import re

from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders.languages import NAMES
from crm.stakeholders.models import Helix

_HELIXES = words.read("stakeholders/helixes")
_HELIX_OF = _HELIXES.meanings("words", Helix)
_GUESSED = frozenset(_HELIXES.below("doubt.guessed"))
_NOT_SAID = frozenset({"", *_HELIXES.below("doubt.not_said")})

_LANGUAGE_OF = {fold(word): code for code, name in NAMES.items() for word in (code, name)}
_LANGUAGE_OF |= words.read("stakeholders/languages").meanings("words", str)
_LONGEST = 100
_PIECES = re.compile(r"\s*[/,;&+]\s*|\s(?:en|of|and|or)\s")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")


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
