"""Questions about sessions, what is due for them, and their feeds for calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from crm.accounts.models import Account
from crm.core import clock, search, tokens
from crm.core.audit import AuditEntry
from crm.core.db import project_in_scope, session, unscoped
from crm.core.errors import NotFound
from crm.core.i18n import written_day
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    CalendarFeed,
    DesignPhase,
    DesignSession,
    HelixTarget,
    Invitation,
    SessionKind,
    SessionState,
)
from crm.design_sessions.rules import waiting
from crm.design_sessions.rules.balance import Balance, balance
from crm.design_sessions.rules.links import FEED
from crm.projects import queries as projects
from crm.projects.models import Project
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
        chosen = sum(choice is not None for choice in (self.kind, self.phase, self.year))
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
    return [
        (design_session.id, f"{design_session.title} ({written_day(design_session.day)})")
        for design_session in found
    ]


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
    return [
        int(year_text)
        for year_text in session().scalars(select(year).distinct().order_by(year.desc()))
    ]


def counts(sessions: Iterable[DesignSession]) -> dict[int, Counts]:
    """Return for each session how many people were invited and how many were there."""
    ids = [design_session.id for design_session in sessions]
    invited = _count(Invitation, ids)
    attended = _count(Attendance, ids)
    return {number: Counts(invited.get(number, 0), attended.get(number, 0)) for number in ids}


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


_ALL = unscoped("the worker serves all projects")
Due = tuple[int, int]


def with_ended_offers() -> list[Due]:
    """Return project and id of the sessions in which an offered place was not taken in time."""
    statement = (
        select(Invitation.project_id, Invitation.design_session_id)
        .where(Invitation.answer == Answer.OFFERED, Invitation.offer_until <= clock.now())
        .distinct()
        .order_by(Invitation.project_id, Invitation.design_session_id)
    )
    return [(due, other) for due, other in session().execute(statement, execution_options=_ALL)]


def to_remind_of() -> list[Due]:
    """Return project and id of the sessions of which people are to be reminded now."""
    statement = (
        select(DesignSession)
        .where(
            DesignSession.reminder_days.is_not(None),
            DesignSession.state == SessionState.OPEN,
            DesignSession.starts_at > clock.now(),
        )
        .order_by(DesignSession.project_id, DesignSession.id)
    )
    coming = session().scalars(statement, execution_options=_ALL)
    return [
        (design_session.project_id, design_session.id)
        for design_session in coming
        if waiting.is_due(design_session, clock.now())
    ]


def colleagues() -> list[Account]:
    """
    Return everybody with a role in the project in scope who can sign in, by name.

    :raises NotFound: if no project is in scope
    """
    number = project_in_scope()
    if number is None:
        raise NotFound
    found = [member.account for member in projects.members_of(projects.project(number))]
    active = [account for account in found if account.is_active]
    return sorted(active, key=lambda account: (account.name.casefold(), account.id))


_FEEDS = unscoped("a feed of somebody's own shows the sessions of each project they have a role in")


@dataclass(frozen=True, slots=True)
class FeedSession:
    """
    A session in a feed.

    :ivar accepted: how many people said yes
    :ivar changed_at: when it last changed
    """

    design_session: DesignSession
    project: Project
    accepted: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Feed:
    """What somebody may see of a feed now: none of its project when it is of them all."""

    account: Account
    project: Project | None
    sessions: list[FeedSession]

    @property
    def changed_at(self) -> datetime | None:
        """When something in it last changed; none: there is nothing in it."""
        return max((listed.changed_at for listed in self.sessions), default=None)


def feeds_of(actor: Actor, project: Project) -> tuple[CalendarFeed | None, CalendarFeed | None]:
    """Return the feeds of an actor: of this project, and of all projects; none: not made."""
    statement = (
        select(CalendarFeed)
        .where(CalendarFeed.account_id == actor.account_id)
        .order_by(CalendarFeed.id)
    )
    found = {feed.project_id: feed for feed in session().scalars(statement)}
    return found.get(project.id), found.get(None)


def feed_by_link(token: str) -> Feed:
    """
    Return what stands in the feed that a link opens.

    :raises NotFound: if it opens none, or whoever made it may not see it any more
    """
    name = tokens.public_part(token)
    if not (name.isascii() and name.isalnum()):
        raise NotFound
    found = session().scalar(select(CalendarFeed).where(CalendarFeed.public_name == name))
    if found is None or not tokens.opens(token, FEED, name, found.version):
        raise NotFound
    return _open(found)


def _open(feed: CalendarFeed) -> Feed:
    account = session().get_one(Account, feed.account_id)
    who = Actor(account_id=account.id, name=account.name)
    listed = {
        membership.project_id: membership.project for membership in projects.memberships_of(who)
    }
    if not account.is_active or (feed.project_id is not None and feed.project_id not in listed):
        raise NotFound
    if feed.project_id is None:
        return Feed(account, None, _sessions(listed))
    project = listed[feed.project_id]
    return Feed(account, project, _sessions({project.id: project}))


def _sessions(of: dict[int, Project]) -> list[FeedSession]:
    statement = (
        select(DesignSession)
        .where(DesignSession.project_id.in_(of))
        .order_by(DesignSession.starts_at, DesignSession.id)
    )
    accepted, changed = _accepted(of), _changed(of)
    return [
        FeedSession(
            design_session,
            of[design_session.project_id],
            accepted.get(design_session.id, 0),
            changed.get(design_session.id, design_session.created_at),
        )
        for design_session in session().scalars(statement, execution_options=_FEEDS)
    ]


def _accepted(of: dict[int, Project]) -> dict[int, int]:
    statement = (
        select(Invitation.design_session_id, func.count())
        .where(Invitation.project_id.in_(of), Invitation.answer == Answer.YES)
        .group_by(Invitation.design_session_id)
        .order_by(Invitation.design_session_id)
    )
    rows = session().execute(statement, execution_options=_FEEDS)
    return {number: count for number, count in rows}  # noqa: C416 - a Row is no pair to mypy


def _changed(of: dict[int, Project]) -> dict[int, datetime]:
    statement = (
        select(AuditEntry.row_id, func.max(AuditEntry.at))
        .where(AuditEntry.project_id.in_(of), AuditEntry.table == DesignSession.__tablename__)
        .group_by(AuditEntry.row_id)
        .order_by(AuditEntry.row_id)
    )
    rows = session().execute(statement, execution_options=_FEEDS)
    return {number: at for number, at in rows}  # noqa: C416 - a Row is no pair to mypy
