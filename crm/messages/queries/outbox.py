"""Questions about the outbox: who sends, and what the mail server is up to."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from crm.core import clock, mail
from crm.core.db import project_in_scope, session, unscoped
from crm.messages.composing import Sender
from crm.messages.models import MessageState, OutboxMessage, RelayState
from crm.messages.throttle import LONGEST_PAUSE, pause
from crm.projects.models import Project

_SERVER = unscoped("all projects share the mail server, and only that it took something is read")


def sender() -> Sender:
    """Return whose mail it is: that of the project in scope, or else of this installation."""
    settings = mail.settings()
    project_id = project_in_scope()
    asked = select(Project.name, Project.reply_address).where(Project.id == project_id)
    row = session().execute(asked).first()
    name, answers = row or ("", "")
    return Sender(settings.sender, name or settings.sender_name, answers)


def last_message() -> int:
    """Return the id of the last message there is in the project in scope; 0 if there is none."""
    return session().scalar(select(func.max(OutboxMessage.id))) or 0


@dataclass(frozen=True, slots=True)
class Silence:
    """
    That a mail server does not answer, or takes no message.

    :ivar again_at: when it is tried again; none: now
    :ivar said: its last words, without addresses
    """

    since: datetime
    again_at: datetime | None
    said: str


def silence(relay: str) -> Silence | None:
    """Return since when a mail server takes no message, if that is so now."""
    state = session().scalar(
        select(RelayState).where(RelayState.relay == relay, RelayState.failing_since.is_not(None))
    )
    if state is None or state.failing_since is None or state.closed_until is None:
        return None
    now, until = clock.now(), state.closed_until
    if now < until <= now + LONGEST_PAUSE:
        return Silence(state.failing_since, until, state.last_text)
    # Another worker may have found it well again, and says nothing of it.
    failed_at = until - pause(state.failures)
    if _took_one_since(failed_at):
        return None
    return Silence(state.failing_since, None, state.last_text)


def _took_one_since(moment: datetime) -> bool:
    taken = exists(
        select(OutboxMessage.id).where(
            OutboxMessage.state == MessageState.ACCEPTED, OutboxMessage.finished_at > moment
        )
    )
    return bool(session().scalar(select(taken), execution_options=_SERVER))
