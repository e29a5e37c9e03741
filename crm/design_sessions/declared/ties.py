"""Who came to the same session: a tie between all who were there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select

from crm.core.db import session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.ties import Asked, Evidence, Gathering, TieSource, is_person, person_key
from crm.design_sessions.models import Attendance, AttendanceStatus, DesignSession
from crm.stakeholders.models import Affiliation

ATTENDANCE = "attendance"


def _gather(asked: Asked) -> Iterable[Gathering]:
    statement = (
        select(DesignSession.id, DesignSession.starts_local, Attendance.person_id)
        .join(Attendance, Attendance.design_session_id == DesignSession.id)
        .where(Attendance.status == AttendanceStatus.PRESENT)
        .order_by(DesignSession.id, Attendance.person_id)
    )
    people = asked.ids(is_person)
    if people is not None:
        with_them = select(Attendance.design_session_id).where(Attendance.person_id.in_(people))
        statement = statement.where(DesignSession.id.in_(with_them))
    days: dict[int, str] = {}
    present: defaultdict[int, list[str]] = defaultdict(list)
    for session_id, starts, person_id in session().execute(statement):
        days[session_id] = starts
        present[session_id].append(person_key(person_id))
    for session_id, keys in present.items():
        day = date.fromisoformat(days[session_id][:10])
        yield Gathering(ATTENDANCE, session_id, tuple(keys), since=day, until=day)


def _evidence(_actor: Actor, _asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    statement = select(DesignSession.id, DesignSession.title, DesignSession.starts_local)
    statement = statement.where(DesignSession.id.in_(ids)).order_by(DesignSession.id)
    for session_id, title, starts in session().execute(statement):
        day = date.fromisoformat(starts[:10])
        yield Evidence(ATTENDANCE, session_id, title, day, day)


def _last_helixes(day: date) -> Mapping[str, str]:
    # Who has a role that day counts by that; of the others only the last session tells.
    in_a_role = select(Affiliation.person_id).where(Affiliation.running_on(day))
    statement = (
        select(Attendance.person_id, Attendance.helix)
        .join(DesignSession, Attendance.design_session_id == DesignSession.id)
        .where(
            Attendance.status == AttendanceStatus.PRESENT,
            # After every hour of that day: T24 sorts behind T23:59.
            DesignSession.starts_local <= f"{day}T24",
            Attendance.person_id.not_in(in_a_role),
        )
        .order_by(DesignSession.starts_at, DesignSession.id)
    )
    # Later sessions come later, and overwrite.
    rows = session().execute(statement)
    return {person_key(person_id): helix.value for person_id, helix in rows}


def _mixes(since: date | None, until: date | None) -> Iterable[Mapping[str, int]]:
    statement = (
        select(Attendance.design_session_id, Attendance.helix, func.count())
        .join(DesignSession, Attendance.design_session_id == DesignSession.id)
        .where(Attendance.status == AttendanceStatus.PRESENT)
        .group_by(Attendance.design_session_id, Attendance.helix)
        .order_by(Attendance.design_session_id, Attendance.helix)
    )
    if since:
        statement = statement.where(DesignSession.starts_local >= f"{since}")
    if until:
        statement = statement.where(DesignSession.starts_local <= f"{until}T24")
    found: defaultdict[int, dict[str, int]] = defaultdict(dict)
    for session_id, helix, count in session().execute(statement):
        found[session_id][helix.value] = count
    return found.values()


SOURCE = TieSource(
    ATTENDANCE,
    _l("Shared session"),
    _gather,
    _evidence,
    page=("sessions.session", "session_id"),
    point="s",
    last_helixes=_last_helixes,
    mixes=_mixes,
)
