"""Changes by single-use links: making one, mailing it, and getting in by it."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from crm.accounts import passwords, queries
from crm.accounts.events import LinkAccepted, LinkPosted
from crm.accounts.models import AccessLink, Account, EmailTaken, LinkPurpose
from crm.accounts.policy import AccountPermission
from crm.accounts.services.sign_ins import end_all_sessions, open_session, own_words
from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import session
from crm.core.events import announce
from crm.core.permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What somebody who accepts a link tells about themselves."""

    name: str
    email: str
    password: str
    locale: str = "nl"


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
    """Make a single-use link and return its token, which is kept nowhere."""
    return new_link(actor, details)


@command(AccountPermission.ENTER)
def accept_link(_actor: Actor, link: AccessLink, *, newcomer: Newcomer, device: str) -> str:
    """
    Use a link to get in: as the first administrator, as a colleague, or after a reset.

    Return the token for the cookie.

    :raises LinkUsed: if the link was used before or has expired
    :raises EmailTaken: if the address belongs to an account with another password
    """
    link = (
        session()
        .scalars(select(AccessLink).where(AccessLink.id == link.id).with_for_update())
        .one()
    )
    link.use()
    account = _account_of(link, newcomer)
    session().flush()
    announce(LinkAccepted(link.id, account.id))
    return open_session(account, device)


@command(AccountPermission.ENTER)
def post_reset(actor: Actor, account: Account, *, valid: timedelta) -> None:
    """Mail somebody a link with which they can choose a new password."""
    post_link(actor, LinkDetails(LinkPurpose.RESET, valid, account_id=account.id))


def new_link(actor: Actor, details: LinkDetails) -> str:
    """Add a single-use link inside a command and return its token."""
    token = link_token(tokens.public())
    session().add(_link(actor, details, token))
    return token


def post_link(actor: Actor, details: LinkDetails) -> str:
    """Add a single-use link inside a command, let it be mailed, and return its token."""
    name = tokens.public()
    link = _link(actor, details, link_token(name))
    session().add(link)
    session().flush()
    announce(LinkPosted(link.id, name))
    return link_token(name)


def link_token(name: str) -> str:
    """Return the token of a single-use link, made anew from its public part."""
    return tokens.signed("access", name)


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


def _account_of(link: AccessLink, newcomer: Newcomer) -> Account:
    if link.purpose is LinkPurpose.RESET and link.account_id is not None:
        account = queries.account(link.account_id)
        end_all_sessions(account)
        account.password_hash = _hashed(newcomer, account)
        return account
    known = queries.account_by_email(newcomer.email)
    if known is not None:
        if not known.is_active or not passwords.matches(known.password_hash, newcomer.password):
            raise EmailTaken
        return known
    return _new_account(newcomer, administrator=link.purpose is LinkPurpose.FIRST_ADMINISTRATOR)


def _new_account(newcomer: Newcomer, *, administrator: bool) -> Account:
    account = Account(
        name=newcomer.name,
        email=newcomer.email.strip(),
        email_key=queries.email_key(newcomer.email),
        locale=newcomer.locale,
        is_administrator=administrator,
    )
    account.password_hash = _hashed(newcomer, account)
    session().add(account)
    return account


def _hashed(newcomer: Newcomer, account: Account) -> str:
    return passwords.hashed(newcomer.password, known_words=own_words(account.name, account.email))
