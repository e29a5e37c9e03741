"""What an import or a form proposes for a name as somebody typed it, without losing a letter."""

import re
from collections.abc import Callable
from dataclasses import replace

from crm.core.cleaning import clean_line
from crm.core.normalisation import fold
from crm.stakeholders.names import prefixes
from crm.stakeholders.names.parts import FormOfAddress, NameParts

_SIGNS = str.maketrans(
    dict.fromkeys("\u2018\u2019\u201b\u00b4\u0060\u02bc\u2032", "'")
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
)
_INITIALS = re.compile(r"(?:(?:IJ|[^\W\d_](?:h|hr)?)\.\s*)+")
_POINTED = re.compile(r"[^.]+")
_VOWELS = frozenset("aeiouy")
_WORD = re.compile(r"[^\s\-']+")
_LETTERS = re.compile(r"IJ|[^\W\d_]")
_LONGEST_BARE_INITIALS = 5
_MADAM = (
    "mevrouw mevr mw mej mejuffrouw vrouw vrouwelijk v f female madam ms mrs miss frau fru mme "
    "mlle madame sra senora signora bayan pani"
)
_SIR = (
    "dhr heer hr meneer man mannelijk m male sir mister herr herre monsieur sr senor signor bay pan"
)
_FORM_OF = {
    **dict.fromkeys(_MADAM.split(), FormOfAddress.MADAM),
    **dict.fromkeys([*_SIR.split(), "de heer"], FormOfAddress.SIR),
}
_SAY_NOTHING = frozenset({
    "dr", "drs", "ir", "ing", "mr", "prof", "neutraal", "neutral", "onbekend", "unknown", "x",
})  # fmt: skip


def form_of_address(text: str) -> FormOfAddress:
    """
    Return the form of address that is meant by "mevr.", "Dhr.", "Mrs"; else neutral.

    "Mr" with a capital is English; the Dutch "mr." is a lawyer of any gender.
    """
    if text.strip().startswith("Mr") and fold(text) == "mr":
        return FormOfAddress.SIR
    return _FORM_OF.get(fold(text), FormOfAddress.NEUTRAL)


def knows_form_of_address(text: str) -> bool:
    """Whether a text is a form of address or a title that we know the meaning of."""
    words = fold(text)
    return words in _FORM_OF or set(words.split()) <= _SAY_NOTHING


def propose(raw: NameParts, country: str = "NL") -> NameParts:
    """
    Return a tidy proposal for name parts as somebody typed them; no letter gets lost.

    Takes a prefix out of the surname (also behind it, with or without a comma), writes prefixes
    small, gives names in capitals or small letters their usual form, and makes one kind of
    apostrophe and hyphen. In Belgium (`country` BE) a capital prefix belongs to the surname and
    stays there.
    """
    return _proposed(_clean(raw), country)


def _proposed(tidy: NameParts, country: str) -> NameParts:
    parts = _prefix_elsewhere(_middle_name(_without_comma(tidy)), country)
    return _in_usual_capitals(_initials_apart(_without_stuck_prefix(parts, country)), country)


def propose_from_one(
    text: str, form: FormOfAddress = FormOfAddress.NEUTRAL, country: str = "NL"
) -> NameParts:
    """
    Return a proposal for a whole name in one text: "Jolanda van der Veen", "Veen, J. van der".

    Without a comma the surname begins at the first prefix behind the first word, or at the first
    double name with a prefix (Brouwer-van den Berg), or else at the last word. A prefix may stand
    behind it (Jan Vries de), and so may several initials (Jansen P.J.M.).
    """
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
        start = _start_of_surname(tidy, words)
        called, surname = " ".join(words[:start]), " ".join(words[start:])
    parts = NameParts(first_name=called, surname=surname, form_of_address=form)
    return _proposed(parts, country)


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
    has_prefix = prefixes.begin_with_prefix(words) or prefixes.split_written_behind(surname)[1]
    return words[-1].count(".") > 1 or bool(has_prefix)


def _start_of_surname(text: str, words: list[str]) -> int:
    """Return the index of the word at which the surname begins."""
    if prefixes.begin_with_prefix(words):
        return 0
    before, prefix = prefixes.split_written_behind(text)
    if prefix:
        return before.count(" ")
    behind_first = range(1, len(words) - 1)
    return next((at for at in behind_first if _begins_surname(words[at])), len(words) - 1)


def _begins_surname(word: str) -> bool:
    before, hyphen, last = word.rpartition("-")
    # Between other names it is no first name: "Youssef El Idrissi".
    return word == "El" or (prefixes.is_clearly_prefix(last) and bool(before or not hyphen))


def _clean(raw: NameParts) -> NameParts:
    return replace(
        raw,
        initials=_tidy(raw.initials),
        first_name=_tidy(raw.first_name),
        prefix=_tidy(raw.prefix),
        surname=_tidy(raw.surname),
        partner_prefix=_tidy(raw.partner_prefix),
        partner_surname=_tidy(raw.partner_surname),
    )


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
    before, stuck = prefixes.split_ending(surname)
    if before and stuck and not parts.prefix and len(behind) == 1:  # "Vries de, Jan"
        parts, surname = replace(parts, prefix=stuck), before
    called, prefix = _behind_comma(behind)
    if (called and parts.first_name) or (prefix and parts.prefix):
        return replace(parts, surname=" ".join((surname, *behind)))
    return replace(
        parts,
        surname=surname,
        first_name=called or parts.first_name,
        prefix=prefix or parts.prefix,
    )


def _behind_comma(pieces: list[str]) -> tuple[str, str]:
    """Return first name and prefix of what stands behind the surname, in either order."""
    first, *more = pieces
    if more and prefixes.is_clearly_prefix(first):
        return " ".join(more), first.lower()
    return prefixes.split_ending(" ".join(pieces))


def _middle_name(parts: NameParts) -> NameParts:
    """Return parts with a middle name out of the field of the prefix, behind the first name."""
    if prefixes.is_prefix(parts.prefix):
        return parts
    before, prefix = prefixes.split_ending(parts.prefix)
    if not before[:1].isupper():
        return parts
    return replace(parts, first_name=f"{parts.first_name} {before}".strip(), prefix=prefix)


def _prefix_elsewhere(parts: NameParts, country: str) -> NameParts:
    """Return parts with the prefix out of "Vries de", or out of the first name "Anna de"."""
    if parts.prefix or country == "BE":
        return parts
    surname, prefix = prefixes.split_written_behind(parts.surname)
    if prefix:
        return replace(parts, surname=surname, prefix=prefix)
    called, prefix = prefixes.split_written_behind(parts.first_name)
    if prefix and parts.surname and not parts.first_name.isupper():
        return replace(parts, first_name=called, prefix=prefix)
    return parts


def _without_stuck_prefix(parts: NameParts, country: str) -> NameParts:
    prefix, surname = _apart(parts.prefix, parts.surname, country)
    partner_prefix, partner = _apart(parts.partner_prefix, parts.partner_surname, country)
    if (surname, partner) == (parts.surname, parts.partner_surname):
        return parts
    return replace(
        parts,
        prefix=prefix,
        surname=surname,
        partner_prefix=partner_prefix,
        partner_surname=partner,
    )


def _apart(prefix: str, surname: str, country: str) -> tuple[str, str]:
    if prefix or not surname or (country == "BE" and surname[:1].isupper()):
        return prefix, surname
    return prefixes.split(surname)


def _initials_apart(parts: NameParts) -> NameParts:
    """Return parts with initials in their own field, as "J.M."."""
    if not parts.initials and _INITIALS.fullmatch(parts.first_name):
        parts = replace(parts, initials=parts.first_name, first_name="")
    dotted = _dotted(parts.initials) if parts.initials else ""
    return parts if dotted == parts.initials else replace(parts, initials=dotted)


def _dotted(initials: str) -> str:
    if _INITIALS.fullmatch(initials):
        return _POINTED.sub(
            lambda piece: piece[0][:1].upper() + piece[0][1:], "".join(initials.split())
        )
    bare = initials.replace(" ", "")
    if (
        bare.isalpha()
        and len(bare) <= _LONGEST_BARE_INITIALS
        and bare in {bare.upper(), bare.lower()}
    ):
        return "".join(f"{letter}." for letter in _LETTERS.findall(bare.upper()))
    return initials


def _in_usual_capitals(parts: NameParts, country: str) -> NameParts:
    def small(prefix: str) -> str:
        return prefix.lower() if country != "BE" and prefixes.is_prefix(prefix) else prefix

    return NameParts(
        initials=parts.initials,
        first_name=_usual(parts.first_name, _titled),
        prefix=small(parts.prefix),
        surname=_usual(parts.surname, _titled_surname),
        partner_prefix=small(parts.partner_prefix),
        partner_surname=_usual(parts.partner_surname, _titled_surname),
        name_use=parts.name_use,
        form_of_address=parts.form_of_address,
    )


def _usual(text: str, titled: Callable[[str], str]) -> str:
    """Return a name that was typed in capitals or small letters with capitals as usual."""
    if not text:
        return ""
    may_be_initials = len(text) <= 2 and not _VOWELS & set(text.lower())  # noqa: PLR2004 - JM
    if text.islower() or (text.isupper() and not may_be_initials):
        return titled(text)
    return _WORD.sub(lambda word: _whole_ij(word[0]), text) if "Ij" in text else text


def _titled(text: str) -> str:
    return _WORD.sub(lambda word: _whole_ij(_capitalised(word[0])), text)


def _titled_surname(text: str) -> str:
    """Return a surname with capitals, the prefix of a second name small: "Brouwer-van den Berg"."""
    first, *more = text.split("-")
    return "-".join([_titled(first), *map(_titled_second, more)])


def _titled_second(text: str) -> str:
    prefix, name = prefixes.split(text)
    return prefixes.join(prefix, _titled(name))


def _capitalised(word: str) -> str:
    # Small letters of a Turkish capital with a dot are two signs.
    return word if "." in word else word[:1].upper() + word[1:].replace("İ", "i").lower()


def _whole_ij(word: str) -> str:
    """Return "IJzerman" for "Ijzerman"; before a vowel (Ijaz) they are two letters."""
    is_one_letter = word.startswith("Ij") and word[2:3].lower() not in {"", *_VOWELS}
    return "IJ" + word[2:] if is_one_letter else word
