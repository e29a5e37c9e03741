"""Changes of accounts: entering, leaving, passwords and links."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select

from crm.accounts import passwords, queries
from crm.accounts.events import LinkAccepted, LinkPosted
from crm.accounts.models import (
    AccessLink,
    Account,
    EmailTaken,
    LinkPurpose,
    Theme,
    UserSession,
    Visit,
)
from crm.accounts.policy import AccountPermission
from crm.core import clock, jobs, tokens
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Invalid
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.permissions import Actor, Role

DEVICE_LENGTH = 120
POST_RESET = "accounts.post_reset"


class SignInRefused(Invalid):
    """Address and password do not belong together; which of them is not said."""

    message = _l("This e-mail address and password do not belong together.")


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


@command(AccountPermission.ENTER)
def sign_in(_actor: Actor, _subject: None, *, email: str, password: str, device: str) -> str:
    """
    Sign somebody in and return the token for their cookie.

    :raises SignInRefused: if address and password do not belong together
    """
    account = queries.account_by_email(email)
    if not passwords.matches(account.password_hash if account else "", password):
        raise SignInRefused
    if account is None or not account.is_active:
        raise SignInRefused
    return _open_session(account, device)


@command(AccountPermission.ENTER)
def sign_out(_actor: Actor, _subject: None, *, token: str) -> None:
    """End the sign-in of this token, here and in every copy of its cookie."""
    found = queries.session_by_token(token)
    if found is not None:
        visit = queries.visit_of(found.account_id)
        if visit is not None:
            visit.last_seen_at = clock.now()
        session().delete(found)


@command(AccountPermission.EDIT_OWN)
def end_session(_actor: Actor, account: Account, *, session_id: int) -> None:
    """End one of one's own sign-ins."""
    session().execute(
        delete(UserSession).where(
            UserSession.account_id == account.id, UserSession.id == session_id
        )
    )


@command(AccountPermission.EDIT_OWN)
def change_password(_actor: Actor, account: Account, *, old: str, new: str) -> None:
    """
    Change one's own password; every sign-in ends.

    :raises SignInRefused: if the old one is wrong
    :raises PasswordTooWeak: if the new one is easy to guess
    """
    if not passwords.matches(account.password_hash, old):
        raise SignInRefused(field="old")
    account.password_hash = passwords.hashed(new, known_words=_words(account.name, account.email))
    end_all_sessions(account)


@command(AccountPermission.EDIT_OWN)
def set_language(_actor: Actor, account: Account, *, locale: str) -> None:
    """Keep the language somebody reads in."""
    account.locale = locale


@command(AccountPermission.EDIT_OWN)
def set_theme(_actor: Actor, account: Account, *, theme: Theme) -> None:
    """Keep whether somebody reads light on dark."""
    account.theme = theme


@command(AccountPermission.ADMINISTER)
def make_link(actor: Actor, _subject: None, *, details: LinkDetails) -> str:
    """Make a single-use link and return its token, which is kept nowhere."""
    return new_link(actor, details)


@command(AccountPermission.ADMINISTER)
def set_active(_actor: Actor, account: Account, *, is_active: bool) -> None:
    """Let an account sign in or not; not ends every sign-in at once."""
    account.is_active = is_active
    if not is_active:
        end_all_sessions(account)


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
    return _open_session(account, device)


@command(AccountPermission.ENTER)
def ask_for_reset(_actor: Actor, _subject: None, *, email: str) -> None:
    """Let a link for a new password be mailed; whether anybody has this address is not said."""
    account = queries.account_by_email(email)
    jobs.enqueue(POST_RESET, {"account_id": account.id if account else 0})


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


def end_all_sessions(account: Account) -> None:
    """End every sign-in of an account inside a command."""
    session().execute(delete(UserSession).where(UserSession.account_id == account.id))
    session().expire(account, ["sessions"])


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
    return passwords.hashed(newcomer.password, known_words=_words(account.name, account.email))


def _words(name: str, email: str) -> tuple[str, ...]:
    return (*name.split(), email, email.partition("@")[0])


def _open_session(account: Account, device: str) -> str:
    # "Since your last visit" counts from here until the next sign-in.
    visit = queries.visit_of(account.id)
    if visit is None:
        session().add(Visit(account_id=account.id))
    else:
        visit.previous_at, visit.last_seen_at = visit.last_seen_at, clock.now()
    token = tokens.new()
    account.sessions.append(
        UserSession(token_hash=tokens.hashed(token), device=device[:DEVICE_LENGTH])
    )
    return token
