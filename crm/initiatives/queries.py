"""Questions about initiatives and the involvement in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core import search
from crm.core.db import session, the_one
from crm.core.permissions import Actor
from crm.initiatives.models import Initiative, InitiativeStatus, InitiativeTrack, Involvement
from crm.neighbourhoods.models import Area
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.rules.visibility import Shown, shown_as

KIND = "initiative"
MOST_ROLES = 100
MOST_CANDIDATES = 20


@dataclass(frozen=True, slots=True)
class InitiativeFilter:
    """Which initiatives a list shows; what is empty leaves nothing out."""

    search: str = ""
    track: InitiativeTrack | None = None
    status: InitiativeStatus | None = None
    area_id: int | None = None

    def __bool__(self) -> bool:
        return bool(self.search or self.track or self.status or self.area_id)


@dataclass(frozen=True, slots=True)
class Involved:
    """How many stakeholders are or were involved in an initiative, each counted once."""

    persons: int = 0
    organisations: int = 0


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody involved in an initiative, as one actor may see them."""

    involvement: Involvement
    name: str
    helix: Helix
    # Left out where the name is, for it is in somebody's own words.
    role: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can be involved, as one actor may see them."""

    key: str
    name: str
    about: str


def by_name(chosen: InitiativeFilter) -> Select[Initiative]:
    """Return the statement for the initiatives that are asked for, by name."""
    with_area = select(Initiative).options(joinedload(Initiative.area))
    statement = with_area.order_by(Initiative.name, Initiative.id)
    if chosen.track:
        statement = statement.where(Initiative.track == chosen.track)
    if chosen.status:
        statement = statement.where(Initiative.status == chosen.status)
    if chosen.area_id:
        statement = statement.where(Initiative.area_id == chosen.area_id)
    if chosen.search.strip():
        statement = statement.where(Initiative.id.in_(search.found(KIND, chosen.search)))
    return statement


def every(chosen: InitiativeFilter) -> list[Initiative]:
    """Return all initiatives that are asked for, by name."""
    return list(session().scalars(by_name(chosen)))


def initiative(initiative_id: int) -> Initiative:
    """Return one initiative with its area; `NotFound` if this project has none with this id."""
    wanted = select(Initiative).where(Initiative.id == initiative_id)
    return the_one(wanted.options(joinedload(Initiative.area)))


def involvement(involvement_id: int) -> Involvement:
    """Return one involvement with initiative and stakeholder; `NotFound` if it is not here."""
    return the_one(_involvements().where(Involvement.id == involvement_id))


def any_initiative() -> bool:
    """Whether the project has any initiative."""
    return bool(session().scalar(select(exists(select(Initiative.id)))))


def candidates(actor: Actor, typed: str) -> list[Candidate]:
    """Return at most twenty persons and twenty organisations with words that begin as `typed`."""
    persons = (
        select(Person)
        .where(Person.id.in_(search.found("person", typed, limit=MOST_CANDIDATES)))
        .options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))
        .order_by(Person.sort_key, Person.id)
    )
    organisations = (
        select(Organisation)
        .where(Organisation.id.in_(search.found("organisation", typed, limit=MOST_CANDIDATES)))
        .order_by(Organisation.sort_key, Organisation.id)
    )
    eyes = shown_as(actor)
    found = []
    for person in session().scalars(persons):
        main = person.main_affiliation(eyes.day)
        words = (main.role, main.organisation.name if main.organisation else "") if main else ()
        about = ", ".join(filter(None, words))
        found.append(Candidate(f"person-{person.id}", eyes.name(person), about))
    for organisation in session().scalars(organisations):
        key = f"organisation-{organisation.id}"
        found.append(Candidate(key, organisation.name, organisation.kind))
    return found


def choices() -> list[tuple[int, str]]:
    """Return id and name of the project's initiatives, by name."""
    statement = select(Initiative.id, Initiative.name).order_by(Initiative.name, Initiative.id)
    return [(row[0], row[1]) for row in session().execute(statement)]


def roles_in_use() -> list[str]:
    """Return the roles that stakeholders have in the project's initiatives, to suggest them."""
    statement = (
        select(Involvement.role)
        .where(Involvement.role != "")
        .group_by(Involvement.role)
        .order_by(Involvement.role)
        .limit(MOST_ROLES)
    )
    return list(session().scalars(statement))


def areas_in_use() -> list[Area]:
    """Return the areas of the project's initiatives, by name."""
    used = select(Initiative.area_id)
    statement = select(Area).where(Area.id.in_(used)).order_by(Area.name_key, Area.id)
    return list(session().scalars(statement))


def ids_in_area(area_id: int) -> list[int]:
    """Return the ids of the project's initiatives in an area."""
    statement = select(Initiative.id).where(Initiative.area_id == area_id)
    return list(session().scalars(statement.order_by(Initiative.id)))


def involved_in(initiative: Initiative) -> list[Involvement]:
    """Return the involvement in an initiative, in the order in which it began."""
    of_initiative = Involvement.initiative_id == initiative.id
    return list(session().scalars(_involvements().where(of_initiative)))


def participants(actor: Actor, initiative: Initiative) -> list[Participant]:
    """Return who is or was involved in an initiative, as `actor` may see them."""
    eyes = shown_as(actor)
    return [participant(eyes, involvement) for involvement in involved_in(initiative)]


def participant(eyes: Shown, involvement: Involvement) -> Participant:
    """Return whose involvement this is, in these eyes."""
    person, organisation = involvement.person, involvement.organisation
    if organisation is not None:
        return Participant(involvement, organisation.name, organisation.helix, involvement.role)
    if person is None:
        raise LookupError(involvement.id)
    role = "" if eyes.hides(person) else involvement.role
    return Participant(involvement, eyes.name(person), person.helix_on(eyes.day), role)


def involvement_of_person(person_id: int) -> list[Involvement]:
    """Return what a person is or was involved in, in the order in which it began."""
    return list(session().scalars(_of_person(), {"asked": person_id}))


# Making the statement took longer than the answer.
@cache
def _of_person() -> Select[Involvement]:
    # The person is the one whose page it is, and so is at hand.
    return _bare().where(Involvement.person_id == bindparam("asked"))


def involvement_of_organisation(organisation_id: int) -> list[Involvement]:
    """Return what an organisation is or was involved in, in the order in which it began."""
    of_organisation = Involvement.organisation_id == organisation_id
    return list(session().scalars(_involvements().where(of_organisation)))


def like(wanted: Involvement) -> list[Involvement]:
    """Return the other involvement of the same stakeholder in the same initiative."""
    statement = select(Involvement).where(
        Involvement.initiative_id == wanted.initiative_id,
        Involvement.person_id.is_not_distinct_from(wanted.person_id),
        Involvement.organisation_id.is_not_distinct_from(wanted.organisation_id),
        Involvement.id.is_distinct_from(wanted.id),
    )
    return list(session().scalars(statement.order_by(Involvement.id)))


def involved_counts(initiatives: Sequence[Initiative]) -> dict[int, Involved]:
    """Return how many stakeholders each of these initiatives has, in one statement."""
    statement = (
        select(
            Involvement.initiative_id,
            func.count(Involvement.person_id.distinct()),
            func.count(Involvement.organisation_id.distinct()),
        )
        .where(Involvement.initiative_id.in_([initiative.id for initiative in initiatives]))
        .group_by(Involvement.initiative_id)
        .order_by(Involvement.initiative_id)
    )
    found = {row[0]: Involved(row[1], row[2]) for row in session().execute(statement)}
    # The statement says nothing of an initiative in which nobody is.
    return {initiative.id: found.get(initiative.id, Involved()) for initiative in initiatives}


def _involvements() -> Select[Involvement]:
    # The helix of a person follows from their affiliations, so they come along.
    return _bare().options(selectinload(Involvement.person).selectinload(Person.affiliations))


def _bare() -> Select[Involvement]:
    return (
        select(Involvement)
        .options(joinedload(Involvement.initiative), joinedload(Involvement.organisation))
        .order_by(Involvement.since, Involvement.id)
    )
