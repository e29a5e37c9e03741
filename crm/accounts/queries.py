"""Questions about accounts, sign-ins and links."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from sqlalchemy import Select, String, bindparam, func, select
from sqlalchemy.orm import joinedload

from crm.accounts.models import AccessLink, Account, UserSession, Visit
from crm.accounts.rules import links
from crm.core import tokens
from crm.core.db import session, the_one
from crm.core.errors import NotFound
from crm.core.normalisation import fold


def email_key(address: str) -> str:
    """Return the form in which sign-in addresses are compared."""
    return address.strip().casefold()


def is_for(link: AccessLink, account: Account | None) -> bool:
    """Whether a link is for the address that an account signs in with."""
    return account is not None and email_key(link.email) == account.email_key


def account_by_email(address: str) -> Account | None:
    """Return the account that signs in with `address`."""
    return session().scalar(select(Account).where(Account.email_key == email_key(address)))


def account(account_id: int) -> Account:
    """Return one account, or raise `NotFound`."""
    found = session().get(Account, account_id)
    if found is None:
        raise NotFound
    return found


def by_name() -> Select[Account]:
    """Return the statement for all accounts by name."""
    return select(Account).order_by(Account.name, Account.id)


def administrators() -> set[int]:
    """Return the accounts that administer the installation and can sign in."""
    statement = select(Account.id).where(Account.is_administrator, Account.is_active)
    return set(session().scalars(statement.order_by(Account.id)))


def ids_found(typed: str) -> list[int]:
    """Return the accounts with these words in their name, or this text in their address."""
    words, part = fold(typed).split(), email_key(typed)
    statement = select(Account.id, Account.name, Account.email_key).order_by(Account.id)
    return [
        row.id
        for row in session().execute(statement)
        if part in row.email_key or (words and all(word in fold(row.name) for word in words))
    ]


def last_seen_of(accounts: Iterable[Account]) -> dict[int, datetime]:
    """Return account → when it was last here, for those that ever were."""
    ids = [account.id for account in accounts]
    statement = select(Visit).where(Visit.account_id.in_(ids)).order_by(Visit.id)
    return {visit.account_id: visit.last_seen_at for visit in session().scalars(statement)}


def any_account() -> bool:
    """Whether anybody can sign in already."""
    return bool(session().scalar(select(func.count()).select_from(Account)))


def visit_of(account_id: int) -> Visit | None:
    """Return when an account was last here."""
    return session().scalar(select(Visit).where(Visit.account_id == account_id))


def session_by_token(token: str) -> UserSession | None:
    """Return the sign-in whose cookie holds `token`, with its account."""
    return session().scalar(_by_token(), {"token_hash": tokens.hashed(token)})


# Every page asks it, and making the statement took longer than the answer.
@cache
def _by_token() -> Select[UserSession]:
    held = UserSession.token_hash == bindparam("token_hash", type_=String)
    return select(UserSession).where(held).options(joinedload(UserSession.account))


def sessions_of(owner: Account) -> list[UserSession]:
    """Return the sign-ins of an account, the latest first."""
    statement = (
        select(UserSession)
        .where(UserSession.account_id == owner.id)
        .order_by(UserSession.last_seen_at.desc(), UserSession.id)
    )
    return list(session().scalars(statement))


def link(link_id: int) -> AccessLink | None:
    """Return the single-use link with this id, if it is still there."""
    return session().get(AccessLink, link_id)


def link_by_token(token: str) -> AccessLink:
    """Return the link whose address ends in `token`, or raise `NotFound`."""
    statement = select(AccessLink).where(AccessLink.token_hash == links.kept_as(token))
    return the_one(statement)


def open_invitations(project_id: int) -> list[tuple[AccessLink, str]]:
    """Return the links that still let somebody into a project, and who made each, newest first."""
    statement = (
        select(AccessLink, Account.name)
        .outerjoin(Account, Account.id == AccessLink.made_by_id)
        .where(AccessLink.project_id == project_id, AccessLink.still_open())
        .order_by(AccessLink.made_at.desc(), AccessLink.id.desc())
    )
    return [(link, maker or "") for link, maker in session().execute(statement)]
