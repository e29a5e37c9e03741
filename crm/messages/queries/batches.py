"""Questions about batches, and about the messages in them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import defer as left_out
from sqlalchemy.orm import selectinload

from crm.core.db import session, the_one
from crm.core.permissions import Actor
from crm.messages.models import DeliveryEvent, MessageBatch, MessageState, OutboxMessage
from crm.messages.rules.progress import Progress, Status, status_of, status_of_message
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.rules.visibility import ShownPerson, shown_as

SET_SIZE = 500


@dataclass(frozen=True, slots=True)
class Recipient:
    """A message of a batch and its person as an actor may see them; none if removed since."""

    message: OutboxMessage
    shown: ShownPerson | None

    @property
    def status(self) -> Status:
        """What a planner reads of the message."""
        return status_of_message(self.message)


def batch(batch_id: int) -> MessageBatch:
    """Return one batch of the project in scope, or raise `NotFound`."""
    return the_one(select(MessageBatch).where(MessageBatch.id == batch_id))


def batches() -> Select[MessageBatch]:
    """Return the statement for the batches of the project in scope, the latest first."""
    return select(MessageBatch).order_by(MessageBatch.made_at.desc(), MessageBatch.id.desc())


def batch_by_key(key: str) -> MessageBatch | None:
    """Return the batch of the project in scope that was made with a key of a form, if any."""
    return session().scalar(select(MessageBatch).where(MessageBatch.key == key))


def progress_of(batches: Iterable[MessageBatch]) -> dict[int, Progress]:
    """Return how many messages of each batch stand where; one statement."""
    tried, finished = OutboxMessage.attempts > 0, OutboxMessage.finished_at.is_not(None)
    told = (OutboxMessage.batch_id, OutboxMessage.state, tried, finished)
    counted: dict[int, Counter[Status]] = {batch.id: Counter() for batch in batches}
    statement = (
        select(*told, func.count())
        .where(OutboxMessage.batch_id.in_(counted))
        .group_by(*told)
        .order_by(OutboxMessage.batch_id)
    )
    for batch_id, state, was_tried, is_finished, number in session().execute(statement):
        status = status_of(state, tried=bool(was_tried), finished=bool(is_finished))
        counted[batch_id or 0][status] += number
    return {batch_id: Progress(counts) for batch_id, counts in counted.items()}


def messages_of(batch: MessageBatch, status: Status | None = None) -> Select[OutboxMessage]:
    """Return the statement for the messages of a batch, without their bytes, in their order."""
    statement = select(OutboxMessage).where(OutboxMessage.batch_id == batch.id)
    if status is not None:
        statement = statement.where(_stands(status))
    # A page of fifty would fetch megabytes that nobody looks at.
    return statement.options(left_out(OutboxMessage.mime)).order_by(OutboxMessage.id)


def _stands(status: Status) -> ColumnElement[bool]:
    """Return the condition for messages of which a planner reads `status`."""
    # The same as `progress.status_of`, said to the database: a list is read by the page.
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


def message_of(batch: MessageBatch, message_id: int) -> OutboxMessage:
    """Return one message of a batch, or raise `NotFound`."""
    return the_one(messages_of(batch).where(OutboxMessage.id == message_id))


def deliveries_of(message: OutboxMessage) -> list[DeliveryEvent]:
    """Return what happened to a message on its way, in that order."""
    statement = select(DeliveryEvent).where(DeliveryEvent.message_id == message.id)
    return list(session().scalars(statement.order_by(DeliveryEvent.at, DeliveryEvent.id)))


def recipients(actor: Actor, messages: Sequence[OutboxMessage]) -> list[Recipient]:
    """Return messages with their persons as `actor` may see them; three statements."""
    wanted = sorted({message.person_id for message in messages if message.person_id is not None})
    eyes = shown_as(actor)
    shown: dict[int, ShownPerson] = {}
    # In parts, as a database takes a limited number of values in one statement.
    for start in range(0, len(wanted), SET_SIZE):
        statement = (
            select(Person)
            .where(Person.id.in_(wanted[start : start + SET_SIZE]))
            .options(
                selectinload(Person.affiliations).joinedload(Affiliation.organisation),
                selectinload(Person.tags),
            )
            .order_by(Person.id)
        )
        shown |= {person.id: eyes.brief(person) for person in session().scalars(statement)}
    return [Recipient(message, shown.get(message.person_id or 0)) for message in messages]


def all_recipients(actor: Actor, batch: MessageBatch, status: Status | None) -> list[Recipient]:
    """Return every message of a batch with its person, for a file."""
    return recipients(actor, list(session().scalars(messages_of(batch, status))))
