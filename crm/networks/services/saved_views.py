"""Saved views of the network, and the links by which outsiders see one."""

from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import parse_qsl

from sqlalchemy import select

from crm.accounts.events import AccountDisabled
from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import session, unscoped
from crm.core.db.rows import lock
from crm.core.errors import Conflict, Forbidden
from crm.core.i18n import _l
from crm.core.permissions import Actor, allows
from crm.networks.models import SavedView, ShareLink
from crm.networks.policy import NetworkPermission
from crm.projects.models import Project

_EVERYWHERE = unscoped("an account gave links in any of its projects")
TELLING = {"tag", "segment"}  # as an address asks for them


class NameTaken(Conflict):
    """The same person has a view of this name in the project."""

    message = _l("You already have a view with this name. Choose another name.")
    field = "name"


@dataclass(frozen=True, slots=True)
class ViewDetails:
    """What a view is called, and whether everybody in the project finds it."""

    name: str
    is_shared: bool = False


@command(NetworkPermission.KEEP)
def save_view(actor: Actor, project: Project, *, details: ViewDetails, query: str) -> SavedView:
    """
    Keep a way to look at the network.

    :param query: the part of the address that asks it
    :raises NameTaken: if the actor has another view of this name
    :raises Forbidden: if it is to be shared by somebody who only reads
    """
    # Until the end of the command nobody else takes the name.
    lock(project)
    made = SavedView(account_id=actor.account_id, query=query)
    _fill(actor, made, details)
    session().add(made)
    session().flush()
    return made


@command(NetworkPermission.KEEP)
def change_view(actor: Actor, view: SavedView, *, details: ViewDetails) -> None:
    """
    Rename a view, share it with the project, or share it no more.

    :raises NameTaken: if who made it has another view of this name
    :raises Forbidden: if somebody who only reads shares it
    """
    lock(session().get_one(Project, view.project_id))
    _fill(actor, view, details)


@command(NetworkPermission.KEEP)
def remove_view(_actor: Actor, view: SavedView) -> None:
    """Remove a view; the links to it end with it."""
    session().delete(view)


def _fill(actor: Actor, view: SavedView, details: ViewDetails) -> None:
    if details.is_shared and not view.is_shared and not allows(actor, NetworkPermission.SHARE):
        raise Forbidden
    taken = select(SavedView.id).where(
        SavedView.account_id == view.account_id,
        SavedView.name == details.name,
        SavedView.id != (view.id or 0),
    )
    if session().scalar(taken.limit(1)) is not None:
        raise NameTaken
    view.name, view.is_shared = details.name, details.is_shared


class TellsOfPeople(Conflict):
    """The view is narrowed to a tag or a segment, and those are not for outsiders."""

    message = _l(
        "A view that is narrowed to a tag or a segment tells something of private persons. Save it "
        "without that, and make a link to it."
    )


@command(NetworkPermission.PUBLISH)
def make_link(actor: Actor, view: SavedView, *, valid: timedelta) -> str:
    """Return the token of a new link, kept nowhere; raise `TellsOfPeople` for tags and segments."""
    if TELLING & dict(parse_qsl(view.query)).keys():
        raise TellsOfPeople
    # Whoever makes one clears those that are over: so few need no job of their own.
    over = select(ShareLink).where(ShareLink.expires_at <= clock.now()).order_by(ShareLink.id)
    for link in session().scalars(over):
        session().delete(link)
    token = tokens.new()
    made = ShareLink(
        view=view,
        token_hash=tokens.hashed(token),
        made_by_id=actor.account_id,
        expires_at=clock.now() + valid,
    )
    session().add(made)
    return token


@command(NetworkPermission.PUBLISH)
def revoke_link(_actor: Actor, link: ShareLink) -> None:
    """End a link at once: whoever opens it is told that it leads nowhere."""
    session().delete(link)


def end_links_of(fact: AccountDisabled) -> None:
    """React to an account that may sign in no more: the links that it gave end, everywhere."""
    statement = select(ShareLink).where(ShareLink.made_by_id == fact.account_id)
    for link in session().scalars(statement.order_by(ShareLink.id), execution_options=_EVERYWHERE):
        session().delete(link)
