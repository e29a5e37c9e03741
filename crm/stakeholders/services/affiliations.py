"""Changes of roles: in which organisation, for which helix, how long, and which is the main one."""

from dataclasses import dataclass
from datetime import date

from crm.core import clock
from crm.core.commands import command
from crm.core.db import lock, session
from crm.core.errors import StaleRecord
from crm.core.permissions import Actor
from crm.stakeholders.models import Affiliation, Helix, MainAffiliationNeeded, Organisation, Person
from crm.stakeholders.policy import StakeholderPermission
from crm.stakeholders.services.organisations import picked_organisation


@dataclass(frozen=True, slots=True)
class AffiliationDetails:
    """What is asked about a role."""

    # Its name as it was picked; empty for somebody who speaks for themselves.
    organisation: str = ""
    make_organisation: bool = False  # whether an organisation that is not known is made
    role: str = ""
    # None takes over the organisation's, or end users without an organisation.
    helix: Helix | None = None
    helix_reason: str = ""
    since: date | None = None
    until: date | None = None
    is_main: bool = False


@command(StakeholderPermission.EDIT)
def add_affiliation(_actor: Actor, person: Person, *, details: AffiliationDetails) -> Affiliation:
    """
    Give a person a role; the first one is the main one.

    :raises OrganisationUnknown: if there is no such organisation and it should not be made
    :raises HelixMissing: if it should be made and nobody chose a helix
    :raises ReasonMissing: if the helix departs from the organisation's without a reason
    :raises EndBeforeStart: if it ends before it starts
    """
    lock(person)
    affiliation = Affiliation(project_id=person.project_id, is_main=False)
    _describe(affiliation, details)
    # Asked before it is added, or it would count itself.
    first = not person.affiliations
    person.affiliations.append(affiliation)
    session().flush()
    if first or details.is_main:
        _make_main(affiliation)
    return affiliation


@command(StakeholderPermission.EDIT)
def edit_affiliation(
    _actor: Actor, affiliation: Affiliation, *, details: AffiliationDetails, revision: int
) -> None:
    """
    Change a role.

    :raises StaleRecord: if `revision` is not the one that it has, as somebody else saved it since
    :raises MainAffiliationNeeded: if it is the main one and should no longer be
    :raises DomainError: as `add_affiliation` does
    """
    lock(affiliation)
    if affiliation.revision != revision:
        raise StaleRecord(affiliation)
    # Another is made the main one instead: a person with roles always has one that counts first.
    if affiliation.is_main and not details.is_main:
        raise MainAffiliationNeeded(field="is_main")
    _describe(affiliation, details)
    session().flush()
    if details.is_main:
        _make_main(affiliation)


@command(StakeholderPermission.EDIT)
def end_affiliation(_actor: Actor, affiliation: Affiliation, *, on: date | None = None) -> None:
    """
    Let a role end on a day, by default today; it stays to be seen on earlier days.

    :raises EndBeforeStart: if it starts later
    """
    affiliation.until = on or clock.today()
    affiliation.check_period()


@command(StakeholderPermission.EDIT)
def make_main(_actor: Actor, affiliation: Affiliation) -> None:
    """Make a role the main one of its person; the other that was so no longer is."""
    # The person is held, not the role: two roles could else become the main one at once.
    lock(affiliation.person)
    _make_main(affiliation)


@command(StakeholderPermission.EDIT)
def remove_affiliation(_actor: Actor, affiliation: Affiliation, *, reason: str = "") -> None:  # noqa: ARG001 - kept in the audit trail by the command
    """
    Remove a role that was never there; one that is over is ended instead.

    :raises MainAffiliationNeeded: if it is the main one and the person has others
    """
    person = affiliation.person
    lock(person)
    # Which of the others would be the main one is for people to say, so it is not chosen here.
    if affiliation.is_main and len(person.affiliations) > 1:
        raise MainAffiliationNeeded
    person.affiliations.remove(affiliation)


def helix_for(wanted: Helix | None, organisation: Organisation | None) -> Helix:
    """Return the helix of a role: as wanted, or the organisation's, or end users without one."""
    if wanted is not None:
        return wanted
    return organisation.helix if organisation else Helix.END_USERS


def _describe(affiliation: Affiliation, details: AffiliationDetails) -> None:
    make = details.make_organisation
    organisation = picked_organisation(details.organisation, make=make, helix=details.helix)
    affiliation.organisation = organisation
    affiliation.role = details.role
    affiliation.helix = helix_for(details.helix, organisation)
    affiliation.helix_reason = details.helix_reason
    affiliation.since, affiliation.until = details.since, details.until
    affiliation.check()


def _make_main(affiliation: Affiliation) -> None:
    for role in affiliation.person.affiliations:
        if role is not affiliation:
            role.is_main = False
    # The database holds to one main role at each moment, also between two statements.
    session().flush()
    affiliation.is_main = True
