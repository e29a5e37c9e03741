"""Questions about sessions, the people invited to them and the people who came."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from crm.core import clock, search
from crm.core.db import session
from crm.core.errors import NotFound
from crm.core.i18n import written_day
from crm.design_sessions.balance import Balance, balance
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    DesignPhase,
    DesignSession,
    HelixTarget,
    Invitation,
    SessionKind,
    SessionState,
)
from crm.stakeholders.models import Helix

KIND = "session"
LARGEST_ID = 2**31 - 1
YEAR_LENGTH = 4


@dataclass(frozen=True, slots=True)
class SessionFilter:
    """Which sessions of a list are shown; what is not set does not matter."""

    search: str = ""
    kind: SessionKind | None = None
    phase: DesignPhase | None = None
    year: int | None = None

    @property
    def count(self) -> int:
        """How many ways of narrowing are in use."""
        chosen = sum(one is not None for one in (self.kind, self.phase, self.year))
        return chosen + bool(self.search)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people were invited to a session, and how many were there."""

    invited: int = 0
    attended: int = 0


def design_session(session_id: int) -> DesignSession:
    """
    Return one session of the project in scope.

    :raises NotFound: if there is none
    """
    if session_id > LARGEST_ID:
        raise NotFound
    statement = (
        select(DesignSession)
        .where(DesignSession.id == session_id)
        .options(selectinload(DesignSession.targets))
    )
    found = session().scalar(statement)
    if found is None:
        raise NotFound
    return found


def lock(design_session: DesignSession) -> None:
    """Wait until nobody else changes this session, and read it anew; inside a command."""
    session().flush()
    session().refresh(design_session, with_for_update=True)


def upcoming(chosen: SessionFilter) -> Select[DesignSession]:
    """Return the statement for sessions that go on or are still to be, the next one first."""
    return _not_over(chosen).where(DesignSession.state != SessionState.CANCELLED)


def called_off(chosen: SessionFilter) -> Select[DesignSession]:
    """Return the statement for cancelled sessions whose day is not over, the next one first."""
    return _not_over(chosen).where(DesignSession.state == SessionState.CANCELLED)


def _not_over(chosen: SessionFilter) -> Select[DesignSession]:
    return (
        _chosen(chosen)
        .where(DesignSession.ends_at >= clock.now())
        .order_by(DesignSession.starts_at, DesignSession.id)
    )


def to_come() -> list[tuple[int, str]]:
    """Return id and title with day of the sessions that are to come, the next one first."""
    found = session().scalars(upcoming(SessionFilter()))
    return [(one.id, f"{one.title} ({written_day(one.day)})") for one in found]


def past(chosen: SessionFilter) -> Select[DesignSession]:
    """Return the statement for sessions that have ended, the latest first."""
    return (
        _chosen(chosen)
        .where(DesignSession.ends_at < clock.now())
        .order_by(DesignSession.starts_at.desc(), DesignSession.id.desc())
    )


def sessions(statement: Select[DesignSession]) -> list[DesignSession]:
    """Return all sessions of a statement."""
    return list(session().scalars(statement))


def coming() -> DesignSession | None:
    """Return the session that is next, or going on, with its targets."""
    statement = upcoming(SessionFilter()).options(selectinload(DesignSession.targets))
    return session().scalar(statement.limit(1))


def years() -> list[int]:
    """Return the years in which there are sessions, the latest first."""
    year = func.substr(DesignSession.starts_local, 1, YEAR_LENGTH)
    return [int(one) for one in session().scalars(select(year).distinct().order_by(year.desc()))]


def counts(sessions: Iterable[DesignSession]) -> dict[int, Counts]:
    """Return for each session how many people were invited and how many were there."""
    ids = [one.id for one in sessions]
    invited = _count(Invitation, ids)
    attended = _count(Attendance, ids)
    return {one: Counts(invited.get(one, 0), attended.get(one, 0)) for one in ids}


def _targets(design_session: DesignSession) -> dict[Helix, int]:
    wanted = _counted(
        select(HelixTarget.seats, HelixTarget.helix)
        .where(HelixTarget.design_session_id == design_session.id)
        .order_by(HelixTarget.id)
    )
    return {helix: seats for seats, helix in wanted}


def balance_of(design_session: DesignSession) -> Balance:
    """Return the balance of a session: three statements, however many people."""
    rows = session().execute(
        select(Invitation.person_id, Invitation.helix, Invitation.answer)
        .where(Invitation.design_session_id == design_session.id, Invitation.answer.not_in(GONE))
        .order_by(Invitation.id)
    )
    invited = [((person_id, helix), answer) for person_id, helix, answer in rows]
    return balance(
        _targets(design_session),
        invited=[who for who, _answer in invited],
        accepted=[who for who, answer in invited if answer is Answer.YES],
        attended=_counted(
            select(Attendance.person_id, Attendance.helix)
            .where(Attendance.design_session_id == design_session.id)
            .where(Attendance.status == AttendanceStatus.PRESENT)
            .order_by(Attendance.id)
        ),
    )


def _chosen(chosen: SessionFilter) -> Select[DesignSession]:
    statement = select(DesignSession)
    if chosen.search:
        statement = statement.where(DesignSession.id.in_(search.found(KIND, chosen.search)))
    if chosen.kind is not None:
        statement = statement.where(DesignSession.kind == chosen.kind)
    if chosen.phase is not None:
        statement = statement.where(DesignSession.phase == chosen.phase)
    if chosen.year is not None:
        statement = statement.where(DesignSession.starts_local.startswith(f"{chosen.year:04d}-"))
    return statement


def _count(model: type[Invitation | Attendance], ids: Sequence[int]) -> dict[int, int]:
    statement = (
        select(model.design_session_id, func.count())
        .where(model.design_session_id.in_(ids))
        .group_by(model.design_session_id)
    )
    if model is Attendance:
        statement = statement.where(Attendance.status == AttendanceStatus.PRESENT)
    else:
        statement = statement.where(Invitation.answer.not_in(GONE))
    rows = session().execute(statement.order_by(model.design_session_id))
    return {session_id: number for session_id, number in rows}  # noqa: C416 - a Row is no pair to mypy


def _counted(statement: Select[int, Helix]) -> list[tuple[int, Helix]]:
    return [(person_id, helix) for person_id, helix in session().execute(statement)]
