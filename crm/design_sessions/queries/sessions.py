"""Questions about sessions, what is due for them, and their feeds for calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import selectinload

from crm.accounts.models import Account
from crm.core import clock, search, tokens
from crm.core.audit import AuditEntry
from crm.core.db import ids_of, project_in_scope, session, the_one, unscoped
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
from crm.design_sessions.queries.people import came_to, on_list
from crm.design_sessions.rules import waiting
from crm.design_sessions.rules.balance import Balance, balance
from crm.design_sessions.rules.links import FEED
from crm.projects import queries as projects
from crm.projects.models import Project

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
    """Return one session of the project in scope, or raise `NotFound`."""
    if session_id > LARGEST_ID:
        raise NotFound
    statement = select(DesignSession).where(DesignSession.id == session_id)
    return the_one(statement.options(selectinload(DesignSession.targets)))


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
    statement = _chosen(chosen).where(DesignSession.ends_at >= clock.now())
    return statement.order_by(DesignSession.starts_at, DesignSession.id)


def to_come() -> list[tuple[int, str]]:
    """Return id and title with day of the sessions that are to come, the next one first."""
    found = session().scalars(upcoming(SessionFilter()))
    return [(held.id, f"{held.title} ({written_day(held.day)})") for held in found]


def past(chosen: SessionFilter) -> Select[DesignSession]:
    """Return the statement for sessions that have ended, the latest first."""
    statement = _chosen(chosen).where(DesignSession.ends_at < clock.now())
    return statement.order_by(DesignSession.starts_at.desc(), DesignSession.id.desc())


def sessions(statement: Select[DesignSession]) -> list[DesignSession]:
    """Return all sessions of a statement."""
    return list(session().scalars(statement))


def coming() -> DesignSession | None:
    """Return the session that is next, or going on, with its targets."""
    statement = upcoming(SessionFilter()).options(selectinload(DesignSession.targets))
    return session().scalar(statement.limit(1))


def years() -> list[int]:
    """Return the years in which there are sessions, the latest first."""
    # Of the day where it is held: an evening of December may be January in UTC.
    year = func.substr(DesignSession.starts_local, 1, YEAR_LENGTH)
    return list(map(int, session().scalars(select(year).distinct().order_by(year.desc()))))


def counts(sessions: Iterable[DesignSession]) -> dict[int, Counts]:
    """Return for each session how many people were invited and how many were there."""
    ids = ids_of(sessions)
    invited = _count(Invitation, Invitation.answer.not_in(GONE), ids)
    attended = _count(Attendance, Attendance.status == AttendanceStatus.PRESENT, ids)
    return {number: Counts(invited.get(number, 0), attended.get(number, 0)) for number in ids}


def balance_of(design_session: DesignSession) -> Balance:
    """Return the balance of a session: three statements, however many people."""
    invited = select(Invitation.person_id, Invitation.helix, Invitation.answer)
    invited = invited.where(on_list(design_session)).order_by(Invitation.id)
    people = [((number, helix), answer) for number, helix, answer in session().execute(invited)]
    wanted = select(HelixTarget.helix, HelixTarget.seats)
    wanted = wanted.where(HelixTarget.design_session_id == design_session.id)
    present = select(Attendance.person_id, Attendance.helix).where(came_to(design_session))
    return balance(
        {helix: seats for helix, seats in session().execute(wanted.order_by(HelixTarget.id))},  # noqa: C416 - a Row is no pair to mypy
        invited=[who for who, _answer in people],
        accepted=[who for who, answer in people if answer is Answer.YES],
        attended=[
            (number, helix) for number, helix in session().execute(present.order_by(Attendance.id))
        ],
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


def _count(
    model: type[Invitation | Attendance], condition: ColumnElement[bool], ids: Sequence[int]
) -> dict[int, int]:
    column = model.design_session_id
    statement = select(column, func.count()).where(column.in_(ids), condition)
    rows = session().execute(statement.group_by(column).order_by(column))
    return {session_id: number for session_id, number in rows}  # noqa: C416 - a Row is no pair to mypy


_ALL = unscoped("the worker serves all projects")
Due = tuple[int, int]


def with_ended_offers() -> list[Due]:
    """Return project and id of the sessions in which an offered place was not taken in time."""
    due = Invitation.project_id, Invitation.design_session_id
    ended = (Invitation.answer == Answer.OFFERED) & (Invitation.offer_until <= clock.now())
    statement = select(*due).where(ended).distinct().order_by(*due)
    rows = session().execute(statement, execution_options=_ALL)
    return [(project_id, session_id) for project_id, session_id in rows]


def to_remind_of() -> list[Due]:
    """Return project and id of the sessions of which people are to be reminded now."""
    statement = select(DesignSession).where(
        DesignSession.reminder_days.is_not(None),
        DesignSession.state == SessionState.OPEN,
        DesignSession.starts_at > clock.now(),
    )
    # The hour of nine is another moment in each zone, so the last choice is not the database's.
    ordered = statement.order_by(DesignSession.project_id, DesignSession.id)
    coming = session().scalars(ordered, execution_options=_ALL)
    return [(held.project_id, held.id) for held in coming if waiting.is_due(held, clock.now())]


def colleagues() -> list[Account]:
    """
    Return everybody with a role in the project in scope who can sign in, by name.

    :raises NotFound: if no project is in scope
    """
    number = project_in_scope()
    if number is None:
        raise NotFound
    members = projects.members_of(projects.project(number))
    active = [member.account for member in members if member.account.is_active]
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
    statement = select(CalendarFeed).where(CalendarFeed.account_id == actor.account_id)
    feeds = session().scalars(statement.order_by(CalendarFeed.id))
    found = {feed.project_id: feed for feed in feeds}
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
    account = session().get_one(Account, found.account_id)
    who = Actor(account_id=account.id, name=account.name)
    # Asked anew each time: a link outlives the role of whoever made it.
    memberships = projects.memberships_of(who)
    listed = {membership.project_id: membership.project for membership in memberships}
    if not account.is_active or (found.project_id is not None and found.project_id not in listed):
        raise NotFound
    if found.project_id is None:
        return Feed(account, None, _sessions(listed))
    project = listed[found.project_id]
    return Feed(account, project, _sessions({project.id: project}))


def _sessions(of: dict[int, Project]) -> list[FeedSession]:
    statement = select(DesignSession).where(DesignSession.project_id.in_(of))
    statement = statement.order_by(DesignSession.starts_at, DesignSession.id)
    by = Invitation.design_session_id
    said_yes = select(by, func.count()).where(
        Invitation.project_id.in_(of), Invitation.answer == Answer.YES
    )
    accepted = _pairs(said_yes.group_by(by).order_by(by))
    # When a session last changed, the audit trail knows.
    by = AuditEntry.row_id
    last = select(by, func.max(AuditEntry.at)).where(
        AuditEntry.project_id.in_(of), AuditEntry.table == DesignSession.__tablename__
    )
    changed = _pairs(last.group_by(by).order_by(by))
    return [
        FeedSession(
            held,
            of[held.project_id],
            accepted.get(held.id, 0),
            changed.get(held.id, held.created_at),
        )
        for held in session().scalars(statement, execution_options=_FEEDS)
    ]


def _pairs(statement: Select[Any, Any]) -> dict[Any, Any]:
    return {key: value for key, value in session().execute(statement, execution_options=_FEEDS)}  # noqa: C416 - a Row is no pair to mypy
