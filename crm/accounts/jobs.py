"""What follows in the background: sign-ins and links that ended are cleared away."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete

from crm.accounts.models import UserSession
from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.permissions import system

KEPT = timedelta(days=2)


def clear_ended_sessions(_payload: Mapping[str, Any]) -> None:
    """Delete sign-ins that have not been used for two days."""
    with unit_of_work(system(), "accounts.clear_ended_sessions"):
        session().execute(delete(UserSession).where(UserSession.last_seen_at < clock.now() - KEPT))
