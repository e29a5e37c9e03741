"""Attending: what is noted of people at a session, walk-ins among them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, session
from crm.core.errors import Conflict
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.events import AttendanceTaken
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.stakeholders.models import Helix, Person


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
    queries.lock(design_session)
    last = {mark.person.id: mark for mark in marks}
    known = {one.person_id: one for one in queries.noted_among(design_session, last)}
    changed = sum(_change(known[number], mark) for number, mark in last.items() if number in known)
    new = [
        _row(design_session, mark)
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
    queries.persons(noted)
    known = {one.person_id: one for one in queries.noted_among(design_session, noted)}
    current = {number: known[number].status if number in known else None for number in noted}
    changed = {
        number: one
        for number, one in noted.items()
        if one.now is not one.before and one.now is not current[number]
    }
    meanwhile = {n: current[n] for n, one in changed.items() if current[n] is not one.before}
    if meanwhile:
        raise MarkedMeanwhile(meanwhile)
    return marks_for(design_session, {number: one.now for number, one in changed.items()})


def marks_for(
    design_session: DesignSession, statuses: Mapping[int, AttendanceStatus | None]
) -> list[Mark]:
    """
    Return marks for people by their ids, each for the helix they were invited or noted for.

    :raises NotFound: if one of the persons is not in this project
    """
    persons = queries.persons(statuses)
    invited = queries.invited_among(design_session, statuses)
    known = {one.person_id: one.helix for one in queries.noted_among(design_session, statuses)}
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


def _row(design_session: DesignSession, mark: Mark) -> dict[str, object]:
    return {
        "design_session_id": design_session.id,
        "person_id": mark.person.id,
        "helix": mark.helix,
        "status": mark.status,
        "is_walk_in": mark.is_walk_in,
        "noted_at": clock.now(),
    }
