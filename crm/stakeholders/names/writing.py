"""
How a name is written: in a list, in a letter, in a sentence.

The rules are those of Haal Centraal BRP bevragen (VNG Realisatie) for persons without a title.
"""

import re
from typing import NamedTuple

from crm.core.normalisation import fold
from crm.stakeholders.names import prefixes
from crm.stakeholders.names.parts import FormOfAddress, NameParts, NameUse


class _Words(NamedTuple):
    formal: str
    informal: str
    nobody: str
    in_salutation: dict[FormOfAddress, str]
    in_text: dict[FormOfAddress, str]


_WORDS = {
    "nl": _Words(
        formal="Geachte",
        informal="Beste",
        nobody="Goedendag",
        in_salutation={FormOfAddress.MADAM: "mevrouw", FormOfAddress.SIR: "heer"},
        in_text={FormOfAddress.MADAM: "mevrouw", FormOfAddress.SIR: "de heer"},
    ),
    "en": _Words(
        formal="Dear",
        informal="Dear",
        nobody="Hello",
        in_salutation={FormOfAddress.MADAM: "Ms", FormOfAddress.SIR: "Mr"},
        in_text={FormOfAddress.MADAM: "Ms", FormOfAddress.SIR: "Mr"},
    ),
}
_KEEPS_PREFIX = frozenset({"BE"})
# Two spaces sort before any letter, so "Veen, Zoë" comes before "Veen de Jong, Anna".
_BETWEEN = "  "


def surname(parts: NameParts) -> str:
    """Return the surname a person uses, with prefixes as registered: "van Velzen-in het Veld"."""
    return "-".join(prefixes.join(prefix, name) for prefix, name in _surnames(parts))


def full_name(parts: NameParts) -> str:
    """Return the name for pages and lists: "Jolanda van der Veen", or what is known of it."""
    return _after(parts.first_name or parts.initials, surname(parts))


def formal_name(parts: NameParts) -> str:
    """Return the name above a letter (aanschrijfwijze): "H. in het Veld"."""
    written = surname(parts)
    if not written:
        return parts.first_name or parts.initials
    return _after(parts.initials or initials_of(parts.first_name), written)


def salutation(parts: NameParts, language: str = "nl") -> str:
    """
    Return the formal opening of a letter (aanhef): "Geachte mevrouw Van der Veen".

    Without a form of address "Geachte C.F.H. van Velzen", and somebody of whom only the first name
    is known is greeted by it. `language` is nl or en; another one is written as English.
    """
    words = _words(language)
    written = surname(parts)
    if not written:
        return greeting(parts, language)
    address = words.in_salutation.get(parts.form_of_address)
    if address:
        return f"{words.formal} {address} {_capital(written)}"
    return f"{words.formal} {formal_name(parts)}"


def greeting(parts: NameParts, language: str = "nl") -> str:
    """Return the informal, neutral opening of a letter: "Beste Noa Lindeman"."""
    words = _words(language)
    name = full_name(parts)
    return f"{words.informal} {name}" if name else words.nobody


def in_running_text(parts: NameParts, language: str = "nl") -> str:
    """Return the name inside a sentence: "de heer In het Veld", "mevrouw Van Velzen"."""
    written = surname(parts)
    address = _words(language).in_text.get(parts.form_of_address)
    if written and address:
        return f"{address} {_capital(written)}"
    return formal_name(parts)


def list_name(parts: NameParts, country: str = "NL") -> str:
    """
    Return the name as in a register: "Veen, Jolanda van der".

    `country` is a two-letter code; Belgium keeps the prefix with the name: "Van der Veen, Jolanda".
    """
    called = parts.first_name or parts.initials
    written = surname(parts)
    if not written:
        return called
    prefix, rest = _sorted_by(parts, country)
    if country in _KEEPS_PREFIX:
        rest = _capital(rest)
    behind = " ".join(part for part in (called, prefix) if part)
    return f"{rest}, {behind}" if behind else rest


def sort_key(parts: NameParts, country: str = "NL") -> str:
    """
    Return the text by which names are put in order, to be compared sign by sign.

    Dutch order ignores the prefix (Jolanda van der Veen under V of Veen), Belgian order keeps it.
    Accents are folded (Åkesson under A) and IJ sorts as the two letters i and j, as CLDR has it.
    """
    prefix, rest = _sorted_by(parts, country)
    called = parts.first_name or parts.initials
    keys = (fold(rest) or fold(called), fold(called) if rest else "", fold(prefix))
    return _BETWEEN.join(keys).rstrip()


def initials_of(first_names: str) -> str:
    """Return the initials of first names: "J.F.R." of "Johan Frank Robert", "IJ." of "IJsbrand"."""
    words = re.split(r"[\s.\-]+", first_names)
    return "".join(f"{_first_letter(word)}." for word in words if word[:1].isalpha())


def _first_letter(name: str) -> str:
    return name[:2] if name.startswith("IJ") else name[:1].upper()


def _words(language: str) -> _Words:
    return _WORDS.get(language, _WORDS["en"])


def _surnames(parts: NameParts) -> list[tuple[str, str]]:
    """Return the surnames in use, first one first, as prefix and name."""
    own = (parts.prefix, parts.surname)
    partner = (parts.partner_prefix, parts.partner_surname)
    if parts.name_use is NameUse.OWN and parts.surname:
        return [own]  # as nearly everybody, and a list asks it for each name several times
    order = {
        NameUse.OWN: [own],
        NameUse.PARTNER: [partner],
        NameUse.PARTNER_THEN_OWN: [partner, own],
        NameUse.OWN_THEN_PARTNER: [own, partner],
    }[parts.name_use]
    known = [pair for pair in order if pair[1]]
    return known or [pair for pair in (own, partner) if pair[1]]


def _sorted_by(parts: NameParts, country: str) -> tuple[str, str]:
    """Return the prefix that is left out of the order, and the surname that decides it."""
    used = _surnames(parts)
    if not used:
        return "", ""
    prefix, first = used[0]
    if country in _KEEPS_PREFIX:
        return "", surname(parts)
    if not prefix and not first[0].isupper():
        # A prefix that was left in the surname; who has it registered so still stands under V.
        prefix, first = prefixes.split(first)
    return prefix, "-".join([first, *(prefixes.join(*pair) for pair in used[1:])])


def _after(before: str, written: str) -> str:
    """Return the surname behind what stands before it, or alone with a capital."""
    return f"{before} {written}" if before and written else before or _capital(written)


def _capital(written: str) -> str:
    """
    Return a surname with nothing before it: its first letter is a capital.

    Dutch spelling leaves a name that begins with an apostrophe ('t Hart) as it is.
    """
    if written[:2].lower() == "ij" and written[:1].islower():
        return "IJ" + written[2:]
    return written[:1].upper() + written[1:]
