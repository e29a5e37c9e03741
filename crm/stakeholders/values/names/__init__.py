"""Names of persons: their parts, how they are written and sorted, and what an import proposes."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from crm.core import words
from crm.core.cleaning import clean_line
from crm.core.normalisation import fold
from crm.stakeholders.values.names import spelling

# Callers ask them of names, beside what else is asked there.
is_prefix, ends_in_prefix = spelling.is_prefix, spelling.ends_in_prefix


class NameUse(StrEnum):
    """Which surname a person uses (Dutch register: E, P, N and V)."""

    OWN = "own"
    PARTNER = "partner"
    PARTNER_THEN_OWN = "partner_then_own"
    OWN_THEN_PARTNER = "own_then_partner"


class FormOfAddress(StrEnum):
    """How a person wants to be addressed; neutral where it is unknown or neither is wanted."""

    MADAM = "madam"
    SIR = "sir"
    NEUTRAL = "neutral"


@dataclass(frozen=True, slots=True)
class NameParts:
    """One person's name in its parts; an unknown part is empty."""

    initials: str = ""
    first_name: str = ""
    prefix: str = ""
    surname: str = ""
    partner_prefix: str = ""
    partner_surname: str = ""
    name_use: NameUse = NameUse.OWN
    form_of_address: FormOfAddress = FormOfAddress.NEUTRAL

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to call this person by."""
        return not (self.first_name or self.initials or self.surname or self.partner_surname)


_LISTS = words.read("stakeholders/names")
_USE_OF = _LISTS.meanings("name_use", NameUse)


def name_use(text: str) -> NameUse:
    """Return the name use that a register letter (E, P, V, N) or its words mean; else own."""
    return _USE_OF.get(fold(text), NameUse.OWN)


class _Words(NamedTuple):
    formal: str
    informal: str
    nobody: str
    in_salutation: dict[FormOfAddress, str]
    in_text: dict[FormOfAddress, str]


_ENGLISH = {FormOfAddress.MADAM: "Ms", FormOfAddress.SIR: "Mr"}
_WORDS = {
    "nl": _Words(
        formal="Geachte",
        informal="Beste",
        nobody="Goedendag",
        in_salutation={FormOfAddress.MADAM: "mevrouw", FormOfAddress.SIR: "heer"},
        in_text={FormOfAddress.MADAM: "mevrouw", FormOfAddress.SIR: "de heer"},
    ),
    "en": _Words("Dear", "Dear", "Hello", _ENGLISH, _ENGLISH),
}
_KEEPS_PREFIX = frozenset({"BE"})
# Two spaces sort before any letter, so "Veen, Zoë" comes before "Veen de Jong, Anna".
_BETWEEN = "  "


def surname(parts: NameParts) -> str:
    """Return the surname a person uses, with prefixes as registered: "van Velzen-in het Veld"."""
    return "-".join(spelling.join(prefix, name) for prefix, name in _surnames(parts))


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
    """Return the formal opening of a letter (aanhef): "Geachte mevrouw Van der Veen"."""
    words, written = _words(language), surname(parts)
    # Somebody of whom only the first name is known is greeted by it.
    if not written:
        return greeting(parts, language)
    address = words.in_salutation.get(parts.form_of_address)
    name = f"{address} {_capital(written)}" if address else formal_name(parts)
    return f"{words.formal} {name}"


def greeting(parts: NameParts, language: str = "nl") -> str:
    """Return the informal, neutral opening of a letter: "Beste Noa Lindeman"."""
    words, name = _words(language), full_name(parts)
    return f"{words.informal} {name}" if name else words.nobody


def in_running_text(parts: NameParts, language: str = "nl") -> str:
    """Return the name inside a sentence: "de heer In het Veld", "mevrouw Van Velzen"."""
    written, address = surname(parts), _words(language).in_text.get(parts.form_of_address)
    return f"{address} {_capital(written)}" if written and address else formal_name(parts)


def list_name(parts: NameParts, country: str = "NL") -> str:
    """Return the name as in a register: "Veen, Jolanda van der"; `country` is of two letters."""
    called = parts.first_name or parts.initials
    prefix, rest = _sorted_by(parts, country)
    # In Belgium the prefix stays with the name: "Van der Veen, Jolanda".
    rest = _capital(rest) if country in _KEEPS_PREFIX else rest
    return ", ".join(filter(None, (rest, " ".join(filter(None, (called, prefix))))))


def sort_key(parts: NameParts, country: str = "NL") -> str:
    """Return the text by which names are put in order, to be compared sign by sign."""
    # Dutch order ignores the prefix (Jolanda van der Veen under V of Veen), Belgian order keeps it.
    # Accents are folded (Åkesson under A) and IJ sorts as the two letters i and j, as CLDR has it.
    prefix, rest = _sorted_by(parts, country)
    called = parts.first_name or parts.initials
    keys = (fold(rest) or fold(called), fold(called) if rest else "", fold(prefix))
    return _BETWEEN.join(keys).rstrip()


def initials_of(first_names: str) -> str:
    """Return the initials of first names: "J.F.R." of "Johan Frank Robert", "IJ." of "IJsbrand"."""
    words = (word for word in re.split(r"[\s.\-]+", first_names) if word[:1].isalpha())
    return "".join(f"{'IJ' if word.startswith('IJ') else word[0].upper()}." for word in words)


def _words(language: str) -> _Words:
    return _WORDS.get(language, _WORDS["en"])


def _surnames(parts: NameParts) -> list[tuple[str, str]]:
    """Return the surnames in use, first one first, as prefix and name."""
    own, partner = (parts.prefix, parts.surname), (parts.partner_prefix, parts.partner_surname)
    if parts.name_use is NameUse.OWN and parts.surname:
        return [own]  # as nearly everybody, and a list asks it for each name several times
    order = {
        NameUse.OWN: [own],
        NameUse.PARTNER: [partner],
        NameUse.PARTNER_THEN_OWN: [partner, own],
        NameUse.OWN_THEN_PARTNER: [own, partner],
    }[parts.name_use]
    return [pair for pair in order if pair[1]] or [pair for pair in (own, partner) if pair[1]]


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
        prefix, first = spelling.split(first)
    return prefix, "-".join([first, *(spelling.join(*pair) for pair in used[1:])])


def _after(before: str, written: str) -> str:
    """Return the surname behind what stands before it, or alone with a capital."""
    return f"{before} {written}" if before and written else before or _capital(written)


def _capital(written: str) -> str:
    """Return a surname with nothing before it: its first letter is a capital."""
    # Dutch spelling leaves a name that begins with an apostrophe ('t Hart) as it is.
    if written[:2].lower() == "ij" and written[:1].islower():
        return "IJ" + written[2:]
    return written[:1].upper() + written[1:]


_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u00b4\u0060\u02bc\u2032", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_INITIALS = re.compile(r"(?:(?:IJ|[^\W\d_](?:h|hr)?)\.\s*)+")
_POINTED = re.compile(r"[^.]+")
_LETTERS = re.compile(r"IJ|[^\W\d_]")
_LONGEST_BARE = 5
_FORM_OF = _LISTS.meanings("form_of_address", FormOfAddress)
# Titles are known, so that an import asks nobody about them, but tell of no form of address.
_SAY_NOTHING = frozenset(_LISTS.below("no_form_of_address"))


def form_of_address(text: str) -> FormOfAddress:
    """Return the form of address that is meant by "mevr.", "Dhr.", "Mrs"; else neutral."""
    # "Mr" with a capital is English; the Dutch "mr." is a lawyer of any gender.
    if text.strip().startswith("Mr") and fold(text) == "mr":
        return FormOfAddress.SIR
    return _FORM_OF.get(fold(text), FormOfAddress.NEUTRAL)


def knows_form_of_address(text: str) -> bool:
    """Whether a text is a form of address or a title that we know the meaning of."""
    said = fold(text)
    return said in _FORM_OF or set(said.split()) <= _SAY_NOTHING


def propose(raw: NameParts, country: str = "NL") -> NameParts:
    """Return a tidy proposal for name parts as somebody typed them; no letter gets lost."""
    # In Belgium (`country` BE) a capital prefix belongs to the surname and stays there.
    texts = ("initials", "first_name", "prefix", "surname", "partner_prefix", "partner_surname")
    tidy: dict[str, Any] = {name: _tidy(getattr(raw, name)) for name in texts}
    return _proposed(replace(raw, **tidy), country)


def _proposed(tidy: NameParts, country: str) -> NameParts:
    parts = _prefix_elsewhere(_middle_name(_without_comma(tidy)), country)
    return _in_usual_capitals(_initials_apart(_without_stuck_prefix(parts, country)), country)


def propose_from_one(
    text: str, form: FormOfAddress = FormOfAddress.NEUTRAL, country: str = "NL"
) -> NameParts:
    """Return a proposal for a whole name: "Jolanda van der Veen", "Veen, J. van der"."""
    tidy = _tidy(text)
    words = tidy.split(" ")
    if "," in tidy:
        called, surname = "", tidy
    elif len(words) == 1:
        called, surname = tidy, ""
    elif at := _written_in_capitals(words):
        called, surname = " ".join(words[at:]), " ".join(words[:at])
    elif _ends_in_initials(words):
        called, surname = words[-1], " ".join(words[:-1])
    else:
        # At the first prefix behind the first word, or at the first double name with a prefix
        # (Brouwer-van den Berg), or else at the last word. A prefix may stand behind: Jan Vries de.
        start = _start_of_surname(tidy, words)
        called, surname = " ".join(words[:start]), " ".join(words[start:])
    return _proposed(NameParts(first_name=called, surname=surname, form_of_address=form), country)


def _written_in_capitals(words: list[str]) -> int:
    """Return how many words before others are a surname by their capitals: "DUPONT Jean"."""
    count = next((at for at, word in enumerate(words) if not word.isupper()), 0)
    is_surname = count > 0 and all(len(word.strip(".-")) > 2 for word in words[:count])  # noqa: PLR2004 - JW
    return count if is_surname and "." not in "".join(words[:count]) else 0


def _ends_in_initials(words: list[str]) -> bool:
    """Return whether initials stand behind a surname; one letter may be a surname cut short."""
    if not _INITIALS.fullmatch(words[-1]) or _INITIALS.fullmatch(words[0]):
        return False
    surname = " ".join(words[:-1])
    has_prefix = spelling.begin_with_prefix(words) or spelling.split_written_behind(surname)[1]
    return words[-1].count(".") > 1 or bool(has_prefix)


def _start_of_surname(text: str, words: list[str]) -> int:
    """Return the index of the word at which the surname begins."""
    if spelling.begin_with_prefix(words):
        return 0
    before, prefix = spelling.split_written_behind(text)
    if prefix:
        return before.count(" ")
    for at in range(1, len(words) - 1):
        before, hyphen, last = words[at].rpartition("-")
        is_prefix = spelling.is_clearly_prefix(last) and bool(before or not hyphen)
        # Between other names it is no first name: "Youssef El Idrissi".
        if is_prefix or words[at] == "El":
            return at
    return len(words) - 1


def _tidy(text: str) -> str:
    """Return a clean line with plain apostrophes, and hyphens without spaces around them."""
    if not text:
        return ""
    plain = clean_line(text)
    if not plain.isascii() or "`" in plain:
        plain = plain.translate(_SIGNS)
    return re.sub(r"\s*-\s*", "-", plain).strip() if "-" in plain else plain


def _without_comma(parts: NameParts) -> NameParts:
    """Return parts with "Veen, van der, Jolanda" or "Veen, Jolanda van der" taken apart."""
    if "," not in parts.surname:
        return parts
    surname, *rest = [piece.strip() for piece in parts.surname.split(",")]
    behind = [piece for piece in rest if piece]
    if not behind:
        return replace(parts, surname=surname)
    before, stuck = spelling.split_ending(surname)
    if before and stuck and not parts.prefix and len(behind) == 1:  # "Vries de, Jan"
        parts, surname = replace(parts, prefix=stuck), before
    # First name and prefix stand behind it in either order.
    if len(behind) > 1 and spelling.is_clearly_prefix(behind[0]):
        called, prefix = " ".join(behind[1:]), behind[0].lower()
    else:
        called, prefix = spelling.split_ending(" ".join(behind))
    if (called and parts.first_name) or (prefix and parts.prefix):
        return replace(parts, surname=" ".join((surname, *behind)))
    called, prefix = called or parts.first_name, prefix or parts.prefix
    return replace(parts, surname=surname, first_name=called, prefix=prefix)


def _middle_name(parts: NameParts) -> NameParts:
    """Return parts with a middle name out of the field of the prefix, behind the first name."""
    if spelling.is_prefix(parts.prefix):
        return parts
    before, prefix = spelling.split_ending(parts.prefix)
    if not before[:1].isupper():
        return parts
    return replace(parts, first_name=f"{parts.first_name} {before}".strip(), prefix=prefix)


def _prefix_elsewhere(parts: NameParts, country: str) -> NameParts:
    """Return parts with the prefix out of "Vries de", or out of the first name "Anna de"."""
    if parts.prefix or country == "BE":
        return parts
    surname, prefix = spelling.split_written_behind(parts.surname)
    if prefix:
        return replace(parts, surname=surname, prefix=prefix)
    called, prefix = spelling.split_written_behind(parts.first_name)
    if prefix and parts.surname and not parts.first_name.isupper():
        return replace(parts, first_name=called, prefix=prefix)
    return parts


def _without_stuck_prefix(parts: NameParts, country: str) -> NameParts:
    prefix, surname = _apart(parts.prefix, parts.surname, country)
    before, partner = _apart(parts.partner_prefix, parts.partner_surname, country)
    if (surname, partner) == (parts.surname, parts.partner_surname):
        return parts
    own = replace(parts, prefix=prefix, surname=surname)
    return replace(own, partner_prefix=before, partner_surname=partner)


def _apart(prefix: str, surname: str, country: str) -> tuple[str, str]:
    if prefix or not surname or (country == "BE" and surname[:1].isupper()):
        return prefix, surname
    return spelling.split(surname)


def _initials_apart(parts: NameParts) -> NameParts:
    """Return parts with initials in their own field, as "J.M."."""
    if not parts.initials and _INITIALS.fullmatch(parts.first_name):
        parts = replace(parts, initials=parts.first_name, first_name="")
    bare = parts.initials.replace(" ", "")
    if _INITIALS.fullmatch(parts.initials):
        pointed = "".join(parts.initials.split())
        dotted = _POINTED.sub(lambda piece: piece[0][:1].upper() + piece[0][1:], pointed)
    elif bare.isalpha() and bare in {bare.upper(), bare.lower()} and len(bare) <= _LONGEST_BARE:
        dotted = "".join(f"{letter}." for letter in _LETTERS.findall(bare.upper()))
    else:
        return parts
    return parts if dotted == parts.initials else replace(parts, initials=dotted)


def _in_usual_capitals(parts: NameParts, country: str) -> NameParts:
    def small(prefix: str) -> str:
        return prefix.lower() if country != "BE" and spelling.is_prefix(prefix) else prefix

    return replace(
        parts,
        first_name=spelling.usual(parts.first_name, spelling.titled),
        prefix=small(parts.prefix),
        surname=spelling.usual(parts.surname, spelling.titled_surname),
        partner_prefix=small(parts.partner_prefix),
        partner_surname=spelling.usual(parts.partner_surname, spelling.titled_surname),
    )
