"""Links by which outsiders see a saved view: making one, and ending it."""

from datetime import timedelta
from urllib.parse import parse_qsl

from sqlalchemy import select

from crm.accounts.events import AccountDisabled
from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import session, unscoped
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.networks.models import SavedView, ShareLink
from crm.networks.policy import NetworkPermission

_EVERYWHERE = unscoped("an account gave links in any of its projects")
TELLING = {"tag", "segment"}  # as an address asks for them


class TellsOfPeople(Conflict):
    """The view is narrowed to a tag or a segment, and those are not for outsiders."""

    message = _l(
        "A view that is narrowed to a tag or a segment tells something of private persons. Save it "
        "without that, and make a link to it."
    )


@command(NetworkPermission.PUBLISH)
def make_link(actor: Actor, view: SavedView, *, valid: timedelta) -> str:
    """
    Make a link to a view and return its token, which is kept nowhere; old ones are cleared.

    :raises TellsOfPeople: if the view is narrowed to a tag or a segment
    """
    if TELLING & dict(parse_qsl(view.query)).keys():
        raise TellsOfPeople
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
