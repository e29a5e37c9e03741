"""Questions about saved views and the links to them."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account
from crm.core import clock, tokens
from crm.core.db import session, the_one, unscoped
from crm.core.db.scope import enter_project
from crm.core.errors import NotFound
from crm.core.permissions import Actor, allows
from crm.networks.models import SavedView, ShareLink
from crm.networks.policy import NetworkPermission

_BY_LINK = unscoped("a link tells of which project it is")


@dataclass(frozen=True, slots=True)
class SavedViewRow:
    """A saved view with the name of who made it, and whether who asks may change it."""

    view: SavedView
    maker: str
    may_change: bool


def saved_views(actor: Actor) -> list[SavedViewRow]:
    """Return the actor's own views of the project in scope, and those shared with it, by name."""
    statement = (
        select(SavedView, Account.name)
        .join(Account, Account.id == SavedView.account_id)
        .where(or_(SavedView.account_id == actor.account_id, SavedView.is_shared))
        .order_by(SavedView.name, SavedView.id)
    )
    return [
        SavedViewRow(view, maker, allows(actor, NetworkPermission.KEEP, view))
        for view, maker in session().execute(statement)
    ]


def saved_view(actor: Actor, view_id: int) -> SavedView:
    """Return a view that the actor sees, their own or a shared one, or raise `NotFound`."""
    statement = select(SavedView).where(
        SavedView.id == view_id, or_(SavedView.account_id == actor.account_id, SavedView.is_shared)
    )
    return the_one(statement)


def open_links() -> list[ShareLink]:
    """Return the links that open a view of the project in scope, the first to end first."""
    statement = (
        select(ShareLink)
        .where(ShareLink.expires_at > clock.now())
        .options(joinedload(ShareLink.view))
        .order_by(ShareLink.expires_at, ShareLink.id)
    )
    return list(session().scalars(statement))


def share_link(link_id: int) -> ShareLink:
    """Return one link to a view of the project in scope, or raise `NotFound`."""
    return the_one(select(ShareLink).where(ShareLink.id == link_id))


def shared_by_link(token: str) -> ShareLink:
    """Return the open link of a token, and enter its project; or raise `NotFound`."""
    # By its hash: whoever reads the database can open nothing.
    statement = select(ShareLink).where(ShareLink.token_hash == tokens.hashed(token))
    found = session().scalar(statement, execution_options=_BY_LINK)
    if found is None or not found.is_open:
        raise NotFound
    enter_project(found.project_id)
    return found
