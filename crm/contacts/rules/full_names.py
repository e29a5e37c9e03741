"""Whole names as lists write them, and what stands before, behind and around them."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, pairwise
from typing import NamedTuple

from crm.contacts.rules.organisations import is_organisation
from crm.core import words
from crm.core.normalisation import fold
from crm.stakeholders.values import names
from crm.stakeholders.values.names import FormOfAddress, NameParts

_LISTS = words.read("contacts/names")
# What a list of lines puts before a name, and signs for a note below the list.
_BULLET = re.compile(r"^(?:\d{1,3}[.)]\s+|[-–•*·▪►]\s+)(?=[^\W\d])")
_SURNAME_BEFORE = re.compile(r"^(\S+);\s*(?=\S)")
_NOTES = "*†‡¹²³?"
_NOTE_SIGNS = re.compile(rf"(?<=\w)\s*[{_NOTES}]+$")
_IN_BRACKETS = re.compile(r"^\(([^()]*)\)$")
_QUOTED = re.compile(r"^([\"'“„])([^\"“”]+)[\"'”]$")
_BESIDE = re.compile(
    rf"[,\s]\s*((?:{_LISTS.pattern('behind.married')})\s+\S.*|c\.s\.?|e\.a\.?|\+\s?\d{{1,2}})$"
)
# Zoom: "Piet (Piet de Boer)", who is called so elsewhere.
_LONGER = re.compile(r"^(?=(\S[^()]*?)\s*\((\1 [^()]+)\)$)")
_REMARK_BEHIND = re.compile(r"^(\S.*?)\s*[(\[]([^()\[\]]+)[)\]]$")
_PRONOUNS = re.compile(
    rf"(?:{_LISTS.pattern('behind.pronouns')})(?:\s*/\s*\w+){{1,2}}", re.IGNORECASE
)
_ADDRESS_BEHIND = re.compile(
    r"^[\"']?(.*?)[\"']?\s*[<(\[]\s*(?:mailto:)?([^\s<>()\[\]]+@[^\s<>()\[\]]+)\s*[>)\]]\s*;?$"
)
_BARE_ADDRESS_BEHIND = re.compile(r"^([^\W\d][^@]*?[\w.)])[\s,;:–-]+([^\s@,;:]+@[^\s@]+\.\w+)$")
_NUMBER_BEHIND = re.compile(
    r"^([^\W\d](?:\D|(?<=[a-z])\d(?=\S*@))*?)[\s,;:–/(-]+"
    rf"(?:(?:{_LISTS.pattern('behind.number')})\b[\s.:]*)?((?:\+|0)[\d\s().-]{{7,}}\d)\)?$",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
SAYS_NOTHING = frozenset({"", *_LISTS.below("behind.say_nothing")})
"""What stands in brackets behind a name and says nothing of the person."""


def without_remark(text: str, *, is_any: bool) -> tuple[str, str]:
    """
    Return a first name or a surname without a remark in brackets behind it, and that.

    :param is_any: whether any remark; else only pronouns, as a first name may have another behind
    """
    found = _REMARK_BEHIND.match(text)
    if not found or names.is_prefix(found[2]):
        return text, ""
    says_nothing = fold(found[2]) in SAYS_NOTHING
    if not (is_any or says_nothing or _PRONOUNS.fullmatch(found[2].strip())):
        return text, ""
    return found[1], "" if says_nothing else found[2].strip()


def without_bullet(text: str) -> str:
    """Return a name without what a list of lines puts before it: "1. Anna Bos", "- Anna Bos"."""
    found = _BULLET.match(text)
    return text[found.end() :] if found else text


def address_behind(text: str) -> tuple[str, str]:
    """Return the name and the address in "Anna Bos <anna@kring.example>"; else no address."""
    if "@" not in text:
        return text, ""
    found = _ADDRESS_BEHIND.match(text) or _BARE_ADDRESS_BEHIND.match(text)
    return (found[1].strip(), found[2]) if found and found[1].strip() else (text, "")


def number_behind(text: str) -> tuple[str, str]:
    """Return the name and the telephone number in "Anna Bos, 06-12345678"; else no number."""
    if not _DIGIT.search(text):
        return text, ""
    found = _NUMBER_BEHIND.match(text)
    return (found[1], found[2]) if found else (text, "")


def undressed(text: str) -> tuple[str, list[str]]:
    """Return a name without bullets, quotation marks and who they are married to, and that."""
    bare = without_bullet(text.strip())
    # Most names have only letters: one look at the sign that is asked for tells that.
    if bare[-1:] in _NOTES:
        bare = _NOTE_SIGNS.sub("", bare)
    if ";" in bare:
        bare = _SURNAME_BEFORE.sub(r"\1, ", bare)
    if quoted := _QUOTED.match(bare):
        bare = quoted[2].strip()
    if enclosed := _IN_BRACKETS.match(bare):
        bare = enclosed[1].strip()
    if "(" in bare and (longer := _LONGER.match(bare)):
        bare = longer[2]
    beside = _BESIDE.search(bare)
    return (bare[: beside.start()], [beside[1]]) if beside else (bare, [])


_DEVICES = _LISTS.below("devices.words")
_DEVICE = rf"(?:{_LISTS.pattern('devices.words')})"
_MODEL = rf"(?:[\s_-]+(?:{_LISTS.pattern('devices.models')}|[\w.()+-]*\d[\w.()+-]*))"
_OWNED = re.compile(
    rf"(?:(?:de|the)\s+)?{_DEVICE}{_MODEL}*\s+(?:van|of|von|de)\s+(\S.*)"
    rf"|(\S.*?)(?:['\u2019\u00b4`]s?|(?<=[^s\s])s)\s+{_DEVICE}{_MODEL}*"
    rf"|{_DEVICE}{_MODEL}*\s*\(([^()\d]*[^\W\d]{{2}}[^()\d]*)\)",
    re.IGNORECASE,
)
_BARE = re.compile(rf"{_DEVICE}{_MODEL}+|{_LISTS.pattern('devices.bare')}", re.IGNORECASE)


def owner_of_device(text: str) -> str | None:
    """Return whose device is named: "Dora" of "Dora's iPad", nobody's "" of "S21", none if none."""
    bare, small = text.strip(), text.lower()
    # Most names hold no word for a device, not even within another word.
    if not any(word in small for word in _DEVICES):
        return None
    found = _OWNED.fullmatch(bare)
    owner = next(filter(None, found.groups()), "").strip() if found else ""
    return owner if owner or _BARE.fullmatch(bare) else None


_FORM = re.compile(
    rf"(^|,\s*)(dhr\.?\s?/\s?(?:mevr|mw)|{_LISTS.pattern('before.forms')})"
    r"(?:\.\s*|\s+)(?!(?:en|and|&)\s)(?=\w)",
    re.IGNORECASE,
)
_ATTENTION = re.compile(rf"^(?:{_LISTS.pattern('before.attention')})\s+", re.IGNORECASE)
_TITLES = re.compile(
    rf"^(?:(?:(?:{_LISTS.pattern('before.titles')}|(?-i:Mr))(?:\.\s*|\s+)"
    rf"|(?:{_LISTS.pattern('before.pointed_titles')})\.\s*"
    r"|(?-i:[Ii]r|[Ii]ng|[Dd]s)\s+(?=(?-i:[A-Z])\.?\s)|(?-i:mr)\s+(?=(?-i:[A-Z]))"
    rf"|(?:(?:ex|oud)-?)?(?:{_LISTS.pattern('before.offices')})\s+)(?=\w))+",
    re.IGNORECASE,
)
_DEGREES = re.compile(rf"(?:,?\s+(?:{_LISTS.pattern('behind.degrees')})\.?)+$")
# Behind a surname: "Meer, dr. A.B. van der".
_TITLES_BEHIND = re.compile(rf"(?<=,)\s*({_TITLES.pattern[1:]})", re.IGNORECASE)
# "K.v.d. Berg" and "v.d.Berg".
_STUCK_PREFIX = re.compile(r"(?<=\b[A-Z]\.)(?=v\.)|(?<=\bv\.d\.)(?=[A-Z])")
_STUCK_INITIAL = re.compile(r"(?<![^\W_])([A-Z]\.)(?=[^\W\d_]{2})")
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
# "Piet Jansen jr."; whoever is called Senior has one word before it.
_YOUNGER = re.compile(r"^(\S+\s+\S.*?),?\s+((?:[Jj]r|[Ss]r)\.?|[Jj]unior|[Ss]enior|I{2,3}|IV)$")
_AS_INITIALS = re.compile(r"[A-Z](?: [A-Z])*")
_ABBREVIATED = re.compile(r"\s+[-–—]\s+([A-Z]{2,6})$")
_BEHIND = re.compile(r"\)\s+-\s+(.+)$")
# Behind a whole name: an organisation by its first word, or words in small letters behind a comma.
_ELSEWHERE = re.compile(
    rf"(?:\s+[-–—/|]\s*|,\s*)((?:{words.read('contacts/organisations').pattern('named.behind_person')})\b.*)$",
    re.IGNORECASE,
)
# Nobody is called with a stroke, nor with one word behind the other ("Anna Bos / Actium"); and who
# stands in for somebody else is one person.
_APART = re.compile(
    r"\s*[|;]\s*|\s+@\s+|(?<=\w)\s+/\s+(?=[^\s/]+$)"
    rf"|\s+(?=(?:{_LISTS.pattern('behind.instead')})\s)",
    re.IGNORECASE,
)
_WHAT_THEY_DO = re.compile(r"^([A-Z]\S* [^,]*[A-Z][^,]*),\s*([a-z][^,]+)$")
_BEHIND_COLON = re.compile(r"^([A-Z]\S* [^:]+):\s+([a-z].*)$")
_BEHIND_DASH = re.compile(r"^([A-Z]\S* \S.*?)\s+[-–—]\s+([a-z]{4}.*)$")
NOBODY = frozenset(_LISTS.below("nobody"))
"""Folded words that say that nobody is known: "n.n.", "vacature", "nog te bepalen"."""
_TWO = re.compile(
    rf"\w\.?\s+(?:en|and|&|\+)\s+\w|^(?:{_LISTS.pattern('before.households')})\s+\w"
    r"|\s(?-i:c\.s\.|c\.s|e\.a\.|e\.a)$|\s\+\s?\d{1,2}$",
    re.IGNORECASE,
)
_TWO_NAMES = re.compile(r"\w\.?\s+/\s+((?:[A-Z]\.|[A-Z]\w+)\s*[^/]*[A-Z][^/]*)$")
_LONG_NUMBER = re.compile(r"\+?[\d\s().-]{9,}")
_MONTH = re.compile(rf"\d{{1,2}}[- ](?:{words.read('contacts/months').pattern('shown')})\w*")


class Called(NamedTuple):
    """A name, and what stood between brackets and is no part of it."""

    parts: NameParts
    remark: str


def taken_apart(text: str, form: FormOfAddress) -> Called:
    """Return a proposal for a whole name: "Dhr. drs. J. de Vries (Jan)", "Bos, Anna (Gemeente)"."""
    # From outside in: what stands around a name hides titles, and those hide initials.
    text, beside = undressed(text)
    has_brackets = "(" in text or "[" in text
    remarks = [remark.strip() for remark in _BRACKETS.findall(text)] if has_brackets else []
    bare, more = _without_more(text)
    bare, title, titles = _without_forms(bare)
    said = title or "".join(titles[:1])
    if form is FormOfAddress.NEUTRAL and said:
        form = names.form_of_address(said)
    if "." in bare:
        bare = _STUCK_PREFIX.sub(" ", _STUCK_INITIAL.sub(r"\1 ", bare))
    parts = _proposed(bare or text, form)
    # "Mevrouw Bos" has a surname, though one word alone is taken for a first name.
    if said and parts.first_name and not (parts.surname or parts.initials):
        parts = replace(parts, surname=parts.first_name, first_name="")
    kept = [remark for remark in remarks if fold(remark) not in SAYS_NOTHING]
    # "Jan", "Jan Willem" or "Anne-Marie" in brackets behind initials is the first name.
    called = re.split(r"[\s-]+", kept[0]) if kept else []
    are_names = all(word.isalpha() and word[:1].isupper() for word in called)
    if kept and parts.initials and not parts.first_name and are_names:
        parts = replace(parts, first_name=kept.pop(0))
    elif kept and not parts.prefix and names.is_prefix(kept[0]):
        parts = replace(parts, prefix=kept.pop(0))
    # Titles and other words are a remark, so that nothing is lost.
    return Called(parts, "; ".join([*titles, *kept, *more, *beside]))


def _without_forms(text: str) -> tuple[str, str, list[str]]:
    """Return a name without form of address and titles, before it or behind a comma, and those."""
    title = _FORM.search(text) if "," in text else _FORM.match(text)
    bare, titles = without_titles(_FORM.sub(r"\1", text, count=1) if title else text)
    if titles and not title and (title := _FORM.match(bare)):
        bare = _FORM.sub("", bare, count=1)
    if "," in bare and (behind := _TITLES_BEHIND.search(bare)):
        bare = bare.replace(behind[0], " ", 1)
        titles.append(behind[1].strip())
    return bare, title[2] if title else "", titles


def _proposed(bare: str, form: FormOfAddress) -> NameParts:
    """Return a proposal for a name; "J Bos" has initials, and "jr." stays with the surname."""
    younger = _YOUNGER.match(bare)
    parts = names.propose_from_one(younger[1] if younger else bare, form)
    if younger and parts.surname:
        parts = replace(parts, surname=f"{parts.surname} {younger[2]}")
    elif younger:
        parts = names.propose_from_one(bare, form)
    if parts.surname and not parts.initials and _AS_INITIALS.fullmatch(parts.first_name):
        initials = "".join(f"{letter}." for letter in parts.first_name.split())
        parts = replace(parts, first_name="", initials=initials)
    return parts


def _without_more(text: str) -> tuple[str, list[str]]:
    """Return a name without brackets, and what stood behind it: an organisation, what they do."""
    behind = _BEHIND.search(text)
    bare = _BRACKETS.sub("", text[: behind.start() + 1] if behind else text).strip(" -")
    bare, *others = _APART.split(_ATTENTION.sub("", bare))
    more = [*filter(None, others), *([behind[1]] if behind else [])]
    elsewhere = _ELSEWHERE.search(bare)
    if elsewhere and elsewhere.start():
        return bare[: elsewhere.start()], [elsewhere[1], *more]
    abbreviated = None if bare.isupper() else _ABBREVIATED.search(bare)
    if abbreviated and abbreviated.start():
        return bare[: abbreviated.start()], [abbreviated[1], *more]
    does = _WHAT_THEY_DO.match(bare) or _BEHIND_DASH.match(bare) or _BEHIND_COLON.match(bare)
    # In "Vries, de" what stands behind belongs to the name.
    is_of_name = does and (names.is_prefix(does[2]) or names.ends_in_prefix(does[1]))
    if does and not _FORM.match(does[2]) and not is_of_name:
        return does[1], [does[2], *more]
    return bare, more


def without_titles(text: str) -> tuple[str, list[str]]:
    """Return a name without titles before it and degrees behind it, and those."""
    before = _TITLES.match(text)
    bare = text[before.end() :] if before else text
    behind = None if bare.isupper() else _DEGREES.search(bare)
    bare = bare[: behind.start()] if behind else bare
    return bare, [found[0].strip(" ,") for found in (before, behind) if found]


def with_prefix_once(parts: NameParts) -> NameParts:
    """Return parts without a prefix that stands in the surname too, as in "de" and "de Vries"."""
    if not parts.prefix:
        return parts
    alone = replace(parts, prefix="")
    return alone if fold(names.propose(alone).prefix) == fold(parts.prefix) else parts


def names_two(text: str) -> bool:
    """Return whether a name seems to be of two people: "Jan en Marie de Vries"."""
    other = _TWO_NAMES.search(text)
    return bool(_TWO.search(text)) or bool(other and not is_organisation(other[1]))


def is_no_name(text: str) -> bool:
    """Return whether there is only a number or a date where a name is asked: "1-mei", "2024"."""
    has_digit = any(map(str.isdigit, text))
    return has_digit and (not any(map(str.isalpha, text)) or bool(_MONTH.fullmatch(text.lower())))


def is_long_number(text: str) -> bool:
    """Return whether there is only what could be a telephone number: "+31 6 12345678"."""
    return bool(_LONG_NUMBER.fullmatch(text.strip()))


def is_address(name: NameParts) -> bool:
    """Return whether all there is of a name is an e-mail address."""
    typed = [text for text in (name.first_name, name.prefix, name.surname) if text]
    return len(typed) == 1 and "@" in typed[0] and " " not in typed[0]


_GIVEN = frozenset(words.read("contacts/first_names").below("hardly_surnames"))
_SAMPLE, _FEWEST = 2_000, 3
_MOST_WORDS = 6
# So many more rows have it behind the surname than before it.
_HARDLY_EVER = 20


def surname_stands_first(cells: Iterable[str]) -> bool:
    """Return whether a first name stands at the end of most names, and hardly ever in front."""
    # A name and another, without a comma: one word, or a sentence, says nothing of an order.
    told = [
        pieces
        for pieces in map(str.split, islice(cells, _SAMPLE))
        if 1 < len(pieces) <= _MOST_WORDS and not any("," in word for word in pieces)
    ]
    order = [(_is_given(pieces[0]), _is_given(_without_prefixes(pieces)[0][-1])) for pieces in told]
    in_front = Counter(
        pieces[0]
        for pieces, given in zip(told, order, strict=True)
        if given == (False, True) and not _is_title(pieces[0])
    )
    behind, before = in_front.total(), order.count((True, False))
    # "Juf Anna", "Juf Els": that is no surname.
    differ = len(in_front) >= _FEWEST and max(in_front.values()) * 2 <= behind
    # Names that we do not know, from elsewhere, say nothing either way: half must.
    is_usual = behind * 2 >= len(told) - before
    return differ and is_usual and before * _HARDLY_EVER <= behind


def with_comma_behind_surname(text: str, *, is_said: bool) -> str:
    """
    Return a name of such a column as it is written elsewhere: "Vries, Jan de"; one by one.

    :param is_said: whether somebody says so, or the heading, and not only most names
    """
    pieces, prefixes = _without_prefixes(text.split())
    is_alone = len(pieces) < 2 or _is_title(pieces[0])  # noqa: PLR2004 - both names
    if is_alone or "," in text:
        return text
    is_inside = any(map(names.is_prefix, pieces[1:])) and not names.is_prefix(pieces[0])
    # "Jan de Vries" stands the usual way round, whatever is said.
    is_usual = is_inside and not prefixes if is_said else _is_given(pieces[0])
    if is_usual and not _is_given(pieces[-1]):
        return text
    pairs = enumerate(pairwise(pieces), start=1)
    given = (at for at, pair in pairs if _is_given(pair[1]) and not names.is_prefix(pair[0]))
    start = next(given, len(pieces) - 1)
    return f"{' '.join(pieces[:start])}, {' '.join([*pieces[start:], *prefixes])}"


def _is_given(word: str) -> bool:
    return not names.is_prefix(word) and fold(word.partition("-")[0]) in _GIVEN


def _is_title(word: str) -> bool:
    is_small = word[:1].islower() and "'" not in word and not names.is_prefix(word)
    return is_small or word.endswith(".") or names.knows_form_of_address(word)


def _without_prefixes(pieces: list[str]) -> tuple[list[str], list[str]]:
    """Return a name without prefixes at its end, and those: "Vries Jan" and "de"."""
    end = len(pieces)
    while end > 2 and names.is_prefix(pieces[end - 1]):  # noqa: PLR2004 - two names stay
        end -= 1
    return pieces[:end], pieces[end:]
