"""Questions about the outbox: who sends, and what the mail server is up to."""

from sqlalchemy import func, select

from crm.core import clock, mail
from crm.core.db import project_in_scope, session
from crm.messages.composing import Sender
from crm.messages.models import OutboxMessage, RelayState
from crm.messages.throttle import LONGEST_PAUSE
from crm.projects.models import Project


def sender() -> Sender:
    """Return who stands in From: the project in scope, or else this installation."""
    settings = mail.settings()
    project_id = project_in_scope()
    name = session().scalar(select(Project.name).where(Project.id == project_id))
    return Sender(settings.sender, name or settings.sender_name)


def last_message() -> int:
    """Return the id of the last message there is in the project in scope; 0 if there is none."""
    return session().scalar(select(func.max(OutboxMessage.id))) or 0


def trouble() -> str:
    """Return what the mail server said when it would take no message, if that is so now."""
    silent = select(RelayState).where(
        RelayState.closed_until > clock.now(),
        RelayState.closed_until <= clock.now() + LONGEST_PAUSE,
    )
    state = session().scalar(silent.order_by(RelayState.closed_until.desc()).limit(1))
    return state.last_text if state else ""
