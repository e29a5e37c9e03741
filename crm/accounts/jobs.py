"""What follows in the background: links are mailed, and what ended is cleared away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from crm.accounts import queries, services
from crm.accounts.models import UserSession
from crm.core import clock, counting
from crm.core.db import session, unit_of_work
from crm.core.permissions import system

KEPT = timedelta(days=2)
RESET_VALID = timedelta(hours=1)


def clear_ended_sessions(_payload: Mapping[str, Any]) -> None:
    """Delete sign-ins that have not been used for two days."""
    with unit_of_work(system(), "accounts.clear_ended_sessions"):
        session().execute(delete(UserSession).where(UserSession.last_seen_at < clock.now() - KEPT))


def clear_past_counts(_payload: Mapping[str, Any]) -> None:
    """Delete what was counted for limits whose time is over."""
    with unit_of_work(system(), "accounts.clear_past_counts"):
        counting.clear_past()


def post_reset(payload: Mapping[str, Any]) -> None:
    """
    Mail a link for a new password, where the address belongs to somebody who may sign in.

    It happens here, so that the page that asks answers as fast for an address nobody has.
    """
    account_id = payload["account_id"]
    account = queries.account(account_id) if account_id else None
    if account is not None and account.is_active:
        services.post_reset(system(), account, valid=RESET_VALID)
