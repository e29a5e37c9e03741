"""From the tables to what a network is made of, in five statements whatever its size."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from crm.core.db import session
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.initiatives.models import Initiative, Involvement
from crm.networks.material import (
    Gathering,
    Material,
    Part,
    Role,
    organisation_key,
    person_key,
)
from crm.networks.selection import TieKind
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a person is on a day: the organisation and helix of the main role."""

    helix: Helix
    organisation: str | None = None


def material(last_day: date) -> Material:
    """
    Return what the network of the project in scope is made of.

    A person counts for the main role on `last_day`; without one then, for the helix they were
    last present for, and else as an end user.
    """
    organisations = _organisations()
    roles = _roles()
    sessions, present_for = _sessions(last_day)
    standings = _standings(roles, last_day)
    helixes = dict(organisations)
    belongs = {}
    for person_id in session().scalars(select(Person.id).order_by(Person.id)):
        otherwise = _Standing(present_for.get(person_id, Helix.END_USERS))
        standing = standings.get(person_id, otherwise)
        helixes[person_key(person_id)] = standing.helix
        if standing.organisation is not None:
            belongs[person_key(person_id)] = standing.organisation
    return Material(
        helixes=helixes,
        gatherings=(*sessions, *_initiatives()),
        roles=tuple(_tying(roles)),
        belongs=belongs,
    )


def _organisations() -> dict[str, Helix]:
    statement = select(Organisation.id, Organisation.helix).order_by(Organisation.id)
    return {organisation_key(row.id): row.helix for row in session().execute(statement)}


@dataclass(frozen=True, slots=True)
class _Role:
    id: int
    person_id: int
    organisation_id: int | None
    helix: Helix
    is_main: bool
    since: date | None
    until: date | None

    def runs_on(self, day: date) -> bool:
        return (self.since or day) <= day <= (self.until or day)


def _roles() -> list[_Role]:
    """Return every role, the main one of each person first, as a person's page orders them."""
    statement = select(
        Affiliation.id,
        Affiliation.person_id,
        Affiliation.organisation_id,
        Affiliation.helix,
        Affiliation.is_main,
        Affiliation.since,
        Affiliation.until,
    ).order_by(Affiliation.person_id, Affiliation.is_main.desc(), Affiliation.id)
    return [_Role(*row) for row in session().execute(statement)]


def _standings(roles: Iterable[_Role], day: date) -> dict[int, _Standing]:
    standings: dict[int, _Standing] = {}
    for role in roles:
        if role.person_id not in standings and role.runs_on(day):
            at = role.organisation_id
            organisation = organisation_key(at) if at is not None else None
            standings[role.person_id] = _Standing(role.helix, organisation)
    return standings


def _tying(roles: Iterable[_Role]) -> Iterable[Role]:
    return (
        Role(
            role.id,
            person_key(role.person_id),
            organisation_key(role.organisation_id),
            role.since,
            role.until,
        )
        for role in roles
        if role.organisation_id is not None
    )


def _sessions(last_day: date) -> tuple[list[Gathering], dict[int, Helix]]:
    """Return the sessions with who was there, and the helix each was last present for."""
    statement = (
        select(DesignSession.id, DesignSession.starts_local, Attendance.person_id, Attendance.helix)
        .join(Attendance, Attendance.design_session_id == DesignSession.id)
        .where(Attendance.status == AttendanceStatus.PRESENT)
        .order_by(DesignSession.starts_at, DesignSession.id, Attendance.person_id)
    )
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    present_for: dict[int, Helix] = {}
    for session_id, starts, person_id, helix in session().execute(statement):
        day = date.fromisoformat(starts[:10])
        parts[session_id].append(Part(person_key(person_id), day, day))
        if day <= last_day:
            present_for[person_id] = helix
    return _gatherings(TieKind.ATTENDANCE, parts), present_for


def _initiatives() -> list[Gathering]:
    """Return the initiatives with who was involved; nobody is before it begins or after it ends."""
    statement = (
        select(
            Initiative.id, Initiative.since, Initiative.until,
            Involvement.person_id, Involvement.organisation_id,
            Involvement.since, Involvement.until,
        )
        .join(Involvement, Involvement.initiative_id == Initiative.id)
        .order_by(Initiative.id, Involvement.id)
    )  # fmt: skip
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    for number, begins, ends, person_id, organisation_id, since, until in session().execute(
        statement
    ):
        key = _key(person_id, organisation_id)
        first = max((day for day in (begins, since) if day), default=None)
        last = min((day for day in (ends, until) if day), default=None)
        if first is None or last is None or first <= last:
            parts[number].append(Part(key, first, last))
    return _gatherings(TieKind.INITIATIVE, parts)


def _key(person_id: int | None, organisation_id: int | None) -> str:
    # One of the two is there: the table holds it.
    return (
        person_key(person_id) if person_id is not None else organisation_key(organisation_id or 0)
    )


def _gatherings(kind: TieKind, parts: dict[int, list[Part]]) -> list[Gathering]:
    return [Gathering(kind, number, tuple(found)) for number, found in parts.items()]
