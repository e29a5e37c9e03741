"""Batches: begun once for a key, paused, resumed and cancelled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from crm.core import clock, db
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.models import BatchState, MessageBatch
from crm.messages.policy import MessagePermission
from crm.messages.queries import batches as queries
from crm.messages.services import outbox
from crm.projects.models import Project


class BatchOver(Conflict):
    """A batch that was cancelled does not go on."""

    message = _l("This batch was cancelled. Send a new one.")


class NoticeGoes(Conflict):
    """Of a change or cancellation people must know, whoever would rather hold it."""

    message = _l("This tells people of a change or a cancellation. It is not held or taken back.")


@dataclass(frozen=True, slots=True)
class NewBatch:
    """
    What makes a batch.

    :param key: random, from the form; sent twice, it is still one batch
    :param not_before: when the first message may go; none for at once
    :param templates: id of the pinned template by language
    :param words: of a free message, subject and Markdown by language
    """

    key: str
    purpose: Purpose
    title: str
    not_before: datetime | None = None
    templates: Mapping[str, int] = field(default_factory=dict)
    words: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@command(MessagePermission.SEND)
def begun(_actor: Actor, project: Project, *, key: str) -> MessageBatch | None:
    """Wait for whoever sends in this project now, and return the batch of this key, if any."""
    db.lock(project)
    return queries.batch_by_key(_key(project, key))


@command(MessagePermission.SEND)
def make(actor: Actor, project: Project, *, new: NewBatch) -> MessageBatch:
    """Make a batch without messages; ask `begun` first whether its key has one."""
    made = MessageBatch(
        key=_key(project, new.key),
        purpose=new.purpose,
        title=new.title,
        not_before=new.not_before or clock.now(),
        templates=dict(new.templates),
        words={language: list(one) for language, one in new.words.items()},
        made_by_id=actor.account_id,
    )
    session().add(made)
    session().flush()
    return made


def notice(key: str, purpose: Purpose, title: str, *, not_before: datetime | None) -> MessageBatch:
    """
    Return the batch of what people must know of an event, inside the command that tells them.

    It is made with the first of them; of one key there is one.
    """
    found = queries.batch_by_key(key)
    if found is None:
        found = MessageBatch(
            key=key, purpose=purpose, title=title, not_before=not_before or clock.now()
        )
        session().add(found)
        session().flush()
    return found


@command(MessagePermission.SEND)
def pause(_actor: Actor, batch: MessageBatch) -> None:
    """
    Hold the messages of a batch; one whose bytes already leave arrives all the same.

    :raises BatchOver: if the batch was cancelled
    :raises NoticeGoes: if people must know what it tells
    """
    _refuse_notice(batch)
    _refuse_over(batch)
    batch.state, batch.pause_reason = BatchState.PAUSED, ""
    outbox.hold_batch(batch.id)


@command(MessagePermission.SEND)
def resume(_actor: Actor, batch: MessageBatch) -> None:
    """
    Let the messages of a batch go again.

    :raises BatchOver: if the batch was cancelled
    """
    _refuse_over(batch)
    batch.state, batch.pause_reason = BatchState.QUEUED, ""


@command(MessagePermission.SEND)
def cancel(_actor: Actor, batch: MessageBatch) -> int:
    """
    Send nothing more of a batch; return how many messages that stops.

    :raises NoticeGoes: if people must know what it tells
    """
    _refuse_notice(batch)
    db.lock(batch)
    batch.state, batch.pause_reason = BatchState.CANCELLED, ""
    return outbox.cancel_batch(batch.id)


def _refuse_notice(batch: MessageBatch) -> None:
    if batch.is_notice:
        raise NoticeGoes


def _refuse_over(batch: MessageBatch) -> None:
    db.lock(batch)
    if batch.state is BatchState.CANCELLED:
        raise BatchOver


def _key(project: Project, key: str) -> str:
    return f"{project.id}:{key}"
