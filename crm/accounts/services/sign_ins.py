"""Parts of commands about sign-ins: opening one, and ending all of an account."""

from sqlalchemy import delete

from crm.accounts import queries
from crm.accounts.models import Account, UserSession, Visit
from crm.core import clock, tokens
from crm.core.db import session

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
