"""Single-use links inside commands: making one, mailing it, using it up and ending it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, select

from crm.accounts import links, queries
from crm.accounts.events import LinkPosted
from crm.accounts.models import AccessLink, Account, LinkPurpose, LinkUsed
from crm.accounts.policy import AccountPermission
from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import change_many, hold, lock, session, take
from crm.core.events import announce
from crm.core.permissions import Actor, Role, allows


@dataclass(frozen=True, slots=True)
class LinkDetails:
    """What a single-use link is for."""

    purpose: LinkPurpose
    valid: timedelta
    account_id: int | None = None
    project_id: int | None = None
    role: Role | None = None
    email: str = ""


@command(AccountPermission.ADMINISTER)
def make_link(actor: Actor, _subject: None, *, details: LinkDetails) -> str:
    """Make a single-use link to hand over and return its token, which is kept nowhere."""
    return new_link(actor, details)


@command(AccountPermission.ENTER)
def post_reset(actor: Actor, account: Account, *, valid: timedelta) -> None:
    """Mail somebody a link with which they can choose a new password."""
    details = LinkDetails(LinkPurpose.RESET, valid, account_id=account.id, email=account.email)
    post_link(actor, details)


def new_link(actor: Actor, details: LinkDetails) -> str:
    """Add a single-use link to hand over inside a command and return its token."""
    token = links.mailed(tokens.public())
    session().add(_link(actor, details, token))
    return token


def post_link(actor: Actor, details: LinkDetails) -> str:
    """
    Add a single-use link inside a command and let it be mailed to whom it is for.

    Return another token of it, to hand over: that one does not prove whose address it is.
    """
    name = tokens.public()
    link = _link(actor, details, links.mailed(name))
    link.is_mailed = True
    session().add(link)
    session().flush()
    announce(LinkPosted(link.id, name))
    return links.by_hand(name)


def redeem(link: AccessLink) -> None:
    """
    Use up a link, inside a command, in one statement: of all who do so at once one succeeds.

    :raises LinkUsed: if it was used before, was withdrawn, has expired, or who gave it may not now
    """
    if link.account_id is not None:
        # Two links of one account end each other, so one of them waits here for the other.
        lock(queries.account(link.account_id))
    _hold(ends_with(link))
    used = {"used_at": clock.now()}
    if not take(link, AccessLink.still_open(), used) or not _is_given_rightly(link):
        raise LinkUsed


def ends_with(link: AccessLink) -> ColumnElement[bool]:
    """Return which links end when this one is used: itself, and what leads to the same."""
    if link.account_id is not None:
        return AccessLink.account_id == link.account_id
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR and not link.email:
        return (AccessLink.purpose == link.purpose) & (AccessLink.email == "")
    return AccessLink.id == link.id


def hold_address(email: str) -> None:
    """Wait, inside a command, for who else makes an account at an address or moves one there."""
    hold(f"account {queries.email_key(email)}")


def end_links(which: ColumnElement[bool]) -> int:
    """End, inside a command, the open links that `which` selects; return how many."""
    values = {"revoked_at": clock.now()}
    return len(change_many(AccessLink, AccessLink.still_open() & which, values))


def end_links_of(account: Account) -> None:
    """End, inside a command, the open links by which somebody gets at an account."""
    end_links(AccessLink.account_id == account.id)


def end_links_made_by(account_id: int, *, project_id: int | None = None) -> None:
    """
    End, inside a command, the open links that an account gave and may not give any more.

    :param project_id: only those into this project; none: all of them
    """
    which = AccessLink.made_by_id == account_id
    end_links(which if project_id is None else which & (AccessLink.project_id == project_id))


def _hold(which: ColumnElement[bool]) -> None:
    """Hold open links in the order in which everybody does who ends several."""
    statement = select(AccessLink.id).where(AccessLink.still_open() & which)
    session().execute(statement.order_by(AccessLink.id).with_for_update())


def _is_given_rightly(link: AccessLink) -> bool:
    """Whether who made a link may do so now; of links into a project the project says it."""
    if link.made_by_id is None or link.project_id is not None:
        return True
    maker = queries.account(link.made_by_id)
    actor = Actor(maker.id, maker.name, is_administrator=maker.is_administrator)
    return maker.is_active and allows(actor, AccountPermission.ADMINISTER)


def _link(actor: Actor, details: LinkDetails, token: str) -> AccessLink:
    return AccessLink(
        purpose=details.purpose,
        token_hash=tokens.hashed(token),
        account_id=details.account_id,
        project_id=details.project_id,
        role=details.role,
        email=details.email,
        made_by_id=actor.account_id,
        expires_at=clock.now() + details.valid,
    )
