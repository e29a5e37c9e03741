"""Reminding: once for each time of a session, by itself, of those who did not say yes or no."""

from crm.core import clock
from crm.core.commands import command
from crm.core.permissions import Actor
from crm.design_sessions import queries, reminders
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services import notifications


@command(SessionPermission.ARRANGE)
def remind_who_did_not_answer(_actor: Actor, design_session: DesignSession) -> int:
    """Remind who may be reminded, if it is the time for it; return how many; twice is once."""
    queries.lock(design_session)
    days = design_session.reminder_days
    if days is None or not reminders.is_due(design_session, clock.now()):
        return 0
    return notifications.of_waiting_still(design_session, days)
