"""Questions of the clock, across all projects: which sessions something is due for."""

from sqlalchemy import select

from crm.core import clock
from crm.core.db import session, unscoped
from crm.design_sessions import reminders
from crm.design_sessions.models import Answer, DesignSession, Invitation, SessionState

_ALL = unscoped("the worker serves all projects")
Due = tuple[int, int]


def with_ended_offers() -> list[Due]:
    """Return project and id of the sessions in which an offered place was not taken in time."""
    statement = (
        select(Invitation.project_id, Invitation.design_session_id)
        .where(Invitation.answer == Answer.OFFERED, Invitation.offer_until <= clock.now())
        .distinct()
        .order_by(Invitation.project_id, Invitation.design_session_id)
    )
    return [(one, other) for one, other in session().execute(statement, execution_options=_ALL)]


def to_remind_of() -> list[Due]:
    """Return project and id of the sessions of which people are to be reminded now."""
    statement = (
        select(DesignSession)
        .where(
            DesignSession.reminder_days.is_not(None),
            DesignSession.state == SessionState.OPEN,
            DesignSession.starts_at > clock.now(),
        )
        .order_by(DesignSession.project_id, DesignSession.id)
    )
    coming = session().scalars(statement, execution_options=_ALL)
    return [(one.project_id, one.id) for one in coming if reminders.is_due(one, clock.now())]
