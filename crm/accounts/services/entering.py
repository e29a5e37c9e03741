"""Changes of accounts: entering, leaving and passwords."""

from sqlalchemy import delete

from crm.accounts import passwords, queries
from crm.accounts.models import Account, Theme, UserSession
from crm.accounts.policy import AccountPermission
from crm.accounts.services.links import end_links_of
from crm.accounts.services.sign_ins import end_all_sessions, open_session, own_words
from crm.core import clock, jobs
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.permissions import Actor

POST_RESET = "accounts.post_reset"


class SignInRefused(Invalid):
    """Address and password do not belong together; which of them is not said."""

    message = _l("This e-mail address and password do not belong together.")


@command(AccountPermission.ENTER)
def sign_in(_actor: Actor, _subject: None, *, email: str, password: str, device: str) -> str:
    """
    Sign somebody in and return the token for their cookie.

    :raises SignInRefused: if address and password do not belong together
    """
    return open_session(checked_account(email, password), device)


def checked_account(email: str, password: str) -> Account:
    """
    Return the account that signs in with this address and password, as slow as for none.

    :raises SignInRefused: if address and password do not belong together
    """
    account = queries.account_by_email(email)
    if not passwords.matches(account.password_hash if account else "", password):
        raise SignInRefused
    if account is None or not account.is_active:
        raise SignInRefused
    return account


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
    Change one's own password; every sign-in ends, and every open link to the account.

    :raises SignInRefused: if the old one is wrong
    :raises PasswordTooWeak: if the new one is easy to guess
    """
    if not passwords.matches(account.password_hash, old):
        raise SignInRefused(field="old")
    account.password_hash = passwords.hashed(
        new, known_words=own_words(account.name, account.email)
    )
    end_all_sessions(account)
    session().flush()
    end_links_of(account)


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
