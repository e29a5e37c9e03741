"""What follows in the background: what came back is read, what is late ends, what is old goes."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, update
from sqlalchemy.exc import OperationalError

from crm.core import clock, mail
from crm.core.db import project_scope, session, unit_of_work, unscoped
from crm.core.mail import Reason
from crm.core.permissions import system
from crm.messages import models
from crm.messages.jobs import bounces, mailbox
from crm.messages.services.details import clear_old_links
from crm.projects import queries as projects

WORDS_KEPT = timedelta(days=30)
KEPT = timedelta(days=730)
_log = logging.getLogger("kring.mail")
_OPTIONS = unscoped("words grow old in all projects alike")


def read_mailbox(_payload: Mapping[str, Any]) -> None:
    """Note what came back, where the settings say in which mailbox it is."""
    address = mail.settings().bounce_mailbox
    if address:
        for raw in mailbox.unread(address):
            try:
                bounces.take(raw)
            except OperationalError:
                raise  # the database is away: it stays unread until the next time
            except Exception:  # noqa: BLE001 - one of them must not hold up the others
                _log.exception("a message that came back could not be read")


def expire(_payload: Mapping[str, Any]) -> None:
    """End the messages that wait longer than they make sense, also in a batch that is paused."""
    # Whoever looks at the batch sees so now, and not once it goes on.
    row, now = models.OutboxMessage, clock.now()
    is_late = (row.state == models.MessageState.QUEUED) & (row.send_not_after < now)
    values = {"reason": Reason.TOO_LATE, "finished_at": now}
    with unit_of_work(system(), "messages.expire"):
        # One that may have arrived and waits to be sent once more stays uncertain.
        for began, state in (
            (row.data_started_at.is_(None), models.MessageState.EXPIRED),
            (row.data_started_at.is_not(None), models.MessageState.UNCERTAIN),
        ):
            late = update(row).where(models.IS_OPEN, is_late, began).values(state=state, **values)
            session().execute(
                late.execution_options(synchronize_session=False), execution_options=_OPTIONS
            )


def forget(_payload: Mapping[str, Any]) -> None:
    """Delete the words of messages thirty days after their end, and messages after two years."""
    row, now = models.OutboxMessage, clock.now()
    # One that nobody knows the end of counts from when its bytes began to leave.
    ended_at = func.coalesce(row.finished_at, row.data_started_at)
    has_ended = row.state.not_in(models.OPEN_STATES)
    with unit_of_work(system(), "messages.forget"):
        has_words = row.mime.is_not(None)
        for old in (
            update(row).where(has_ended, has_words, ended_at < now - WORDS_KEPT).values(mime=None),
            delete(row).where(has_ended, ended_at < now - KEPT),
            delete(models.InboundMessage).where(models.InboundMessage.handled_at < now - KEPT),
            delete(models.Reply).where(models.Reply.received_at < now - KEPT),
        ):
            session().execute(
                old.execution_options(synchronize_session=False), execution_options=_OPTIONS
            )


def clear_person_links(_payload: Mapping[str, Any]) -> None:
    """Throw away the links to own details that ended a day ago, in each project."""
    for project in projects.projects():
        with project_scope(project.id):
            clear_old_links(system(project.id), project)
