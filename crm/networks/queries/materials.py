"""From the tables to what a network is made of, in as many statements whatever its size."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, select

from crm.core import ties
from crm.core.db import session
from crm.core.ties import Asked, organisation_key, person_key
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.networks.material import Material
from crm.networks.queries.choosing import chosen, last_day
from crm.networks.selection import Selection
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.queries.conditions import running_on


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a person is on a day: the organisation and helix of the main role."""

    helix: Helix
    organisation: str | None = None


@dataclass(frozen=True, slots=True)
class _Point:
    key: str
    helix: Helix
    second: Helix | None
    area_id: int | None
    is_hidden: bool = False


def material(selection: Selection) -> Material:
    """
    Return what the network of the project in scope is made of.

    A person counts for the main role on the last day that is looked at, which is today where none
    is given; without one then, for the helix they were last present for, and else as an end user.
    """
    day = last_day(selection)
    standings = _standings(day)
    points = [*_organisations(), *_people(standings, _present_for(day))]
    belongs = _belongs(standings)
    asked = Asked(folded=selection.is_folded)
    return Material(
        helixes={point.key: point.helix for point in points},
        gatherings=gatherings(selection, asked),
        belongs=belongs,
        seconds={point.key: point.second for point in points if point.second is not None},
        neighbourhoods={point.key: point.area_id for point in points if point.area_id is not None},
        chosen=chosen(selection, belongs if selection.is_folded else {}),
        meetings=ties.meetings(),
        plenary=ties.plenary_above(),
        hidden=frozenset(point.key for point in points if point.is_hidden),
        last_day=day,
    )


def _belongs(standings: dict[int, _Standing]) -> dict[str, str]:
    return {
        person_key(person_id): standing.organisation
        for person_id, standing in standings.items()
        if standing.organisation is not None
    }


def gatherings(selection: Selection, asked: Asked) -> tuple[ties.Gathering, ...]:
    """Return what ties those who are asked for, of the kinds of `selection`."""
    return tuple(one for source in ties.sources(selection.kinds) for one in source.gather(asked))


def _organisations() -> list[_Point]:
    statement = select(
        Organisation.id, Organisation.helix, Organisation.second_helix, Organisation.area_id
    ).order_by(Organisation.id)
    return [
        _Point(organisation_key(number), helix, second, area_id)
        for number, helix, second, area_id in session().execute(statement)
    ]


def _people(standings: dict[int, _Standing], present_for: dict[int, Helix]) -> Iterable[_Point]:
    statement = select(Person.id, Person.area_id, Person.hidden_at).order_by(Person.id)
    for person_id, area_id, hidden_at in session().execute(statement):
        otherwise = _Standing(present_for.get(person_id, Helix.END_USERS))
        standing = standings.get(person_id, otherwise)
        key = person_key(person_id)
        yield _Point(key, standing.helix, None, area_id, is_hidden=hidden_at is not None)


def _standings(day: date) -> dict[int, _Standing]:
    """Return what each person with a role on `day` is, by the role a person's page puts first."""
    statement = (
        select(Affiliation.person_id, Affiliation.organisation_id, Affiliation.helix)
        .where(running_on(day))
        .order_by(Affiliation.person_id, Affiliation.is_main.desc(), Affiliation.id)
    )
    standings: dict[int, _Standing] = {}
    for person_id, at, helix in session().execute(statement):
        organisation = organisation_key(at) if at is not None else None
        standings.setdefault(person_id, _Standing(helix, organisation))
    return standings


def _present_for(day: date) -> dict[int, Helix]:
    """Return the helix that each person without a role on `day` was last present for until then."""
    in_a_role = select(Affiliation.person_id).where(running_on(day))
    statement: Select[int, Helix] = (
        select(Attendance.person_id, Attendance.helix)
        .join(DesignSession, Attendance.design_session_id == DesignSession.id)
        .where(
            Attendance.status == AttendanceStatus.PRESENT,
            DesignSession.starts_local <= f"{day}T24",
            Attendance.person_id.not_in(in_a_role),
        )
        .order_by(DesignSession.starts_at, DesignSession.id)
    )
    return {row[0]: row[1] for row in session().execute(statement)}
