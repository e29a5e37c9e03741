"""Corrections that somebody makes in their own details."""

from dataclasses import dataclass, replace

from crm.core.commands import command
from crm.core.db import lock
from crm.core.errors import StaleRecord
from crm.core.permissions import Actor
from crm.stakeholders.models import Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.persons import PersonDetails, describe


@dataclass(frozen=True, slots=True)
class OwnDetails:
    """What somebody can correct about themselves; addresses and numbers as they were typed."""

    initials: str
    first_name: str
    prefix: str
    surname: str
    emails: tuple[str, ...]
    phones: tuple[str, ...]
    language: str


@command(StakeholderPermission.CORRECT_OWN)
def correct_own_details(
    _actor: Actor,
    person: Person,
    *,
    details: OwnDetails,
    revision: int,
    reason: str,  # noqa: ARG001 - kept in the audit trail by the command
) -> None:
    """
    Change what a person says is wrong about themselves; the rest stays as it is.

    :param revision: the revision that they saw
    :raises StaleRecord: if somebody saved the person since
    :raises NameMissing: if there is nothing to call the person by
    :raises NotAnEmail: if an address is none
    """
    lock(person)
    if person.revision != revision:
        raise StaleRecord(person)
    describe(person, _with(person, details))
    person.revision += 1


def _with(person: Person, details: OwnDetails) -> PersonDetails:
    name = replace(
        person.name_parts,
        initials=details.initials,
        first_name=details.first_name,
        prefix=details.prefix,
        surname=details.surname,
    )
    return PersonDetails(
        name=name,
        emails=details.emails,
        phones=details.phones,
        language=details.language,
        area=person.area.name if person.area else "",
        tags=tuple(tag.word for tag in person.tags),
        note=person.note,
        is_private=person.is_private,
    )
