"""Cells as people fill them: words for nothing, formulas, and what stands around an address."""

import re
import unicodedata

from crm.core import formulas
from crm.core.normalisation import fold
from crm.stakeholders import addresses

_FORMULA_SIGNS = frozenset("=+-@\t\r")
# Emoji and what makes one of several; letters and signs of no script.
_PICTURES = re.compile(
    "[\u2600-\u27bf\u2b00-\u2bff\ufe0f\u200d\u20e3\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
_AT = re.compile(r"\s*[(\[{]\s*(?:at|apenstaartje)\s*[)\]}]\s*", re.IGNORECASE)
# How databases write an address that one may click: "a@kring.example#mailto:a@kring.example#".
_LINKED = re.compile(r"^([^#\s]*@[^#\s]*)#(?:mailto:)?[^#]*#?$", re.IGNORECASE)
_AROUND_ADDRESS = re.compile(r"^[<\s]*mailto:\s*|\s*(?=@)|(?<=@)\s*", re.IGNORECASE)
# "E-mail: anna@kring.example" and "anna@kring.example (werk)".
_LABELLED = re.compile(
    r"(?:e-?mail|mail|werk|priv[eé]|thuis)\s*:\s*(\S+)|(\S+)\s+\([^()@]*\)", re.IGNORECASE
)
_NOTHING_TOLD = frozenset({
    "geen", "geen e mail", "geen email", "geen mail", "geen mailadres", "geen telefoon", "nvt",
    "n v t", "onbekend", "niet bekend", "n b", "nb", "none", "no", "nee", "unknown", "n a", "na",
    "info requested",
})  # fmt: skip
_CROSSES = frozenset({
    "x", "xx", "v", "1", "j", "ja", "y", "yes", "true", "waar", "wel", "oui", "vrai", "wahr",
})  # fmt: skip
_ORGANISATIONS = frozenset({
    "organisation", "organization", "organisatie", "company", "bedrijf", "instelling",
    "rechtspersoon", "unternehmen", "firma", "organisme", "entreprise", "business",
})  # fmt: skip
_CROSS_SIGNS = frozenset("+✓✔☑✅☒✗✘❌•●■×")
_OPEN = frozenset({"", "0", "n", "nee", "no", "false", "onwaar", "niet", "nein", "non", "faux"})


def is_organisation_word(text: str) -> bool:
    """Return whether a text says of its row that it is about an organisation."""
    return fold(text) in _ORGANISATIONS


def is_crossed(text: str) -> bool:
    """Return whether a cell says yes to what stands above it: "x", "ja", "1", "✓"."""
    return fold(text) in _CROSSES or text.strip().rstrip("\ufe0f") in _CROSS_SIGNS


def is_left_open(text: str) -> bool:
    """Return whether a cell says no to what stands above it: "nee", "0", "-"."""
    return fold(text) in _OPEN and not is_crossed(text)


def is_nothing(text: str) -> bool:
    """Return whether a cell only says that there is nothing: "geen", "n.v.t.", "unknown"."""
    return fold(text) in _NOTHING_TOLD


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


def without_pictures(text: str) -> str:
    """Return a text without emoji: "Fleur Jansen" for "🌻 Fleur Jansen"."""
    return " ".join(_PICTURES.sub(" ", text).split())


def is_formula(text: str) -> bool:
    """
    Return whether a spreadsheet could take `text` for a formula.

    That is what its first sign decides: = + - @, their full-width forms, TAB or carriage return;
    spaces and hidden signs before it do not count. Signs alone, such as a dash for "nothing", are
    no formula.
    """
    if text[:1].isalnum():
        return False
    first = next((sign for sign in text if not _counts_for_nothing(sign)), "")
    wide = unicodedata.normalize("NFKC", first)
    return wide in _FORMULA_SIGNS and any(map(str.isalnum, text))


def unescaped(cell: str) -> str:
    """Return a cell of our own export as it was: "+31612345678" for "'+31612345678"."""
    own = formulas.unescaped(cell)
    # Others escape what spaces and hidden signs stand before, too.
    return cell[1:] if own == cell and cell.startswith("'") and is_formula(cell[1:]) else own


def _counts_for_nothing(sign: str) -> bool:
    return sign in " \n\u00a0" or unicodedata.category(sign) == "Cf"
