"""Calendar feeds: making the address of one, renewing it, and ending it."""

from crm.accounts.models import Account
from crm.core.commands import command
from crm.core.db import session
from crm.core.db.locks import lock
from crm.core.permissions import Actor
from crm.design_sessions.models import CalendarFeed
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries.feeds import feeds_of
from crm.projects.models import Project


@command(SessionPermission.READ)
def make_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed:
    """
    Make the actor's feed of this project, or of all their projects; the one there is stays.

    :param of_all: of all projects instead of this one
    """
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        return known
    made = CalendarFeed(account_id=actor.account_id, project_id=None if of_all else project.id)
    session().add(made)
    session().flush()
    return made


@command(SessionPermission.READ)
def renew_feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Give the actor's feed a new address; whoever has the old one sees nothing any more."""
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        known.version += 1
    return known


@command(SessionPermission.READ)
def end_feed(actor: Actor, project: Project, *, of_all: bool) -> None:
    """End the actor's feed; its address is never used again."""
    known = _feed(actor, project, of_all=of_all)
    if known is not None:
        session().delete(known)


def _feed(actor: Actor, project: Project, *, of_all: bool) -> CalendarFeed | None:
    """Return the feed, held until the unit of work ends: an account has one of each."""
    lock(session().get_one(Account, actor.account_id))
    of_project, of_everything = feeds_of(actor, project)
    return of_everything if of_all else of_project
