"""Changes of initiatives and of the involvement in them."""

from dataclasses import dataclass
from datetime import date

from crm.core import clock, search
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import StaleRecord
from crm.core.permissions import Actor
from crm.initiatives import queries
from crm.initiatives.models import (
    AlreadyInvolved,
    Initiative,
    InitiativeStatus,
    InitiativeTrack,
    Involvement,
    StillInvolved,
)
from crm.initiatives.policy import InitiativePermission
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.services import area_for
from crm.projects.models import Project
from crm.stakeholders.queries import organisations, persons


@dataclass(frozen=True, slots=True)
class InitiativeDetails:
    """What is asked about an initiative; the area is a name."""

    name: str
    track: InitiativeTrack = InitiativeTrack.INITIATIVE
    status: InitiativeStatus = InitiativeStatus.EXPLORING
    description: str = ""
    area: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Stakeholder:
    """One person or one organisation, by id."""

    person_id: int | None = None
    organisation_id: int | None = None


@dataclass(frozen=True, slots=True)
class InvolvementDetails:
    """What part a stakeholder has in an initiative: role and period."""

    role: str = ""
    since: date | None = None
    until: date | None = None


@command(InitiativePermission.EDIT)
def create(_actor: Actor, _project: Project, *, details: InitiativeDetails) -> Initiative:
    """
    Make an initiative in the project in scope.

    :raises InitiativeNameMissing: if it has no name
    :raises EndBeforeStart: if it ends before it starts
    """
    initiative = Initiative()
    _fill(initiative, details)
    session().add(initiative)
    session().flush()
    return initiative


@command(InitiativePermission.EDIT)
def edit(
    _actor: Actor, initiative: Initiative, *, details: InitiativeDetails, revision: int
) -> None:
    """
    Change an initiative; refuses what `create` does.

    :raises StaleRecord: if somebody else changed it after `revision`
    """
    if initiative.revision != revision:
        raise StaleRecord(initiative)
    _fill(initiative, details)


@command(InitiativePermission.EDIT)
def remove(_actor: Actor, initiative: Initiative) -> None:
    """
    Remove an initiative that was made by mistake.

    :raises StillInvolved: if stakeholders are or were involved in it
    """
    if queries.involved_in(initiative):
        raise StillInvolved
    session().delete(initiative)


@command(InitiativePermission.EDIT)
def involve(
    _actor: Actor, initiative: Initiative, *, stakeholder: Stakeholder, part: InvolvementDetails
) -> Involvement:
    """
    Involve a person or an organisation of this project in an initiative.

    :raises StakeholderMissing: if neither or both are given
    :raises NotFound: if the project has no such person or organisation
    :raises EndBeforeStart: if the period ends before it starts
    :raises AlreadyInvolved: if the stakeholder has this role here already in this period
    """
    # Asked for only to be refused: a key alone would reach into another project.
    if stakeholder.person_id is not None:
        persons.person(stakeholder.person_id)
    if stakeholder.organisation_id is not None:
        organisations.organisation(stakeholder.organisation_id)
    involvement = Involvement(
        initiative_id=initiative.id,
        person_id=stakeholder.person_id,
        organisation_id=stakeholder.organisation_id,
    )
    _take_part(involvement, part)
    session().add(involvement)
    session().flush()
    return involvement


@command(InitiativePermission.EDIT)
def edit_involvement(
    _actor: Actor, involvement: Involvement, *, part: InvolvementDetails, revision: int
) -> None:
    """
    Change role and period of an involvement.

    :raises StaleRecord: if somebody else changed it after `revision`
    :raises EndBeforeStart: if the period ends before it starts
    :raises AlreadyInvolved: if the stakeholder has this role here already in this period
    """
    if involvement.revision != revision:
        raise StaleRecord(involvement)
    _take_part(involvement, part)


@command(InitiativePermission.EDIT)
def end_involvement(_actor: Actor, involvement: Involvement, *, on: date | None = None) -> None:
    """
    Let an involvement end on a day, today if none is given.

    :raises EndBeforeStart: if it has not begun by then
    """
    part = InvolvementDetails(involvement.role, involvement.since, on or clock.today())
    _take_part(involvement, part)


@command(InitiativePermission.EDIT)
def remove_involvement(_actor: Actor, involvement: Involvement) -> None:
    """Remove an involvement that was entered by mistake."""
    session().delete(involvement)


def index_area_anew(fact: AreaRenamed) -> None:
    """React to another name of an area: initiatives are found by it as well."""
    search.touch(queries.KIND, queries.ids_in_area(fact.area_id))


def _fill(initiative: Initiative, details: InitiativeDetails) -> None:
    area = area_for(details.area)
    initiative.name = " ".join(details.name.split())
    initiative.track, initiative.status = details.track, details.status
    initiative.description = details.description.strip()
    initiative.since, initiative.until = details.since, details.until
    initiative.area = area
    # The last, so that it judges the whole; what it refuses is rolled back with the command.
    initiative.check()


def _take_part(involvement: Involvement, part: InvolvementDetails) -> None:
    involvement.role = " ".join(part.role.split())
    involvement.since, involvement.until = part.since, part.until
    involvement.check()
    if any(involvement.repeats(other) for other in queries.like(involvement)):
        raise AlreadyInvolved
