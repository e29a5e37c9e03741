"""Adding somebody who may be known already: first who is meant, then saving."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from crm.core.commands import command
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.projects.models import Project
from crm.stakeholders import phones
from crm.stakeholders.likeness import Likeness, organisation_traits, person_traits
from crm.stakeholders.likeness.traits import Contact
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.queries import organisations as organisation_queries
from crm.stakeholders.queries.likeness import Traits, twins_of
from crm.stakeholders.services.organisations import OrganisationDetails, add_organisation
from crm.stakeholders.services.persons import NewPerson, add_person


class MayBeKnown(Conflict):
    """Somebody in the register looks like the one who would be added, and was not looked at."""

    message = _l("This may be in Kring already: look at the list first.")


@dataclass(frozen=True, slots=True)
class Twin:
    """A record that may be meant by what was typed."""

    id: int
    likeness: Likeness


@command(StakeholderPermission.EDIT)
def add_person_unless_known(
    actor: Actor, project: Project, *, new: NewPerson, seen: Collection[int]
) -> Person:
    """
    Add a person, unless they may be known.

    :param seen: those that were looked at: somebody else is meant
    :raises MayBeKnown: if another looks like them
    :raises DomainError: as `add_person` does
    """
    _refuse_unseen(twins_of_person(new), seen)
    return add_person(actor, project, new=new)


@command(StakeholderPermission.EDIT)
def add_organisation_unless_known(
    actor: Actor, project: Project, *, details: OrganisationDetails, seen: Collection[int]
) -> Organisation:
    """
    Add an organisation, unless it may be known.

    :param seen: those that were looked at: another one is meant
    :raises MayBeKnown: if another looks like it
    :raises DomainError: as `add_organisation` does
    """
    # A name that is taken is refused as such: looking at the other does not help.
    if organisation_queries.organisation_named(details.name) is None:
        _refuse_unseen(twins_of_organisation(details), seen)
    return add_organisation(actor, project, details=details)


def twins_of_person(new: NewPerson) -> list[Twin]:
    """Return those who may be meant by what was typed about a new person, likest first."""
    details = new.details
    named = (organisation_queries.organisation_named(one.organisation) for one in new.roles)
    area = neighbourhoods.area_named(details.area)
    contact = Contact(
        emails=details.emails,
        phones=[phones.read(one).number for one in details.phones if one.strip()],
        organisations=[one.id for one in named if one is not None],
        area_id=area.id if area else None,
    )
    if details.name.is_empty and not any(details.emails):
        return []
    return _twins(Kind.PERSON, person_traits(details.name, contact))


def twins_of_organisation(details: OrganisationDetails) -> list[Twin]:
    """Return those that may be meant by what was typed about a new organisation, likest first."""
    if not fold(details.name):
        return []
    typed = organisation_traits(
        details.name,
        website=details.website,
        postcode=details.postcode,
        street=details.street,
        town=details.town,
    )
    return _twins(Kind.ORGANISATION, typed)


def _twins(kind: Kind, typed: Traits) -> list[Twin]:
    return [Twin(key, likeness) for key, likeness in twins_of(kind, typed)]


def _refuse_unseen(twins: Sequence[Twin], seen: Collection[int]) -> None:
    if any(one.id not in seen for one in twins):
        raise MayBeKnown
