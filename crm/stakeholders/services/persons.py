"""Changes of persons: added, edited, removed, corrected by themselves, and their numbers."""

import random
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from dataclasses import fields as parts_of
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.core import clock, fields, references
from crm.core.commands import command
from crm.core.db import add_missing, among, lock, remove_many, session
from crm.core.errors import Invalid, StaleRecord
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods.services import area_for
from crm.projects.models import Project
from crm.stakeholders.models import Email, GivenPseudonym, NameMissing, Person, PersonTag, Phone
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.rules.fields import PERSON
from crm.stakeholders.services.affiliations import AffiliationDetails, add_affiliation
from crm.stakeholders.services.organisations import retagged
from crm.stakeholders.values import addresses, names, phones
from crm.stakeholders.values.names import NameParts

LANGUAGES = re.compile(r"[a-z]{2,3}")


class LanguageUnknown(Invalid):
    """A language is kept as the two or three letters of its code."""

    message = _l("Choose a language.")
    field = "language"


@dataclass(frozen=True, slots=True)
class PersonDetails:
    """What is asked about a person; addresses, numbers and tags as they were typed."""

    name: NameParts
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    language: str = "nl"
    area: str = ""
    tags: tuple[str, ...] = ()
    note: str = ""
    is_private: bool = False
    more: Mapping[str, Any] = field(default_factory=dict)  # values of other fields, by their names


NAME_PARTS = [part.name for part in parts_of(NameParts)]
DETAILED = frozenset({*NAME_PARTS, *(one.name for one in parts_of(PersonDetails))})
"""The fields that have a place of their own in the details of a person."""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to add, with the roles that are known already."""

    details: PersonDetails
    roles: tuple[AffiliationDetails, ...] = ()


@command(StakeholderPermission.EDIT)
def add_person(actor: Actor, _project: Project, *, new: NewPerson) -> Person:
    """
    Add a person to the project under a number that nobody has; the first role is the main one.

    :raises NameMissing: if there is nothing to call the person by
    :raises NotAnEmail: if an address is none
    :raises ReasonMissing: if a role departs from its organisation's helix without a reason
    """
    person = Person(pseudonym=free_pseudonyms(1)[0])
    describe(person, new.details)
    session().add(person)
    session().flush()
    fields.write(person, new.details.more)
    for role in new.roles:
        add_affiliation(actor, person, details=role)
    return person


@command(StakeholderPermission.EDIT)
def edit_person(_actor: Actor, person: Person, *, details: PersonDetails, revision: int) -> None:
    """
    Change what is kept of a person.

    :param revision: the revision that the editor saw
    :raises StaleRecord: if somebody else saved the person since
    :raises DomainError: as `add_person` does
    """
    lock(person)
    if person.revision != revision:
        raise StaleRecord(person)
    describe(person, details)
    fields.write(person, details.more)
    # Addresses and tags stand in other tables, and are part of what two people may edit at once.
    person.revision += 1


@command(StakeholderPermission.EDIT)
def remove_person(_actor: Actor, person: Person, *, reason: str = "") -> None:  # noqa: ARG001 - kept in the audit trail by the command
    """Remove a person with every row that refers to them, each noted in the audit trail."""
    for reference in references.to(Person):
        remove_many(reference.model, getattr(reference.model, reference.column) == person.id)
    session().delete(person)


@command(StakeholderPermission.EDIT)
def set_tags(_actor: Actor, person: Person, *, words: Iterable[str]) -> None:
    """Give a person exactly these tags; words that differ in case or accents are one."""
    tags = retagged(PersonTag, person.tags, words)
    if tags != person.tags:
        person.tags = tags
        person.revision += 1


def email_addresses(typed: Iterable[str]) -> dict[str, str]:
    """Return key → normal form of each address, once; raise `NotAnEmail` naming what is none."""
    found: dict[str, str] = {}
    for text in filter(None, map(str.strip, typed)):
        try:
            address = addresses.email(text)
        except addresses.NotAnEmail as refusal:
            message = _("“%(text)s” is not an e-mail address.", text=text)
            raise addresses.NotAnEmail(message, field="emails") from refusal
        found.setdefault(addresses.email_key(address), address)
    return found


def phone_numbers(typed: Iterable[str]) -> dict[str, str]:
    """Return raw text → number in E.164, or nothing where it cannot be read; each number once."""
    found: dict[str, str] = {}
    for text in filter(None, map(str.strip, typed)):
        number = phones.read(text).number
        if not number or number not in found.values():
            found.setdefault(text, number)
    return found


def name_values(parts: NameParts) -> dict[str, str]:
    """Return the columns that hold a name and put it in order, or raise `NameMissing`."""
    if parts.is_empty:
        raise NameMissing
    keys = {"sort_key": names.sort_key(parts), "name_key": fold(names.full_name(parts))}
    return {**asdict(parts), **keys}


def language_code(text: str) -> str:
    """Return the code of a language, or raise `LanguageUnknown`."""
    code = text.strip().lower()
    if not LANGUAGES.fullmatch(code):
        raise LanguageUnknown
    return code


def describe(person: Person, details: PersonDetails) -> None:
    """Write what was asked about a person, inside a command."""
    for column, value in name_values(details.name).items():
        setattr(person, column, value)
    person.language = language_code(details.language)
    person.is_private = details.is_private
    person.note = details.note
    if person.area is None or person.area.name_key != fold(details.area):
        person.area = area_for(details.area)
    # Rows of addresses and numbers that stay are kept, so that the trail tells only what changed.
    emails = {email.address_key: email for email in person.emails}
    typed = email_addresses(details.emails)
    person.emails = [emails.get(key) or Email(address_key=key) for key in typed]
    for position, (email, address) in enumerate(zip(person.emails, typed.values(), strict=True)):
        email.address, email.position = address, position
    phones = {phone.number or phone.raw: phone for phone in person.phones}
    person.phones = [
        phones.get(number or raw) or Phone(number=number, raw=raw)
        for raw, number in phone_numbers(details.phones).items()
    ]
    for position, phone in enumerate(person.phones):
        phone.position = position
    person.tags = retagged(PersonTag, person.tags, details.tags)


SMALLEST_RANGE = 200
# So many numbers for each who comes: a free one is found at once, and its size tells next to
# nothing. Where half of what is drawn was given before, there is too little room.
ROOM = 3


def free_pseudonyms(count: int) -> list[int]:
    """
    Return `count` numbers that nobody in the project ever had; inside a command.

    They are drawn at random and derived from nothing: neither name nor order of arrival can be read
    from them. Who is away for a while, undone or merged, comes back to a number of their own.
    """
    # The highest number is found at once; counting who has one takes the longer the more there are.
    highest = session().scalar(select(func.max(GivenPseudonym.number))) or 0
    room = max(SMALLEST_RANGE, ROOM * count, highest)
    given: list[int] = []
    while lacking := count - len(given):
        # More than are lacking: some were given before, and each round asks the database again.
        drawn = random.SystemRandom().sample(range(1, room + 1), min(room, 2 * lacking + 10))
        taken = set(_numbers_of(GivenPseudonym.number, drawn))
        if len(taken) > len(drawn) / 2:
            room *= 2
        free = [number for number in drawn if number not in taken][:lacking]
        rows = [{"number": number} for number in free]
        added = add_missing(GivenPseudonym, rows, unique=("project_id", "number"))
        # Somebody else may have taken some of them at the same moment: those are drawn anew.
        given += free if len(added) == len(free) else _numbers_of(GivenPseudonym.id, added)
    return given


def _numbers_of(column: InstrumentedAttribute[int], values: Collection[int]) -> Iterable[int]:
    found = select(GivenPseudonym.number).where(among(column, values))
    return session().scalars(found.order_by(GivenPseudonym.id))


def details_of(person: Person, given: Mapping[str, Any]) -> PersonDetails:
    """Return what is kept of a person, with other values of some fields by their names."""
    detailed = (one for one in PERSON if one.name in DETAILED and fields.Where.FORM in one.where)
    own = {**fields.as_asked(detailed, person, clock.today()), **given}
    name = NameParts(**{part: own.pop(part) for part in NAME_PARTS})
    return PersonDetails(name, **own)


@command(StakeholderPermission.CORRECT_OWN)
def correct_own_details(
    _actor: Actor,
    person: Person,
    *,
    details: Mapping[str, Any],
    revision: int,
    reason: str,  # noqa: ARG001 - kept in the audit trail by the command
) -> None:
    """
    Change what a person says is wrong about themselves; errors are as in `edit_person`.

    :param details: values of fields, by their names
    """
    lock(person)
    if person.revision != revision:
        raise StaleRecord(person)
    # Through the same door as an edit, so that what follows from a name or address follows here.
    corrected = details_of(person, details)
    describe(person, corrected)
    fields.write(person, corrected.more)
    person.revision += 1
