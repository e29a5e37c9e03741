"""Questions about organisations: one, a list, who works there and how they are picked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Select, distinct, func, or_, select
from sqlalchemy.orm import joinedload, selectinload, subqueryload

from crm.core import references, search
from crm.core.db import among, session, the_one
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.stakeholders.models import Affiliation, Helix, Organisation, OrganisationTag, Person
from crm.stakeholders.rules.visibility import shown_as

KIND = "organisation"
# A name list is read whole by nobody; what lies beyond is found by typing more of the word.
MOST_OPTIONS = 20
MOST_LOOKED_AT = MOST_WORDS = 200
_IN_ORDER = Organisation.sort_key, Organisation.id


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list of organisations is narrowed to; nothing given means all."""

    search: str = ""
    helix: Helix | None = None
    area_id: int | None = None
    tag: str = ""

    @property
    def count(self) -> int:
        """How many ways of narrowing are in use."""
        return sum(map(bool, (self.search, self.helix, self.area_id, self.tag)))


@dataclass(frozen=True, slots=True)
class RoleHere:
    """A role that somebody has or had in an organisation, as one actor may see it."""

    person_id: int
    person: str
    role: str
    helix: Helix
    reason: str
    since: date | None
    until: date | None
    departs: bool
    pseudonym: int = 0


@dataclass(frozen=True, slots=True)
class PeopleHere:
    """Who has a role in an organisation today, who had one before and who will have one."""

    today: list[RoleHere]
    earlier: list[RoleHere]
    later: list[RoleHere]

    @property
    def departing(self) -> list[RoleHere]:
        """The roles of today whose helix is none of the organisation's."""
        return [role for role in self.today if role.departs]


def organisation(organisation_id: int) -> Organisation:
    """Return one organisation of the project in scope, with area and tags, or raise `NotFound`."""
    own = Organisation.id == organisation_id
    return the_one(
        select(Organisation)
        .where(own)
        .options(joinedload(Organisation.area), selectinload(Organisation.tags))
    )


def organisation_named(name: str) -> Organisation | None:
    """Return the organisation with this name, whatever its case, accents and signs."""
    named = select(Organisation).where(Organisation.name_key == fold(name))
    # Of doubles the oldest counts, as everywhere.
    return session().scalar(named.order_by(Organisation.id).limit(1))


def ids_by_key(keys: Iterable[str]) -> dict[str, int]:
    """Return folded name → id of the organisations that have one of these folded names."""
    wanted, key = sorted(set(keys)), Organisation.name_key
    if not wanted:
        return {}
    statement = select(key, func.min(Organisation.id)).where(among(key, wanted))
    rows = session().execute(statement.group_by(key).order_by(key))
    return {row[0]: row[1] for row in rows}


def by_name(chosen: Filter) -> Select[Organisation]:
    """Return the statement for the organisations that `chosen` leaves, in the order of a list."""
    statement = select(Organisation).where(*_conditions(chosen))
    return statement.options(
        joinedload(Organisation.area), selectinload(Organisation.tags)
    ).order_by(*_IN_ORDER)


def options(typed: str = "") -> list[tuple[int, str]]:
    """Return id and name of at most twenty organisations with words that begin as `typed`."""
    statement = select(Organisation.id, Organisation.name)
    if typed.strip():
        found = search.found(KIND, typed, limit=MOST_LOOKED_AT)
        statement = statement.where(Organisation.id.in_(found))
    rows = session().execute(statement.order_by(*_IN_ORDER).limit(MOST_OPTIONS))
    return [(organisation_id, name) for organisation_id, name in rows]


def tags_in_use() -> list[tuple[str, str]]:
    """Return key and word of the tags on organisations of this project, by word."""
    key, word = OrganisationTag.word_key, func.min(OrganisationTag.word)
    tags = select(key, word).group_by(key).order_by(key).limit(MOST_WORDS)
    return [(row[0], row[1]) for row in session().execute(tags)]


def kinds_in_use() -> list[str]:
    """Return the kinds of organisation that were used in this project, to suggest them."""
    kind = Organisation.kind
    kinds = select(kind).where(kind != "").group_by(kind).order_by(kind)
    return list(session().scalars(kinds.limit(MOST_WORDS)))


def people_counts(organisations: Sequence[Organisation], day: date) -> dict[int, int]:
    """Return, for each of these organisations, how many people have a role there on `day`."""
    if not organisations:
        return {}
    place_id = Affiliation.organisation_id
    here = place_id.in_([organisation.id for organisation in organisations])
    # Somebody with two roles in one place is one of its people.
    statement = select(place_id, func.count(distinct(Affiliation.person_id)))
    statement = (
        statement.where(here, Affiliation.running_on(day)).group_by(place_id).order_by(place_id)
    )
    return {key: count for key, count in session().execute(statement) if key is not None}


def people_here(actor: Actor, organisation: Organisation, day: date) -> PeopleHere:
    """
    Return who has a role in `organisation` on `day`, had one before, or will have one.

    People are named as `actor` may see them, and ordered by what is shown: the place of a
    pseudonym in a list must not give the name away.
    """
    statement = (
        select(Affiliation)
        .join(Affiliation.person)
        .where(Affiliation.organisation_id == organisation.id)
        .options(joinedload(Affiliation.person).selectinload(Person.affiliations))
        .order_by(Person.sort_key, Affiliation.since, Affiliation.id)
    )
    usual, eyes = {organisation.helix, organisation.second_helix}, shown_as(actor)
    here = PeopleHere([], [], [])
    for role in session().scalars(statement):
        hidden = role.person.counts_as_private(eyes.day) and not actor.sees_private_persons
        shown = RoleHere(
            person_id=role.person_id,
            person=eyes.name(role.person),
            pseudonym=role.person.pseudonym if hidden else 0,
            role=role.role,
            helix=role.helix,
            reason="" if hidden else role.helix_reason,
            since=role.since,
            until=role.until,
            departs=role.helix not in usual,
        )
        if role.runs_on(day):
            here.today.append(shown)
        else:
            (here.later if role.since and role.since > day else here.earlier).append(shown)
    for roles in (here.today, here.earlier, here.later):
        roles.sort(key=lambda role: role.pseudonym)
    return here


def rows_that_refer(organisation: Organisation) -> int:
    """
    Return how many roles, involvements and other rows name `organisation`.

    They are found in the registry of references, so a feature added later counts by itself; tags
    are the organisation's own, and that another looks like it is no reason to keep it.
    """
    total = 0
    for reference in references.to(Organisation):
        if not reference.is_own:
            column = getattr(reference.model, reference.column)
            statement = select(func.count()).select_from(reference.model)
            total += session().scalar(statement.where(column == organisation.id)) or 0
    return total


def everything(chosen: Filter) -> Iterator[Organisation]:
    """Return the organisations that `chosen` leaves, with areas and tags: two statements."""
    whole = (joinedload(Organisation.area), subqueryload(Organisation.tags))
    statement = select(Organisation).where(*_conditions(chosen)).order_by(*_IN_ORDER)
    yield from session().scalars(statement.options(*whole))


def _conditions(chosen: Filter) -> list[ColumnElement[bool]]:
    held: list[ColumnElement[bool]] = []
    if chosen.search:
        found = search.found(KIND, chosen.search, limit=search.ALL)
        held.append(among(Organisation.id, found))
    if chosen.helix:
        usual = or_(Organisation.helix == chosen.helix, Organisation.second_helix == chosen.helix)
        held.append(usual)
    if chosen.area_id:
        held.append(Organisation.area_id == chosen.area_id)
    if chosen.tag:
        tagged = select(OrganisationTag.organisation_id)
        held.append(Organisation.id.in_(tagged.where(OrganisationTag.word_key == fold(chosen.tag))))
    return held
