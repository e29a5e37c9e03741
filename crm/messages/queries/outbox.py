"""Questions about the outbox: what waits, until when, and what a mail server is up to."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, bindparam, exists, func, select
from sqlalchemy.orm import defer as left_out

from crm.core import clock, mail
from crm.core.db import session, unscoped
from crm.messages import models
from crm.messages.models import MessageBatch, MessageState, OutboxMessage
from crm.messages.rules.throttle import LONGEST_PAUSE, pause, preset
from crm.stakeholders.models import Person

# A worker gives a sign of life far more often than this.
ALIVE = timedelta(minutes=1)
_QUEUE = unscoped("all projects share the mail server, and only numbers and moments are read")
_SERVER = unscoped("all projects share the mail server, and only that it took something is read")
_TO = (
    select(OutboxMessage)
    .options(left_out(OutboxMessage.mime))
    .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())
)
# On the page of a person making the statement took longer than the answer.
_LAST = _TO.where(OutboxMessage.person_id == bindparam("asked")).limit(bindparam("number"))


@dataclass(frozen=True, slots=True)
class Workers:
    """Whether somebody hands messages over: `is_alive` is told by signs of life."""

    is_alive: bool
    has_due: bool


@dataclass(frozen=True, slots=True)
class Silence:
    """That a mail server takes no message: when it is tried again (none: now), its last words."""

    since: datetime
    again_at: datetime | None
    said: str


def last_message() -> int:
    """Return the id of the last message there is in the project in scope; 0 if there is none."""
    return session().scalar(select(func.max(OutboxMessage.id))) or 0


def messages_to(person: Person) -> Select[OutboxMessage]:
    """Return the statement for the messages to a person, the newest first, without their bytes."""
    return _TO.where(OutboxMessage.person_id == person.id)


def last_messages_to(person: Person, number: int) -> list[OutboxMessage]:
    """Return the newest messages to a person."""
    return list(session().scalars(_LAST, {"asked": person.id, "number": number}))


def expected_end(batch: MessageBatch) -> datetime | None:
    """Return about when the last message of a batch will have gone, if that can be told."""
    end = end_of(ahead_of(batch), batch.not_before)
    # One that was refused for now does not go before its next try.
    mine = _open().where(OutboxMessage.batch_id == batch.id)
    last_try = session().scalar(mine.with_only_columns(func.max(OutboxMessage.not_before)))
    return max(end, last_try) if end and last_try else end


def ahead_of(batch: MessageBatch) -> int:
    """Return how many messages of all projects go before the last one of a batch, it included."""
    last = (func.max(OutboxMessage.id), func.max(OutboxMessage.priority))
    mine = _open().where(OutboxMessage.batch_id == batch.id).with_only_columns(*last)
    newest, priority = session().execute(mine).one()
    if newest is None:
        return 0
    sooner = OutboxMessage.priority < priority
    level = (OutboxMessage.priority == priority) & (OutboxMessage.id <= newest)
    # What others paused does not go; this batch is counted as if it went on.
    goes = MessageBatch.state.is_(None) | (MessageBatch.state == models.BatchState.QUEUED)
    before = (
        _open()
        .outerjoin(MessageBatch, MessageBatch.id == OutboxMessage.batch_id)
        .where(sooner | level, goes | (MessageBatch.id == batch.id))
        .where(OutboxMessage.not_before <= max(batch.not_before, clock.now()))
        .with_only_columns(func.count())
    )
    return session().scalar(before, execution_options=_QUEUE) or 0


def end_of(number: int, start: datetime | None = None) -> datetime | None:
    """Return about when so many messages will have gone, counted from `start` or from now."""
    # Told by the rate that is set, or else by what went in the last minute.
    now = clock.now()
    rate = preset(mail.settings().throttle).per_minute
    if not rate:
        lately = select(func.count()).where(
            OutboxMessage.state.in_(models.HANDED_OVER),
            OutboxMessage.finished_at > now - timedelta(minutes=1),
        )
        rate = session().scalar(lately, execution_options=_QUEUE) or 0
    return max(start or now, now) + timedelta(minutes=number / rate) if rate else None


def waiting() -> int:
    """Return how many messages of all projects are to go now."""
    due = _open().where(OutboxMessage.not_before <= clock.now()).with_only_columns(func.count())
    return session().scalar(due, execution_options=_QUEUE) or 0


def workers() -> Workers:
    """Return whether a worker is alive, and whether messages wait that should have gone."""
    long_ago = clock.now() - ALIVE
    alive = exists(select(models.WorkerHeartbeat.id).where(models.WorkerHeartbeat.at > long_ago))
    due = exists(
        _open().where(OutboxMessage.not_before <= long_ago).with_only_columns(OutboxMessage.id)
    )
    is_alive, has_due = session().execute(select(alive, due), execution_options=_QUEUE).one()
    return Workers(is_alive=bool(is_alive), has_due=bool(has_due))


def silence(relay: str) -> Silence | None:
    """Return since when a mail server takes no message, if that is so now."""
    state = session().scalar(
        select(models.RelayState).where(
            models.RelayState.relay == relay, models.RelayState.failing_since.is_not(None)
        )
    )
    if state is None or state.failing_since is None or state.closed_until is None:
        return None
    now, until = clock.now(), state.closed_until
    # Longer than a pause can be: the clock was set back, and nobody waits that long.
    if now < until <= now + LONGEST_PAUSE:
        return Silence(state.failing_since, until, state.last_text)
    # Another worker may have found it well again, and says nothing of it.
    taken = exists(
        select(OutboxMessage.id).where(
            OutboxMessage.state == MessageState.ACCEPTED,
            OutboxMessage.finished_at > until - pause(state.failures),
        )
    )
    if session().scalar(select(taken), execution_options=_SERVER):
        return None
    return Silence(state.failing_since, None, state.last_text)


def _open() -> Select[OutboxMessage]:
    return select(OutboxMessage).where(OutboxMessage.state.in_(models.OPEN_STATES))
