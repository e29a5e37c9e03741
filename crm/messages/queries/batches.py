"""Questions about batches, and about the messages in them."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, exists, func, select
from sqlalchemy.orm import defer as left_out
from sqlalchemy.orm import selectinload

from crm.core import clock
from crm.core.db import session, unscoped
from crm.core.errors import NotFound
from crm.core.mail import settings
from crm.core.permissions import Actor
from crm.messages.models import (
    HANDED_OVER,
    OPEN_STATES,
    BatchState,
    DeliveryEvent,
    MessageBatch,
    MessageState,
    OutboxMessage,
    WorkerHeartbeat,
)
from crm.messages.progress import Progress, Status, status_of
from crm.messages.throttle import preset
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.visibility import ShownPerson, shown_as

# A worker gives a sign of life far more often than this.
ALIVE = timedelta(minutes=1)
SET_SIZE = 500
_QUEUE = unscoped("all projects share the mail server, and only numbers and moments are read")


@dataclass(frozen=True, slots=True)
class Recipient:
    """A message of a batch and its person as an actor may see them; none if removed since."""

    message: OutboxMessage
    shown: ShownPerson | None

    @property
    def status(self) -> Status:
        """What a planner reads of the message."""
        return status_of(
            self.message.state,
            tried=self.message.attempts > 0,
            finished=self.message.finished_at is not None,
        )


@dataclass(frozen=True, slots=True)
class Workers:
    """Whether somebody hands messages over: `is_alive` is told by signs of life."""

    is_alive: bool
    has_due: bool


def batch(batch_id: int) -> MessageBatch:
    """
    Return one batch of the project in scope.

    :raises NotFound: if there is none
    """
    found = session().scalar(select(MessageBatch).where(MessageBatch.id == batch_id))
    if found is None:
        raise NotFound
    return found


def batches() -> Select[MessageBatch]:
    """Return the statement for the batches of the project in scope, the latest first."""
    return select(MessageBatch).order_by(MessageBatch.made_at.desc(), MessageBatch.id.desc())


def batch_by_key(key: str) -> MessageBatch | None:
    """Return the batch of the project in scope that was made with a key of a form, if any."""
    return session().scalar(select(MessageBatch).where(MessageBatch.key == key))


def progress_of(batches: Iterable[MessageBatch]) -> dict[int, Progress]:
    """Return how many messages of each batch stand where; one statement."""
    ids = [one.id for one in batches]
    tried, finished = OutboxMessage.attempts > 0, OutboxMessage.finished_at.is_not(None)
    told = (OutboxMessage.batch_id, OutboxMessage.state, tried, finished)
    statement = (
        select(*told, func.count())
        .where(OutboxMessage.batch_id.in_(ids))
        .group_by(*told)
        .order_by(OutboxMessage.batch_id)
    )
    counted: dict[int, Counter[Status]] = {one: Counter() for one in ids}
    for batch_id, state, was_tried, is_finished, number in session().execute(statement):
        status = status_of(state, tried=bool(was_tried), finished=bool(is_finished))
        counted[batch_id or 0][status] += number
    return {one: Progress(counts) for one, counts in counted.items()}


def messages_of(batch: MessageBatch, status: Status | None = None) -> Select[OutboxMessage]:
    """Return the statement for the messages of a batch, without their bytes, in their order."""
    statement = select(OutboxMessage).where(OutboxMessage.batch_id == batch.id)
    if status is not None:
        statement = statement.where(_stands(status))
    return statement.options(left_out(OutboxMessage.mime)).order_by(OutboxMessage.id)


def message_of(batch: MessageBatch, message_id: int) -> OutboxMessage:
    """
    Return one message of a batch.

    :raises NotFound: if the batch has none with this id
    """
    found = session().scalar(messages_of(batch).where(OutboxMessage.id == message_id))
    if found is None:
        raise NotFound
    return found


def deliveries_of(message: OutboxMessage) -> list[DeliveryEvent]:
    """Return what happened to a message on its way, in that order."""
    statement = (
        select(DeliveryEvent)
        .where(DeliveryEvent.message_id == message.id)
        .order_by(DeliveryEvent.at, DeliveryEvent.id)
    )
    return list(session().scalars(statement))


def recipients(actor: Actor, messages: Sequence[OutboxMessage]) -> list[Recipient]:
    """Return messages with their persons as `actor` may see them; three statements."""
    persons = _persons({one.person_id for one in messages if one.person_id is not None})
    eyes = shown_as(actor)
    shown = {number: eyes.brief(person) for number, person in persons.items()}
    return [Recipient(one, shown.get(one.person_id or 0)) for one in messages]


def all_recipients(actor: Actor, batch: MessageBatch, status: Status | None) -> list[Recipient]:
    """Return every message of a batch with its person, for a file."""
    return recipients(actor, list(session().scalars(messages_of(batch, status))))


def ahead_of(batch: MessageBatch) -> int:
    """Return how many messages of all projects go before the last one of a batch, it included."""
    last = (func.max(OutboxMessage.id), func.max(OutboxMessage.priority))
    mine = _open().where(OutboxMessage.batch_id == batch.id).with_only_columns(*last)
    newest, priority = session().execute(mine).one()
    if newest is None:
        return 0
    sooner = OutboxMessage.priority < priority
    level = (OutboxMessage.priority == priority) & (OutboxMessage.id <= newest)
    goes = MessageBatch.state.is_(None) | (MessageBatch.state == BatchState.QUEUED)
    before = (
        _open()
        .outerjoin(MessageBatch, MessageBatch.id == OutboxMessage.batch_id)
        .where(sooner | level, goes | (MessageBatch.id == batch.id))
        .where(OutboxMessage.not_before <= max(batch.not_before, clock.now()))
        .with_only_columns(func.count())
    )
    return session().scalar(before, execution_options=_QUEUE) or 0


def expected_end(batch: MessageBatch) -> datetime | None:
    """
    Return about when the last message of a batch will have gone, if that can be told.

    One that was refused for now does not go before its next try.
    """
    end = end_of(ahead_of(batch), batch.not_before)
    mine = _open().where(OutboxMessage.batch_id == batch.id)
    last_try = session().scalar(mine.with_only_columns(func.max(OutboxMessage.not_before)))
    return max(end, last_try) if end and last_try else end


def end_of(number: int, start: datetime | None = None) -> datetime | None:
    """
    Return about when so many messages will have gone, counted from `start` or from now.

    It is told by the rate that is set, or else by what went in the last minute.
    """
    rate = preset(settings().throttle).per_minute or _handed_over_lately()
    if not rate:
        return None
    begin = max(start or clock.now(), clock.now())
    return begin + timedelta(minutes=number / rate)


def waiting() -> int:
    """Return how many messages of all projects are to go now."""
    due = _open().where(OutboxMessage.not_before <= clock.now())
    counted = due.with_only_columns(func.count())
    return session().scalar(counted, execution_options=_QUEUE) or 0


def _handed_over_lately() -> int:
    statement = select(func.count()).where(
        OutboxMessage.state.in_(HANDED_OVER),
        OutboxMessage.finished_at > clock.now() - timedelta(minutes=1),
    )
    return session().scalar(statement, execution_options=_QUEUE) or 0


def workers() -> Workers:
    """Return whether a worker is alive, and whether messages wait that should have gone."""
    long_ago = clock.now() - ALIVE
    alive = exists(select(WorkerHeartbeat.id).where(WorkerHeartbeat.at > long_ago))
    due = exists(
        _open().where(OutboxMessage.not_before <= long_ago).with_only_columns(OutboxMessage.id)
    )
    row = session().execute(select(alive, due), execution_options=_QUEUE).one()
    return Workers(*(bool(value) for value in row))


def _open() -> Select[OutboxMessage]:
    return select(OutboxMessage).where(OutboxMessage.state.in_(OPEN_STATES))


def _stands(status: Status) -> ColumnElement[bool]:
    """Return the condition for messages of which a planner reads `status`."""
    queued = OutboxMessage.state == MessageState.QUEUED
    if status is Status.WAITING:
        return queued & (OutboxMessage.attempts == 0)
    if status is Status.TRYING_AGAIN:
        return queued & (OutboxMessage.attempts > 0)
    if status in {Status.UNCERTAIN, Status.LEFT}:
        left = OutboxMessage.finished_at.is_not(None)
        uncertain = OutboxMessage.state == MessageState.UNCERTAIN
        return uncertain & (left if status is Status.LEFT else ~left)
    if status is Status.SENDING:
        return OutboxMessage.state.in_((MessageState.CLAIMED, MessageState.HANDING_OVER))
    return OutboxMessage.state == MessageState(status.value)


def _persons(ids: Iterable[int]) -> Mapping[int, Person]:
    wanted = sorted(ids)
    found: dict[int, Person] = {}
    for part in (wanted[at : at + SET_SIZE] for at in range(0, len(wanted), SET_SIZE)):
        statement = (
            select(Person)
            .where(Person.id.in_(part))
            .options(
                selectinload(Person.affiliations).joinedload(Affiliation.organisation),
                selectinload(Person.tags),
            )
            .order_by(Person.id)
        )
        found |= {one.id: one for one in session().scalars(statement)}
    return found
