"""Columns of a list of people or organisations: what they can hold, and words in them."""

import re
from collections.abc import Mapping
from enum import StrEnum

from crm.core import words
from crm.core.i18n import LazyString, _l
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix


class Field(StrEnum):
    """What a column can hold, in the order in which it is offered."""

    FORM_OF_ADDRESS = "form_of_address"
    INITIALS = "initials"
    FIRST_NAME = "first_name"
    PREFIX = "prefix"
    SURNAME = "surname"
    FULL_NAME = "full_name"
    SURNAME_FIRST = "full_name_surname_first"
    PARTNER_PREFIX = "partner_prefix"
    PARTNER_SURNAME = "partner_surname"
    NAME_USE = "name_use"
    ORGANISATION = "organisation"
    SORT = "person_or_organisation"
    KIND = "kind_of_organisation"
    ROLE = "role"
    ORGANISATION_ROLE = "organisation_and_role"
    ROLE_ORGANISATION = "role_and_organisation"
    HELIX = "helix"
    SECOND_HELIX = "second_helix"
    IN_GOVERNMENT = "in_government"
    IN_RESEARCH = "in_research"
    IN_BUSINESS = "in_business"
    IN_END_USERS = "in_end_users"
    EMAIL = "email"
    PHONE = "phone"
    STREET = "street"
    POSTCODE = "postcode"
    TOWN = "town"
    COUNTRY = "country"
    AREA = "area"
    WEBSITE = "website"
    LANGUAGE = "language"
    TAGS = "tags"
    CONSENT_DATE = "consent_date"
    NOTE = "note"
    RECORD = "record"
    CODE = "code"


FIELD_LABELS: Mapping[StrEnum, LazyString] = {
    Field.FORM_OF_ADDRESS: _l("Form of address"),
    Field.INITIALS: _l("Initials"),
    Field.FIRST_NAME: _l("First name"),
    Field.PREFIX: _l("Prefix"),
    Field.SURNAME: _l("Surname"),
    Field.FULL_NAME: _l("Full name"),
    Field.SURNAME_FIRST: _l("Full name, surname first"),
    Field.PARTNER_PREFIX: _l("Prefix of the partner's surname"),
    Field.PARTNER_SURNAME: _l("Surname of the partner"),
    Field.NAME_USE: _l("Name use"),
    Field.ORGANISATION: _l("Organisation"),
    Field.SORT: _l("Person or organisation"),
    Field.KIND: _l("Kind of organisation"),
    Field.ROLE: _l("Role"),
    Field.ORGANISATION_ROLE: _l("Organisation and role in one"),
    Field.ROLE_ORGANISATION: _l("Role and organisation in one"),
    Field.HELIX: _l("Helix"),
    Field.SECOND_HELIX: _l("Second helix"),
    Field.IN_GOVERNMENT: _l("Helix: a cross for government"),
    Field.IN_RESEARCH: _l("Helix: a cross for research"),
    Field.IN_BUSINESS: _l("Helix: a cross for business"),
    Field.IN_END_USERS: _l("Helix: a cross for end users"),
    Field.EMAIL: _l("E-mail address"),
    Field.PHONE: _l("Phone number"),
    Field.STREET: _l("Street and number"),
    Field.POSTCODE: _l("Postcode"),
    Field.TOWN: _l("Town"),
    Field.COUNTRY: _l("Country, only to read phone numbers by"),
    Field.AREA: _l("Neighbourhood"),
    Field.WEBSITE: _l("Website"),
    Field.LANGUAGE: _l("Language"),
    Field.TAGS: _l("Tags"),
    Field.CONSENT_DATE: _l("Date of consent"),
    Field.NOTE: _l("Note"),
    Field.RECORD: _l("Kring number"),
    Field.CODE: _l("Kring code"),
}


NAMES = (
    Field.INITIALS,
    Field.FIRST_NAME,
    Field.PREFIX,
    Field.SURNAME,
    Field.FULL_NAME,
    Field.PARTNER_PREFIX,
    Field.PARTNER_SURNAME,
    Field.ORGANISATION,
)
"""Fields that hold the name of somebody or something, that of an organisation last."""
PERSONAL = NAMES[:-1]
NAME_PARTS: tuple[Field, ...] = tuple(field for field in PERSONAL if field is not Field.FULL_NAME)
"""The parts of a name, each called as a person has them."""

CROSSES: Mapping[Field, Helix] = {
    Field.IN_GOVERNMENT: Helix.GOVERNMENT,
    Field.IN_RESEARCH: Helix.RESEARCH,
    Field.IN_BUSINESS: Helix.BUSINESS,
    Field.IN_END_USERS: Helix.END_USERS,
}
"""Fields that hold a cross where somebody is of a helix."""

Words = Mapping[Field, Mapping[str, str]]
"""For each field: folded word → the member that it means, or nothing."""

_HELIXES = words.read("stakeholders/helixes")
_HELIX_OF = _HELIXES.meanings("words", Helix)
_GUESSED = frozenset(_HELIXES.below("doubt.guessed"))
_NOT_SAID = frozenset({"", *_HELIXES.below("doubt.not_said")})

_LONGEST = 100
_PIECES = re.compile(r"\s*[/,;&+]\s*|\s(?:en|of|and|or)\s")
_IN_BRACKETS = re.compile(r"\s*\([^()]*\)")


class NotAHelix(ValueError):
    """The word names none of the four parties."""


def read_helix(text: str) -> Helix | None:
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
