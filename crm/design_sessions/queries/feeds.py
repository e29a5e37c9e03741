"""Questions about calendar feeds: whose a link is, and which sessions stand in it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from crm.accounts.models import Account
from crm.core import tokens
from crm.core.audit import AuditEntry
from crm.core.db import session, unscoped
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.design_sessions.links import FEED
from crm.design_sessions.models import Answer, CalendarFeed, DesignSession, Invitation
from crm.projects import queries as projects
from crm.projects.models import Project

_ALL = unscoped("a feed of somebody's own shows the sessions of each project they have a role in")


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
        return max((one.changed_at for one in self.sessions), default=None)


def feeds_of(actor: Actor, project: Project) -> tuple[CalendarFeed | None, CalendarFeed | None]:
    """Return the feeds of an actor: of this project, and of all projects; none: not made."""
    statement = (
        select(CalendarFeed)
        .where(CalendarFeed.account_id == actor.account_id)
        .order_by(CalendarFeed.id)
    )
    found = {one.project_id: one for one in session().scalars(statement)}
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
    listed = {one.project_id: one.project for one in projects.memberships_of(who)}
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
            one, of[one.project_id], accepted.get(one.id, 0), changed.get(one.id, one.created_at)
        )
        for one in session().scalars(statement, execution_options=_ALL)
    ]


def _accepted(of: dict[int, Project]) -> dict[int, int]:
    statement = (
        select(Invitation.design_session_id, func.count())
        .where(Invitation.project_id.in_(of), Invitation.answer == Answer.YES)
        .group_by(Invitation.design_session_id)
        .order_by(Invitation.design_session_id)
    )
    rows = session().execute(statement, execution_options=_ALL)
    return {number: count for number, count in rows}  # noqa: C416 - a Row is no pair to mypy


def _changed(of: dict[int, Project]) -> dict[int, datetime]:
    statement = (
        select(AuditEntry.row_id, func.max(AuditEntry.at))
        .where(AuditEntry.project_id.in_(of), AuditEntry.table == DesignSession.__tablename__)
        .group_by(AuditEntry.row_id)
        .order_by(AuditEntry.row_id)
    )
    rows = session().execute(statement, execution_options=_ALL)
    return {number: at for number, at in rows}  # noqa: C416 - a Row is no pair to mypy
