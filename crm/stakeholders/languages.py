"""Languages in which people can be written to, as those who read them call them."""

from collections.abc import Iterable

from crm.core import words

NAMES = {
    code: name for name, code in words.read("stakeholders/languages").meanings("names", str).items()
}
"""Our own come first."""


def named(codes: Iterable[str | None]) -> dict[str, str]:
    """Return the names of languages by their codes, each once; an unknown one is its own name."""
    return {code: NAMES.get(code, code) for code in codes if code}
