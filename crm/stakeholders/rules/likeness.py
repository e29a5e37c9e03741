"""How much two records look like one and the same: a score with reasons, and blocks to look in."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, StrEnum, auto
from urllib.parse import urlsplit

from crm.core import words
from crm.core.libraries import OSA, fuzz
from crm.core.normalisation import fold
from crm.stakeholders.values.addresses import email_key
from crm.stakeholders.values.names import NameParts, spelling

_LISTS = words.read("stakeholders/organisations")
# What says only which legal form an organisation has, or nothing at all.
_FORMS = frozenset(_LISTS.below("legal_forms.words"))
_SPLIT_FORMS = re.compile(rf"\b({_LISTS.pattern('legal_forms.letters')})\b")


class Why(StrEnum):
    """Why two records may be one."""

    SAME_EMAIL = "same_email"
    SAME_PHONE = "same_phone"
    SAME_NAME = "same_name"
    INITIALS_FIT = "initials_fit"
    NEAR_NAME = "near_name"
    SAME_ORGANISATION = "same_organisation"
    SAME_AREA = "same_area"
    SAME_WEBSITE = "same_website"
    SAME_ADDRESS = "same_address"
    PART_OF_NAME = "part_of_name"
    LETTERS_FIT = "letters_fit"


@dataclass(frozen=True, slots=True)
class Likeness:
    """How much two records look like one: 0 (nothing says so) to 100, and what says so."""

    score: int
    reasons: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class PersonTraits:
    """What of a person is compared."""

    given: str = ""  # the first name, folded; empty where only initials are known
    initials: str = ""  # the letters of the initials, or else those of the first name
    surnames: frozenset[str] = frozenset()  # own and partner's surname, folded, without prefix
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    area_id: int | None = None

    @property
    def mark(self) -> str:
        """What differs as soon as one of the traits does."""
        sets = (self.surnames, self.emails, self.phones, self.organisations)
        each = (sorted(map(str, traits)) for traits in sets)
        return _digest([self.given, self.initials, self.area_id, *each])


@dataclass(frozen=True, slots=True)
class OrganisationTraits:
    """What of an organisation is compared."""

    words: tuple[str, ...] = ()  # the words of its name, folded, without its legal form
    host: str = ""  # of its website
    postcode: str = ""
    street: str = ""
    town: str = ""

    @property
    def core(self) -> str:
        """The name as one word."""
        return "".join(self.words)

    @property
    def letters(self) -> str:
        """The first letters of its words, by which a long name is called: "NOM"."""
        return "".join(word[0] for word in self.words)

    @property
    def mark(self) -> str:
        """What differs as soon as one of the traits does."""
        return _digest([self.words, self.host, self.postcode, self.street, self.town])


Traits = PersonTraits | OrganisationTraits


def person_traits(
    name: NameParts,
    *,
    emails: Iterable[str] = (),
    phones: Iterable[str] = (),
    organisations: Iterable[int] = (),
    area_id: int | None = None,
) -> PersonTraits:
    """Return what of a person is compared; phone numbers in E.164, the empty ones count not."""
    given = fold(name.first_name)
    # "JP" is two letters, and so is "J.P."; of "Th." only its first one tells.
    parts = fold(name.initials).split()
    is_bare = len(parts) == 1 and name.initials.isupper()
    initials = parts[0] if is_bare else "".join(part[0] for part in parts)
    letters = "".join(word[0] for word in given.split())
    # Some lists have initials where the first name should be.
    given = "" if all(len(word) == 1 for word in given.split()) else given
    # Many type the prefix before the surname and not into a field of its own.
    surnames = (fold(spelling.split(text)[1]) for text in (name.surname, name.partner_surname))
    return PersonTraits(
        given=given,
        initials=initials or letters,
        surnames=frozenset(filter(None, surnames)),
        emails=frozenset(map(email_key, filter(None, emails))),
        phones=frozenset(filter(None, phones)),
        organisations=frozenset(organisations),
        area_id=area_id,
    )


def organisation_traits(
    name: str, *, website: str = "", postcode: str = "", street: str = "", town: str = ""
) -> OrganisationTraits:
    """Return what of an organisation is compared."""
    try:
        host = (urlsplit(website.strip()).hostname or "").removeprefix("www.")
    # An address that cannot be read tells nothing.
    except ValueError:
        host = ""
    # Folded, "B.V." is two words of a letter, which are left out as well.
    words = _SPLIT_FORMS.sub(" ", fold(name)).split()
    telling = [word for word in words if word not in _FORMS]
    return OrganisationTraits(
        # A name of nothing but such words is still a name.
        words=tuple(telling or words),
        host=host,
        postcode=fold(postcode).replace(" ", ""),
        street=fold(street),
        town=fold(town),
    )


def _digest(told: object) -> str:
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()


# With the same first name and surnames that begin alike one may be meant by who types; that alone
# makes no likely pair, so these blocks are not gone through in the background.
_ONLY_WHILE_TYPING = "t"
_BEGINNING = 4
_LENGTHS_OF_LETTERS = range(3, 7)
# By which keys one is looked for first: an address is of few, an organisation may be of thousands.
_IN_TURN = ("ephsc", "nwa" + _ONLY_WHILE_TYPING, "oibz")


def keys_of(traits: Traits) -> frozenset[str]:
    """
    Return the keys of the blocks in which a record is.

    Of a person: address, number, surname with initial, organisation. Of an organisation: name, its
    beginning and end, website and address.
    """
    if isinstance(traits, PersonTraits):
        initial = traits.initials[:1]
        surnames = [name.replace(" ", "") for name in traits.surnames or {""}]
        keys = {*map("e:{}".format, traits.emails), *map("p:{}".format, traits.phones)}
        keys |= {f"n:{name}|{initial}" for name in surnames if name or traits.given}
        for place in traits.organisations:
            keys |= {f"i:{place}|{initial}", *(f"o:{place}|{name[:1]}" for name in surnames)}
        if traits.given:
            keys |= {f"{_ONLY_WHILE_TYPING}:{traits.given}|{name[:2]}" for name in surnames}
        return frozenset(keys)
    core = traits.core
    keys = {f"n:{core}", f"s:{''.join(sorted(traits.words))}"}
    keys |= {f"b:{core[:_BEGINNING]}", f"z:{core[-_BEGINNING:]}"}
    keys |= {f"w:{word}" for word in traits.words if len(word) > _BEGINNING}
    if traits.host:
        keys.add(f"h:{traits.host}")
    if traits.postcode:
        keys.add(f"a:{traits.postcode}")
    letters = (called for called in (core, traits.letters) if len(called) in _LENGTHS_OF_LETTERS)
    return frozenset(keys | {f"c:{called}" for called in letters})


def in_turn(keys: Iterable[str]) -> list[list[str]]:
    """Return keys in groups: those first of which a block is small and so tells most."""
    ordered = sorted(keys)
    groups = ([key for key in ordered if key[0] in letters] for letters in _IN_TURN)
    return list(filter(None, groups))


def is_searched(key: str) -> bool:
    """Whether the block of a key is gone through in the background."""
    return not key.startswith(f"{_ONLY_WHILE_TYPING}:")


MOST = 100
EMAIL, PHONE, ORGANISATION, AREA = 50, 30, 30, 10
# What differs tells less than what is equal: people change work, and areas are often empty.
OTHER_ORGANISATION, OTHER_AREA = -15, -5
# One typing error from four letters on, two from eight.
_LETTERS_OF_ONE, _LETTERS_OF_TWO = 4, 8


class _Fit(Enum):
    """How two parts of a name fit."""

    SAME = auto()
    NEAR = auto()
    INITIAL = auto()
    UNKNOWN = auto()
    OTHER = auto()


# What the name tells, by surname and given name. A household shares surname and address, so
# another given name tells that they are two, even where everything else is equal.
_NAMES: dict[tuple[_Fit, _Fit], int] = {
    (surname, given): points
    for surname, row in {
        _Fit.SAME: (45, 35, 35, 20, -25),
        _Fit.NEAR: (33, 20, 22, 10, -30),
        _Fit.UNKNOWN: (20, 10, 10, 10, -25),
        _Fit.OTHER: (12, -10, -10, -10, -35),
    }.items()
    # A row has the points for given names in the order of `_Fit`.
    for given, points in zip(_Fit, row, strict=True)
}
_REASONS = {
    (_Fit.SAME, _Fit.SAME): Why.SAME_NAME,
    (_Fit.SAME, _Fit.INITIAL): Why.INITIALS_FIT,
    (_Fit.SAME, _Fit.NEAR): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.SAME): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.NEAR): Why.NEAR_NAME,
    (_Fit.NEAR, _Fit.INITIAL): Why.NEAR_NAME,
}


def likeness(one: Traits, other: Traits) -> Likeness:
    """Return how much two of a kind look like one; legal form and order of words tell nothing."""
    if isinstance(one, PersonTraits) and isinstance(other, PersonTraits):
        # The name alone gives at most 45; with an address, a number or an organisation that both
        # have it becomes likely. Namesakes in different organisations stay at 30.
        fits = _surname_fit(one, other), _given_fit(one, other)
        told = [(_REASONS.get(fits), _NAMES[fits]), *_shared(one, other)]
    elif isinstance(one, OrganisationTraits) and isinstance(other, OrganisationTraits):
        told = [_names(one, other), *_places(one, other)]
    else:
        raise TypeError(one, other)
    score = sum(points for _why, points in told)
    reasons = [why for why, points in told if why is not None and points > 0]
    return Likeness(max(0, min(MOST, score)), tuple(sorted(reasons, key=list(Why).index)))


def _shared(one: PersonTraits, other: PersonTraits) -> Iterator[tuple[Why | None, int]]:
    if one.emails & other.emails:
        yield Why.SAME_EMAIL, EMAIL
    if one.phones & other.phones:
        yield Why.SAME_PHONE, PHONE
    if one.organisations and other.organisations:
        if one.organisations & other.organisations:
            yield Why.SAME_ORGANISATION, ORGANISATION
        else:
            yield None, OTHER_ORGANISATION
    if one.area_id is not None and other.area_id is not None:
        same = one.area_id == other.area_id
        yield (Why.SAME_AREA, AREA) if same else (None, OTHER_AREA)


def _surname_fit(one: PersonTraits, other: PersonTraits) -> _Fit:
    if not (one.surnames and other.surnames):
        return _Fit.UNKNOWN
    if one.surnames & other.surnames:
        return _Fit.SAME
    are_near = any(is_near(mine, theirs) for mine in one.surnames for theirs in other.surnames)
    return _Fit.NEAR if are_near else _Fit.OTHER


def _given_fit(one: PersonTraits, other: PersonTraits) -> _Fit:
    # With initials in one of them only these can be compared, and they tell less.
    if one.given and other.given:
        fewer, more = sorted((one.given.split(), other.given.split()), key=len)
        if more[: len(fewer)] == fewer:
            return _Fit.SAME
        return _Fit.NEAR if is_near(one.given, other.given) else _Fit.OTHER
    if not (one.initials and other.initials):
        return _Fit.UNKNOWN
    shorter, longer = sorted((one.initials, other.initials), key=len)
    return _Fit.INITIAL if longer.startswith(shorter) else _Fit.OTHER


def is_near(one: str, other: str) -> bool:
    """Whether a typing error or two, by their length, is all that tells two words apart."""
    letters = min(len(one), len(other))
    allowed = (letters >= _LETTERS_OF_ONE) + (letters >= _LETTERS_OF_TWO)
    return allowed > 0 and OSA.distance(one, other, score_cutoff=allowed) <= allowed


WEBSITE, ADDRESS, POSTCODE, TOWN = 40, 25, 10, 5
OTHER_TOWN, OTHER_NAME = -15, -10
_FEWEST_LETTERS = 3
# Likeness of the words in any order, of 100 (RapidFuzz token sort), and what it counts for.
_NEAR = ((92, 55), (85, 45))


def may_be_called(one: OrganisationTraits, other: OrganisationTraits) -> bool:
    """Return whether the names of two organisations may be names of one."""
    return _names(one, other)[1] > 0


def _names(one: OrganisationTraits, other: OrganisationTraits) -> tuple[Why | None, int]:
    if one.core == other.core or sorted(one.words) == sorted(other.words):
        return Why.SAME_NAME, 60
    alike = fuzz.token_sort_ratio(" ".join(one.words), " ".join(other.words))
    for least, points in _NEAR:
        if alike >= least:
            return Why.NEAR_NAME, points
    pairs = ((short.core, full.letters) for short, full in ((one, other), (other, one)))
    if any(core == letters and len(core) >= _FEWEST_LETTERS for core, letters in pairs):
        return Why.LETTERS_FIT, 35
    if set(one.words) <= set(other.words) or set(other.words) <= set(one.words):
        return Why.PART_OF_NAME, 35
    return None, OTHER_NAME


def _places(one: OrganisationTraits, other: OrganisationTraits) -> Iterator[tuple[Why | None, int]]:
    if one.host and one.host == other.host:
        yield Why.SAME_WEBSITE, WEBSITE
    if one.postcode and one.postcode == other.postcode:
        is_same = bool(one.street) and one.street == other.street
        yield (Why.SAME_ADDRESS, ADDRESS) if is_same else (None, POSTCODE)
    if one.town and other.town:
        yield None, TOWN if one.town == other.town else OTHER_TOWN


# From this score on a pair stands on the list; the name alone, however equal, does not reach it.
LIKELY = 60
# From this one on somebody is shown to who types a new one: better one question too many.
POSSIBLE = 33
