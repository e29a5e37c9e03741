"""Changes of accounts: entering, leaving and passwords."""

from sqlalchemy import delete

from crm.accounts import queries
from crm.accounts.models import Account, Theme, UserSession
from crm.accounts.passwords import Hashed
from crm.accounts.policy import AccountPermission
from crm.accounts.services.links import end_links_of
from crm.accounts.services.password_proof import Proof, proven
from crm.accounts.services.sign_ins import end_all_sessions, open_session
from crm.core import clock, jobs
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Forbidden
from crm.core.permissions import Actor

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
