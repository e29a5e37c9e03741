"""Languages in which people can be written to, as those who read them call them."""

from collections.abc import Iterable

from crm.core import words
from crm.core.normalisation import fold

NAMES = {
    code: name for name, code in words.read("stakeholders/languages").meanings("names", str).items()
}
"""Our own come first."""
_MEANT = {fold(word): code for code, name in NAMES.items() for word in (code, name)}
_MEANT |= words.read("stakeholders/languages").meanings("words", str)


def named(codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of languages by their codes, each once; an unknown one is its own name."""
    return {code: NAMES.get(code, code) for code in codes if code}


def meant(text: str) -> str:
    """Return the code of the language that is meant; nothing for one that we do not know."""
    return _MEANT.get(fold(text), "")
