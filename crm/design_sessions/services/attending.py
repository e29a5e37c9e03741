"""Attending: who came, walk-ins among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, session
from crm.core.errors import Conflict, Invalid
from crm.core.events import announce
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.design_sessions.events import AttendanceTaken
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import people, sessions
from crm.design_sessions.services.inviting import HelixNotHeld, helix_held
from crm.projects import queries as projects
from crm.stakeholders.models import Helix, Person
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.services.affiliations import AffiliationDetails
from crm.stakeholders.services.organisations import HelixMissing
from crm.stakeholders.services.persons import NewPerson, PersonDetails, add_person
from crm.stakeholders.values import names


@dataclass(frozen=True, slots=True)
class Mark:
    """What is noted of one person; no status takes a note away."""

    person: Person
    status: AttendanceStatus | None
    helix: Helix
    is_walk_in: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """What a page said of one person when it was opened, and what it says now."""

    before: AttendanceStatus | None
    now: AttendanceStatus | None


class MarkedMeanwhile(Conflict):
    """Somebody else noted something different of the same people since the page was opened."""

    message = _l("Somebody else noted this meanwhile. Both are shown beside the names.")

    def __init__(self, current: Mapping[int, AttendanceStatus | None]) -> None:
        self.current = current
        super().__init__()


@command(SessionPermission.ARRANGE)
def record_attendance(
    _actor: Actor, design_session: DesignSession, *, marks: Sequence[Mark]
) -> int:
    """Note what became of people at a session; return of how many that was a change."""
    sessions.lock(design_session)
    last = {mark.person.id: mark for mark in marks}
    known = {
        attendance.person_id: attendance for attendance in people.noted_among(design_session, last)
    }
    changed = sum(_change(known[number], mark) for number, mark in last.items() if number in known)
    same = {"design_session_id": design_session.id, "noted_at": clock.now()}
    new: list[dict[str, object]] = [
        {
            "person_id": number,
            "helix": mark.helix,
            "status": mark.status,
            "is_walk_in": mark.is_walk_in,
            **same,
        }
        for number, mark in last.items()
        if number not in known and mark.status is not None
    ]
    add_many(Attendance, new)
    session().flush()
    session().expire(design_session, ["attendances"])
    if changed or new:
        announce(AttendanceTaken(design_session.id))
    return changed + len(new)


def marks_of(design_session: DesignSession, noted: Mapping[int, Noted]) -> list[Mark]:
    """
    Return what has to be noted, inside a command: what was changed on the page and is not so yet.

    :raises NotFound: if one of the persons is not in this project
    :raises MarkedMeanwhile: if somebody else noted something different of the same people
    """
    people.persons(noted)
    known = {
        attendance.person_id: attendance for attendance in people.noted_among(design_session, noted)
    }
    current = {number: known[number].status if number in known else None for number in noted}
    changed = {
        number: mark
        for number, mark in noted.items()
        if mark.now is not mark.before and mark.now is not current[number]
    }
    meanwhile = {n: current[n] for n, mark in changed.items() if current[n] is not mark.before}
    if meanwhile:
        raise MarkedMeanwhile(meanwhile)
    return marks_for(design_session, {number: mark.now for number, mark in changed.items()})


def marks_for(
    design_session: DesignSession, statuses: Mapping[int, AttendanceStatus | None]
) -> list[Mark]:
    """
    Return marks for people by their ids, each for the helix they were invited or noted for.

    :raises NotFound: if one of the persons is not in this project
    """
    persons = people.persons(statuses)
    invited = people.invited_among(design_session, statuses)
    known = {
        attendance.person_id: attendance.helix
        for attendance in people.noted_among(design_session, statuses)
    }
    helixes = {**invited, **known}
    return [
        Mark(
            persons[number],
            status,
            helixes.get(number) or persons[number].helix_on(design_session.day),
            is_walk_in=number not in invited,
        )
        for number, status in statuses.items()
    ]


def _change(attendance: Attendance, mark: Mark) -> bool:
    if mark.status is None:
        session().delete(attendance)
        return True
    if (attendance.status, attendance.helix) == (mark.status, mark.helix):
        return False
    attendance.status, attendance.helix = mark.status, mark.helix
    attendance.noted_at = clock.now()
    return True


@dataclass(frozen=True, slots=True)
class WalkIn:
    """
    Somebody who came without being invited: known by id, or to be put in the register.

    :param apart_from: people of the same name that this is none of, as whoever noted it says
    """

    name: str
    person_id: int | None = None
    organisation: str = ""
    helix: Helix | None = None
    apart_from: frozenset[int] = frozenset()


class NamesKnown(Invalid):
    """People of these names are in the register already; `known` are their ids, by line."""

    message = _l("Somebody of this name is in the register already. Say who it is.")

    def __init__(self, known: Mapping[int, list[int]]) -> None:
        self.known = known
        super().__init__()


class WalkInUnclear(Invalid):
    """Something of one line cannot be used; `part` says which."""

    def __init__(self, line: int, part: str, message: object) -> None:
        self.line, self.part = line, part
        super().__init__(str(message))


@command(SessionPermission.ARRANGE)
def take_attendance(
    actor: Actor,
    design_session: DesignSession,
    *,
    noted: Mapping[int, Noted],
    walk_ins: Mapping[int, WalkIn],
) -> int:
    """
    Note who came, walk-ins (by line) among them; return for how many people that was a change.

    Doing the same once more changes nothing: who was put in the register before is found back.

    :raises NotFound: if a person is not in this project
    :raises MarkedMeanwhile: if somebody else noted something different meanwhile
    :raises NamesKnown: if a new name is known in the register, and nobody said who it is
    :raises WalkInUnclear: if a line cannot be used
    """
    sessions.lock(design_session)
    marks = marks_of(design_session, noted)
    known = _known(design_session, walk_ins)
    invited = people.invited_among(design_session, [person.id for person in known.values()])
    for line, walk_in in walk_ins.items():
        person = known.get(line) or _add(actor, design_session, line, walk_in)
        try:
            helix = invited.get(person.id) or helix_held(design_session, person, walk_in.helix)
        except HelixNotHeld as refusal:
            raise WalkInUnclear(line, "helix", refusal.message) from refusal
        is_walk_in = person.id not in invited
        marks.append(Mark(person, AttendanceStatus.PRESENT, helix, is_walk_in=is_walk_in))
    return record_attendance(actor, design_session, marks=marks)


def _known(design_session: DesignSession, walk_ins: Mapping[int, WalkIn]) -> dict[int, Person]:
    """Return the people of the lines who are in the register, by line."""
    chosen = people.persons(
        walk_in.person_id for walk_in in walk_ins.values() if walk_in.person_id is not None
    )
    came = people.walk_in_ids(design_session)
    found: dict[int, Person] = {}
    asked: dict[int, list[int]] = {}
    for line, walk_in in walk_ins.items():
        if walk_in.person_id is not None:
            found[line] = chosen[walk_in.person_id]
            continue
        same = [
            person for person in people.named(walk_in.name) if person.id not in walk_in.apart_from
        ]
        # A walk-in of this session with this name is who the same page put there a moment ago.
        again = [person for person in same if person.id in came and person not in found.values()]
        if again:
            found[line] = again[0]
        elif same:
            asked[line] = [person.id for person in same]
    if asked:
        raise NamesKnown(asked)
    return found


def _add(actor: Actor, design_session: DesignSession, line: int, walk_in: WalkIn) -> Person:
    """Put somebody new into the register, with the role they came in."""
    known = organisation_named(walk_in.organisation) if walk_in.organisation else None
    usual = {known.helix, known.second_helix} if known else {Helix.END_USERS}
    makes = bool(walk_in.organisation) and known is None
    departs = walk_in.helix not in {None, *usual} and not makes
    reason = _("Came to “%(title)s” for this helix.", title=design_session.title)
    try:
        role = AffiliationDetails(
            organisation=walk_in.organisation,
            make_organisation=makes,
            helix=walk_in.helix,
            helix_reason=reason if departs else "",
        )
        new = NewPerson(PersonDetails(names.propose_from_one(walk_in.name)), roles=(role,))
        return add_person(actor, projects.project(design_session.project_id), new=new)
    except Invalid as refusal:
        part = "helix" if isinstance(refusal, HelixMissing) else "name"
        raise WalkInUnclear(line, part, refusal.message) from refusal
