"""From the tables to what a network is made of and called, in few statements whatever its size."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import clock, conditions, ties
from crm.core.audit import version_of
from crm.core.db import among, session
from crm.core.memory import Memory
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.core.ties import (
    Asked,
    id_of,
    is_meeting,
    is_organisation,
    is_person,
    organisation_key,
    person_key,
)
from crm.initiatives import queries as initiatives
from crm.initiatives.models import Involvement
from crm.neighbourhoods import queries as neighbourhoods
from crm.networks.rules.counting import Material
from crm.networks.rules.selection import Selection
from crm.projects.models import Project
from crm.segments import queries as segments
from crm.stakeholders.models import (
    Affiliation,
    Helix,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
)
from crm.stakeholders.queries import organisations, persons
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.rules.visibility import shown_in_network

_offers = Memory(24)
# All people of a large network at once would take eighty megabytes for a moment.
SET_SIZE = 2_000


@dataclass(frozen=True, slots=True)
class Offers:
    """What the network can be narrowed to, by key and name; tags tell of private persons."""

    areas: tuple[tuple[int, str], ...]
    initiatives: tuple[tuple[int, str], ...]
    tags: tuple[tuple[str, str], ...]
    segments: tuple[tuple[str, str], ...] = ()


def offers(actor: Actor, project: Project) -> Offers:
    """Return what `actor` can narrow the network to; kept until the project changes."""

    def made() -> Offers:
        tags: dict[str, str] = {}
        if actor.sees_private_persons:
            tags = dict([*organisations.tags_in_use(), *persons.tags_in_use(actor)])
        return Offers(
            areas=(),
            initiatives=tuple(initiatives.choices()),
            tags=tuple(sorted(tags.items())),
            segments=tuple(segments.choices(actor)) if actor.sees_persons else (),
        )

    # By account: somebody's own segments are offered to nobody else.
    eyes = (actor.account_id, actor.sees_private_persons, actor.sees_persons)
    kept = _offers.get((project.id, version_of(project.id), eyes), made)
    # Not kept with the rest: many projects share them.
    areas = tuple((area.id, area.name) for area in neighbourhoods.in_use(project))
    return replace(kept, areas=areas)


def chosen(selection: Selection, belongs: Mapping[str, str]) -> frozenset[str] | None:
    """Return who has the tag, segment and initiative asked; none where nothing was."""
    # Who `belongs` to an organisation brings it along.
    sets = []
    if selection.tag:
        sets.append(_tagged(fold(selection.tag)))
    if selection.where is None:
        # A segment that cannot be used leaves nobody, rather than everybody.
        sets.append(set())
    elif selection.where:
        asked = PersonFilter(where=conditions.parse(selection.where))
        in_segment = persons.conditions(asked, last_day(selection))
        found = select(Person.id).where(*in_segment).order_by(Person.id)
        sets.append(set(map(person_key, session().scalars(found))))
    if selection.initiative is not None:
        statement = (
            select(Involvement.person_id, Involvement.organisation_id)
            .where(Involvement.initiative_id == selection.initiative)
            .order_by(Involvement.id)
        )
        sets.append(
            {
                person_key(person) if person is not None else organisation_key(organisation or 0)
                for person, organisation in session().execute(statement)
            }
        )
    if not sets:
        return None
    both = set.intersection(*sets)
    return frozenset(both | {belongs[key] for key in both if key in belongs})


def last_day(selection: Selection) -> date:
    """Return the day as of which one is what one is: the last of the window, or of its month."""
    window = selection.until or clock.today()
    return min(selection.end or window, window)


def _tagged(word: str) -> set[str]:
    of_persons = select(PersonTag.person_id).where(PersonTag.word_key == word)
    of_organisations = select(OrganisationTag.organisation_id).where(
        OrganisationTag.word_key == word
    )
    return {
        *map(person_key, session().scalars(of_persons.order_by(PersonTag.id))),
        *map(organisation_key, session().scalars(of_organisations.order_by(OrganisationTag.id))),
    }


def _last_present_for(day: date) -> dict[str, Helix]:
    return {
        key: Helix(helix)
        for source in ties.sources()
        for key, helix in source.last_helixes(day).items()
    }


def material(selection: Selection) -> Material:
    """
    Return what the network of the project in scope is made of.

    A person counts for the main role on the last day that is looked at, which is today where none
    is given; without one then, for the helix they were last present for, and else as an end user.
    """
    day = last_day(selection)
    standings, last_for = _standings(day), _last_present_for(day)
    helixes: dict[str, Helix] = {}
    seconds: dict[str, Helix] = {}
    neighbourhoods: dict[str, int | None] = {}
    hidden = set()
    # Organisations first and then people, by number: the order of the points of a picture.
    organisations = select(
        Organisation.id, Organisation.helix, Organisation.second_helix, Organisation.area_id
    ).order_by(Organisation.id)
    for organisation_id, helix, second, area_id in session().execute(organisations):
        key = organisation_key(organisation_id)
        helixes[key], neighbourhoods[key] = helix, area_id
        if second is not None:
            seconds[key] = second
    people = select(Person.id, Person.area_id, Person.hidden_at).order_by(Person.id)
    for person_id, area_id, hidden_at in session().execute(people):
        key, standing = person_key(person_id), standings.get(person_id)
        helixes[key] = standing[0] if standing else last_for.get(key, Helix.END_USERS)
        neighbourhoods[key] = area_id
        if hidden_at is not None:
            hidden.add(key)
    belongs = {
        person_key(person_id): organisation
        for person_id, (_helix, organisation) in standings.items()
        if organisation is not None
    }
    return Material(
        helixes=helixes,
        gatherings=gatherings(selection, Asked(folded=selection.is_folded)),
        belongs=belongs,
        seconds=seconds,
        neighbourhoods={key: area for key, area in neighbourhoods.items() if area is not None},
        chosen=chosen(selection, belongs if selection.is_folded else {}),
        meetings=ties.meetings(),
        plenary=ties.plenary_above(),
        hidden=frozenset(hidden),
        last_day=day,
    )


def gatherings(selection: Selection, asked: Asked) -> tuple[ties.Gathering, ...]:
    """Return what ties those who are asked for, of the kinds of `selection`."""
    return tuple(
        gathering for source in ties.sources(selection.kinds) for gathering in source.gather(asked)
    )


def _standings(day: date) -> dict[int, tuple[Helix, str | None]]:
    """Return helix and organisation of each person's main role on `day`."""
    statement = (
        select(Affiliation.person_id, Affiliation.organisation_id, Affiliation.helix)
        .where(Affiliation.running_on(day))
        .order_by(Affiliation.person_id, Affiliation.is_main.desc(), Affiliation.id)
    )
    standings: dict[int, tuple[Helix, str | None]] = {}
    for person_id, at, helix in session().execute(statement):
        organisation = organisation_key(at) if at is not None else None
        standings.setdefault(person_id, (helix, organisation))
    return standings


def names(actor: Actor, keys: Collection[str]) -> dict[str, str]:
    """Return the name of each point as `actor` may see it: private persons by pseudonym."""
    called: dict[str, str] = {}
    for part in _sets([id_of(key) for key in keys if is_organisation(key)]):
        statement = select(Organisation.id, Organisation.name).where(among(Organisation.id, part))
        for row in session().execute(statement.order_by(Organisation.id)):
            called[organisation_key(row.id)] = row.name
    eyes = shown_in_network(actor)
    for part in _sets([id_of(key) for key in keys if is_person(key)]):
        people = select(Person).where(among(Person.id, part)).order_by(Person.id)
        # Roles come along: whether somebody is a private person follows from them.
        people = people.options(joinedload(Person.affiliations))
        for person in session().scalars(people).unique():
            called[person_key(person.id)] = eyes.name(person)
    meetings = {key for key in keys if is_meeting(key)}
    return called | (_of_meetings(actor, meetings) if meetings else {})


def _of_meetings(actor: Actor, keys: set[str]) -> dict[str, str]:
    """Return the titles of meetings; where two have the same, with the day."""
    told = {
        f"{letter}{meeting.id}": meeting
        for kind, letter in ties.meetings().items()
        for part in _sets([id_of(key) for key in keys if key.startswith(letter)])
        for meeting in ties.source(kind).evidence(actor, Asked(), part)
    }
    titles = Counter(meeting.title for meeting in told.values())
    return {
        key: meeting.title if titles[meeting.title] == 1 else f"{meeting.title} ({meeting.since})"
        for key, meeting in told.items()
    }


def _sets(ids: list[int]) -> Iterable[list[int]]:
    # None is a set too: a page takes as many statements whoever stands on it.
    return (ids[start : start + SET_SIZE] for start in range(0, max(len(ids), 1), SET_SIZE))
