"""Getting in by a single-use link: as somebody new, with a password, or as who one is already."""

from dataclasses import dataclass

from crm.accounts import queries
from crm.accounts.events import LinkAccepted
from crm.accounts.models import AccessLink, Account, LinkPurpose
from crm.accounts.passwords import Hashed
from crm.accounts.policy import AccountPermission
from crm.accounts.services.links import end_links, end_links_of, ends_with, hold_address, redeem
from crm.accounts.services.password_proof import Proof, proven
from crm.accounts.services.sign_ins import end_all_sessions, open_session
from crm.core import clock
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Conflict, Invalid, NotFound
from crm.core.events import announce
from crm.core.i18n import _l
from crm.core.permissions import Actor

LETS_IN = frozenset({LinkPurpose.FIRST_ADMINISTRATOR, LinkPurpose.JOIN})


class NoNewAccount(Invalid):
    """No account could be made; that there is one already is said to nobody."""

    message = _l(
        "No account could be made with this. Do you have an account already? Then sign in with it."
    )


class OtherAddress(Conflict):
    """A link is for another address than that of whoever is signed in."""

    message = _l("This invitation is for another e-mail address. Sign out to accept it.")


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
    account = Account(
        name=newcomer.name,
        email=email,
        email_key=queries.email_key(email),
        locale=newcomer.locale,
        password_hash=password,
    )
    session().add(account)
    _let_in(account, link, token)
    return open_session(account, device)


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
    _let_in(account, link, token)
    return open_session(account, device)


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
    end_links_of(account)
    _let_in(account, link, token)
    return open_session(account, device)


def address_of(link: AccessLink, newcomer: Newcomer) -> str:
    """Return the address for which a link makes an account: its own, if it has one."""
    return (link.email or newcomer.email).strip()


def _let_in(account: Account, link: AccessLink, token: str) -> None:
    if link.proves_address(token) and queries.is_for(link, account):
        account.email_confirmed_at = clock.now()
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR:
        account.is_administrator = True
    session().flush()
    if link.purpose is LinkPurpose.FIRST_ADMINISTRATOR and not link.email:
        # Each start printed one until somebody came in.
        end_links(ends_with(link))
    announce(LinkAccepted(link.id, account.id))


def _refuse_unless(fits: bool) -> None:  # noqa: FBT001 - a condition that reads as one
    if not fits:
        raise NotFound
