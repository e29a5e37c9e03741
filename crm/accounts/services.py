"""
Changes of accounts, sign-ins and single-use links.

What hashes a password takes long, so it is done before a command, in which nobody else can write:
a `Proof` goes into the command, which holds the account and looks whether it still says so.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select

from crm.accounts import queries
from crm.accounts.events import AccountDisabled, LinkAccepted, LinkPosted
from crm.accounts.models import (
    AccessLink,
    Account,
    EmailTaken,
    LastAdministrator,
    LinkPurpose,
    LinkUsed,
    NoNewAccount,
    OtherAddress,
    SignInRefused,
    Theme,
    UserSession,
    Visit,
)
from crm.accounts.policy import AccountPermission
from crm.accounts.rules import links, passwords
from crm.accounts.rules.passwords import Hashed
from crm.core import clock, jobs, tokens
from crm.core.commands import command
from crm.core.db import change_many, hold, lock, session, take
from crm.core.errors import Forbidden, NotFound
from crm.core.events import announce
from crm.core.permissions import Actor, Role, allows, system

DEVICE_LENGTH = 120


def end_all_sessions(account: Account) -> None:
    """End every sign-in of an account inside a command."""
    session().execute(delete(UserSession).where(UserSession.account_id == account.id))
    session().expire(account, ["sessions"])


def open_session(account: Account, device: str) -> str:
    """Sign an account in inside a command and return the token for the cookie."""
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


@dataclass(frozen=True, slots=True)
class Proof:
    """That somebody knew the password that an account had a moment ago."""

    account_id: int
    kept: str


def prove(email: str, password: str) -> Proof:
    """
    Check the password of who signs in with an address, as slow as for none.

    :raises SignInRefused: if address and password do not belong together
    """
    account = queries.account_by_email(email)
    kept = account.password_hash if account else ""
    if not passwords.matches(kept, password) or account is None or not account.is_active:
        raise SignInRefused
    return Proof(account.id, kept)


def prove_own(account: Account, password: str, *, field: str) -> Proof:
    """
    Check the password of who is signed in and is asked for it once more.

    :param field: where it was typed
    :raises SignInRefused: if it is wrong
    """
    kept = account.password_hash
    if not passwords.matches(kept, password):
        raise SignInRefused(field=field)
    return Proof(account.id, kept)


def proven(proof: Proof, *, field: str = "") -> Account:
    """
    Return, and hold, the account of a proof inside a command.

    :raises SignInRefused: if it has another password by now, or may sign in no more
    """
    account = queries.account(proof.account_id)
    # Who changes its password or disables it at this moment ends the sign-ins that are there.
    lock(account)
    if account.password_hash != proof.kept or not account.is_active:
        raise SignInRefused(field=field)
    return account


def hash_for(who: "Account | Newcomer", password: str) -> Hashed:
    """
    Return a password of somebody in the form in which it is kept.

    :raises PasswordTooWeak: if it is easy to guess, also by whoever knows name and address
    """
    known_words = (*who.name.split(), who.email, who.email.partition("@")[0])
    return passwords.hashed(password, known_words=known_words)


# Single-use links. Of all who use one at once a single statement lets one in; whoever ends several
# holds them in the order of their numbers, so that two who end each other's never wait in a circle.


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
    token = links.mailed(tokens.public())
    session().add(_link(actor, details, token))
    return token


@command(AccountPermission.ENTER)
def post_reset(actor: Actor, account: Account, *, valid: timedelta) -> None:
    """Mail somebody a link with which they can choose a new password."""
    details = LinkDetails(LinkPurpose.RESET, valid, account_id=account.id, email=account.email)
    post_link(actor, details)


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
    of_link = select(AccessLink.id).where(AccessLink.still_open() & ends_with(link))
    session().execute(of_link.order_by(AccessLink.id).with_for_update())
    if not take(link, AccessLink.still_open(), {"used_at": clock.now()}):
        raise LinkUsed
    # Who made it must be allowed to do so now; of links into a project the project says it.
    if link.made_by_id is not None and link.project_id is None:
        maker = queries.account(link.made_by_id)
        actor = Actor(maker.id, maker.name, is_administrator=maker.is_administrator)
        if not maker.is_active or not allows(actor, AccountPermission.ADMINISTER):
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


def end_links_made_by(account_id: int, *, project_id: int | None = None) -> None:
    """
    End, inside a command, the open links that an account gave and may not give any more.

    :param project_id: only those into this project; none: all of them
    """
    which = AccessLink.made_by_id == account_id
    end_links(which if project_id is None else which & (AccessLink.project_id == project_id))


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


POST_RESET = "accounts.post_reset"


@command(AccountPermission.ENTER)
def sign_in(_actor: Actor, _subject: None, *, proof: Proof, device: str) -> str:
    """
    Sign in who proved to know the password, and return the token for their cookie.

    :raises SignInRefused: if the password was changed meanwhile, or the account disabled
    """
    return open_session(proven(proof), device)


@command(AccountPermission.ENTER)
def sign_out(_actor: Actor, _subject: None, *, token: str) -> None:
    """End the sign-in of this token, here and in every copy of its cookie."""
    found = queries.session_by_token(token)
    if found is not None:
        if visit := queries.visit_of(found.account_id):
            visit.last_seen_at = clock.now()
        session().delete(found)


@command(AccountPermission.EDIT_OWN)
def end_session(_actor: Actor, account: Account, *, session_id: int) -> None:
    """End one of one's own sign-ins."""
    theirs = UserSession.account_id == account.id
    session().execute(delete(UserSession).where(theirs, UserSession.id == session_id))


@command(AccountPermission.EDIT_OWN)
def change_password(_actor: Actor, account: Account, *, proof: Proof, new: Hashed) -> None:
    """
    Change one's own password; every sign-in ends, and every open link to the account.

    :param proof: that the old one is known
    :raises SignInRefused: if it was changed meanwhile
    """
    if proven(proof, field="old") is not account:
        raise Forbidden
    account.password_hash = new
    end_all_sessions(account)
    session().flush()
    end_links(AccessLink.account_id == account.id)


@command(AccountPermission.EDIT_OWN)
def set_language(_actor: Actor, account: Account, *, locale: str) -> None:
    """Keep the language somebody reads in."""
    account.locale = locale


@command(AccountPermission.EDIT_OWN)
def set_theme(_actor: Actor, account: Account, *, theme: Theme) -> None:
    """Keep whether somebody reads light on dark."""
    account.theme = theme


@command(AccountPermission.ENTER)
def ask_for_reset(_actor: Actor, _subject: None, *, email: str) -> None:
    """Let a link for a new password be mailed; whether anybody has this address is not said."""
    account = queries.account_by_email(email)
    jobs.enqueue(POST_RESET, {"account_id": account.id if account else 0})


LETS_IN = frozenset({LinkPurpose.FIRST_ADMINISTRATOR, LinkPurpose.JOIN})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """
    What somebody who is new tells about themselves.

    :ivar email: only where the link is for nobody yet
    """

    name: str
    email: str = ""
    locale: str = "nl"


@command(AccountPermission.ENTER)
def accept_as_newcomer(
    _actor: Actor,
    link: AccessLink,
    *,
    newcomer: Newcomer,
    password: Hashed,
    token: str,
    device: str,
) -> str:
    """
    Use a link to make an account at its address; return the token for the cookie.

    :raises LinkUsed: if the link cannot be used any more
    :raises NoNewAccount: if somebody signs in with the address already
    """
    _refuse_unless(link.purpose in LETS_IN)
    email = address_of(link, newcomer)
    redeem(link)
    hold_address(email)
    if queries.account_by_email(email) is not None:
        raise NoNewAccount
    account = Account(name=newcomer.name, email=email, email_key=queries.email_key(email))
    account.locale, account.password_hash = newcomer.locale, password
    session().add(account)
    return _let_in(account, link, token, device)


@command(AccountPermission.ENTER)
def accept_with_password(
    _actor: Actor, link: AccessLink, *, proof: Proof, token: str, device: str
) -> str:
    """
    Use a link with the account at its address; return the token for the cookie.

    :raises LinkUsed: if the link cannot be used any more
    :raises SignInRefused: if the password was changed meanwhile, or the account disabled
    """
    _refuse_unless(link.purpose in LETS_IN and bool(link.email))
    redeem(link)
    account = proven(proof)
    _refuse_unless(queries.is_for(link, account))
    return _let_in(account, link, token, device)


@command(AccountPermission.USE)
def accept_as_oneself(actor: Actor, link: AccessLink, *, token: str) -> None:
    """
    Use a link with the account that is signed in.

    :raises LinkUsed: if the link cannot be used any more
    :raises OtherAddress: if it is for another address than that of the account
    """
    _refuse_unless(link.purpose in LETS_IN)
    account = queries.account(actor.account_id or 0)
    if not queries.is_for(link, account):
        raise OtherAddress
    redeem(link)
    _let_in(account, link, token)


@command(AccountPermission.ENTER)
def choose_password(
    _actor: Actor, link: AccessLink, *, password: Hashed, token: str, device: str
) -> str:
    """
    Use a link to choose a new password; return the token for the cookie.

    Every sign-in of the account ends, and every other link to it.

    :raises LinkUsed: if the link cannot be used any more
    """
    _refuse_unless(link.purpose is LinkPurpose.RESET and link.account_id is not None)
    account = queries.account(link.account_id or 0)
    redeem(link)
    account.password_hash = password
    end_all_sessions(account)
    session().flush()
    end_links(AccessLink.account_id == account.id)
    return _let_in(account, link, token, device)


def address_of(link: AccessLink, newcomer: Newcomer) -> str:
    """Return the address for which a link makes an account: its own, if it has one."""
    return (link.email or newcomer.email).strip()


def _let_in(account: Account, link: AccessLink, token: str, device: str | None = None) -> str:
    """Give an account what a used link is for; sign it in on a device, if it is not yet."""
    if link.proves_address(token) and queries.is_for(link, account):
        account.email_confirmed_at = clock.now()
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR:
        account.is_administrator = True
    session().flush()
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR and not link.email:
        # Each start printed one until somebody came in.
        end_links(ends_with(link))
    announce(LinkAccepted(link.id, account.id))
    return "" if device is None else open_session(account, device)


def _refuse_unless(fits: bool) -> None:  # noqa: FBT001 - a condition that reads as one
    if not fits:
        raise NotFound


@command(AccountPermission.EDIT_OWN)
def ask_for_address(
    _actor: Actor, account: Account, *, email: str, proof: Proof, valid: timedelta
) -> None:
    """
    Mail a link to the address that somebody wants to sign in with; whose it is, is not said.

    :param proof: that their password is known
    :raises SignInRefused: if it was changed meanwhile
    """
    if proven(proof, field="password") is not account:
        raise Forbidden
    end_links((AccessLink.account_id == account.id) & (AccessLink.purpose == LinkPurpose.ADDRESS))
    details = LinkDetails(LinkPurpose.ADDRESS, valid, account_id=account.id, email=email)
    # Not from them: their address of now is nothing for whoever reads the other mailbox.
    post_link(system(), details)


@command(AccountPermission.EDIT_OWN)
def confirm_address(_actor: Actor, account: Account, *, link: AccessLink, token: str) -> None:
    """
    Use a link to sign in with its address from now on; every other link to the account ends.

    :raises LinkUsed: if the link cannot be used any more
    :raises EmailTaken: if somebody else signs in with the address
    """
    is_theirs = link.purpose is LinkPurpose.ADDRESS and link.account_id == account.id
    _refuse_unless(is_theirs and link.proves_address(token))
    redeem(link)
    hold_address(link.email)
    known = queries.account_by_email(link.email)
    if known is not None and known.id != account.id:
        raise EmailTaken(field="")
    account.email, account.email_key = link.email, queries.email_key(link.email)
    account.email_confirmed_at = clock.now()
    session().flush()
    end_links(AccessLink.account_id == account.id)


@command(AccountPermission.ADMINISTER)
def set_active(_actor: Actor, account: Account, *, is_active: bool) -> None:
    """
    Let an account sign in or not; not ends its sign-ins and links at once.

    They do not come back when it may sign in again; its roles and calendar feeds do.

    :raises LastAdministrator: if nobody would administer the installation
    :raises Conflict: if a project would have no leader
    """
    hold("administrators")
    if not is_active:
        # First, as who uses such a link at this moment holds it before account and project.
        end_links_made_by(account.id)
    lock(account)
    if account.is_active == is_active:
        return
    # Also of who may sign in again: one of them may have been made at the very moment of disabling.
    end_all_sessions(account)
    end_links(AccessLink.account_id == account.id)
    end_links_made_by(account.id)
    if not is_active:
        if account.is_administrator and not queries.administrators() - {account.id}:
            raise LastAdministrator
        announce(AccountDisabled(account.id))
    account.is_active = is_active
