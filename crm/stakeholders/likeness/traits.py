"""What of a person or an organisation is compared, in the form in which it is compared."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import urlsplit

from crm.core.normalisation import fold
from crm.stakeholders.addresses import email_key
from crm.stakeholders.names import NameParts, prefixes

# What says only which legal form an organisation has, or nothing at all.
_FORMS = frozenset({
    "stichting", "st", "bv", "nv", "vof", "cv", "ua", "ltd", "inc", "de", "het", "een", "the",
})  # fmt: skip
_SPLIT_FORMS = re.compile(r"\b(b v|n v|v o f|c v|u a)\b")


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
    """
    What of a person is compared.

    :param given: the first name, folded; empty where only initials are known
    :param initials: the letters of the initials, or else those of the first name
    :param surnames: own and partner's surname, folded, without prefix
    """

    given: str = ""
    initials: str = ""
    surnames: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    area_id: int | None = None

    @property
    def mark(self) -> str:
        """What differs as soon as one of the traits does."""
        sets = (self.surnames, self.emails, self.phones, self.organisations)
        told = [self.given, self.initials, self.area_id, *(sorted(map(str, one)) for one in sets)]
        return _digest(told)


@dataclass(frozen=True, slots=True)
class OrganisationTraits:
    """
    What of an organisation is compared.

    :param words: the words of its name, folded, without its legal form
    :param host: of its website
    """

    words: tuple[str, ...] = ()
    host: str = ""
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


@dataclass(frozen=True, slots=True)
class Contact:
    """Where a person can be reached and is found, as it was typed or is kept."""

    emails: Iterable[str] = ()
    phones: Iterable[str] = ()
    organisations: Iterable[int] = field(default=())
    area_id: int | None = None


def person_traits(name: NameParts, contact: Contact) -> PersonTraits:
    """Return what of a person is compared; phone numbers in E.164, the empty ones count not."""
    given = fold(name.first_name)
    letters = "".join(word[0] for word in given.split())
    # Some lists have initials where the first name should be.
    given = "" if all(len(word) == 1 for word in given.split()) else given
    # Many type the prefix before the surname and not into a field of its own.
    surnames = (fold(prefixes.split(one)[1]) for one in (name.surname, name.partner_surname))
    return PersonTraits(
        given=given,
        initials=_letters(name.initials) or letters,
        surnames=frozenset(filter(None, surnames)),
        emails=frozenset(email_key(one) for one in contact.emails if one),
        phones=frozenset(filter(None, contact.phones)),
        organisations=frozenset(contact.organisations),
        area_id=contact.area_id,
    )


def organisation_traits(
    name: str, *, website: str = "", postcode: str = "", street: str = "", town: str = ""
) -> OrganisationTraits:
    """Return what of an organisation is compared."""
    words = _SPLIT_FORMS.sub(" ", fold(name)).split()
    telling = [word for word in words if word not in _FORMS]
    return OrganisationTraits(
        words=tuple(telling or words),
        host=_host(website),
        postcode=fold(postcode).replace(" ", ""),
        street=fold(street),
        town=fold(town),
    )


def _letters(initials: str) -> str:
    """Return "jp" for "J.P."; of "Th." only its first letter tells."""
    parts = fold(initials).split()
    if len(parts) == 1 and initials.isupper():
        return parts[0]
    return "".join(part[0] for part in parts)


def _host(website: str) -> str:
    # An address that cannot be read tells nothing.
    try:
        host = urlsplit(website.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _digest(told: object) -> str:
    return hashlib.blake2b(repr(told).encode(), digest_size=8).hexdigest()
