"""Batches to test with: messages put into the outbox, and brought where a test wants them."""

from collections.abc import Sequence

from sqlalchemy import update

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import Actor, system
from crm.messages.models import MessageBatch, MessageState, OutboxMessage
from crm.messages.queries.batches import messages_of
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories


def batch(
    actor: Actor,
    project: Project,
    *,
    size: int = 3,
    key: str = "key",
    people: Sequence[Person] = (),
) -> MessageBatch:
    """Make a batch with a message to these, or to so many new people of the project in scope."""
    people = people or _recipients(size, key)
    with unit_of_work(actor, "tests.batch"):
        made = batches.make(actor, project, new=NewBatch(key, Purpose.NEWS, "Nieuws"))
        outbox.queue_many(
            [
                (
                    Recipient(one.emails[0].address, one.surname, "nl", person_id=one.id),
                    Letter(Purpose.NEWS, f"news:{key}:{one.id}", batch_id=made.id),
                )
                for one in people
            ]
        )
    return made


def _recipients(size: int, key: str) -> list[Person]:
    with factories.together():
        return [
            factories.person(f"Ontvanger {number}", email=f"o{number}.{key}@kring.example")
            for number in range(size)
        ]


def message_of(made: MessageBatch, number: int = 0) -> OutboxMessage:
    """Return one message of a batch."""
    return list(session().scalars(messages_of(made)))[number]


def bring(message: OutboxMessage, state: MessageState, **more: object) -> None:
    """Bring a message where the worker would have brought it."""
    with unit_of_work(system(message.project_id), "tests.bring"):
        values = {"state": state, "finished_at": clock.now(), **more}
        if state in {MessageState.QUEUED, MessageState.UNCERTAIN}:
            values["finished_at"] = more.get("finished_at")
        statement = update(OutboxMessage).where(OutboxMessage.id == message.id).values(**values)
        session().execute(statement)
