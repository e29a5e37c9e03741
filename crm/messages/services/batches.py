"""Batches: what holds for each of them, begun once for a key, paused, resumed and cancelled."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from crm.core import clock, db
from crm.core.commands import command
from crm.core.db import session
from crm.core.errors import Conflict, Invalid
from crm.core.i18n import _l
from crm.core.mail import Purpose, Recipient
from crm.core.permissions import Actor
from crm.messages.models import BatchState, MessageBatch
from crm.messages.policy import MessagePermission
from crm.messages.queries import batches as queries
from crm.messages.services import outbox, templates
from crm.projects.models import Project
from crm.projects.services import take_reply_address
from crm.stakeholders.values.addresses import email_key


class NobodyToSendTo(Conflict):
    """Nobody would get the message."""

    message = _l("Nobody gets this message now.")


class PossiblyTwice(Conflict):
    """Two persons of the register have one address, and nobody said that this is right."""

    message = _l("Some people share an address. Look whether they are one person, or continue.")
    field = "despite_doubles"


class InThePast(Invalid):
    """A moment to send at that has been."""

    message = _l("This moment has been. Choose a later one, or send now.")
    field = "at_time"


class HourSkipped(Invalid):
    """The clock skips this hour when summer time begins."""

    message = _l("This hour does not exist: the clock goes forward in that night.")
    field = "at_time"


@dataclass(frozen=True, slots=True)
class Sending:
    """
    How a batch is sent.

    :param key: random, from the form; sent twice, it is still one batch
    :param not_before: none for at once
    :param despite_doubles: whether somebody saw that people share an address, and goes on
    :param reply_address: where answers come, if the project has no address for them yet
    """

    key: str
    not_before: datetime | None = None
    despite_doubles: bool = False
    reply_address: str = ""


def moment(local: datetime, zone: str) -> datetime:
    """Return when a clock in `zone` says `local`, first of two times, or raise `HourSkipped`."""
    # There and back: an hour that is skipped comes back as another one.
    found = local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    if found.astimezone(ZoneInfo(zone)).replace(tzinfo=None) != local:
        raise HourSkipped
    return found


def hold_rules(project: Project, to: Collection[Recipient], sending: Sending) -> None:
    """
    Hold the rules about any batch, inside its command; the first one says where answers come.

    :raises InThePast, NobodyToSendTo, PossiblyTwice: as these say
    :raises ReplyAddressMissing, ReplyAddressUnusable: if answers would come nowhere
    """
    if sending.not_before is not None and sending.not_before < clock.now():
        raise InThePast
    if not to:
        raise NobodyToSendTo
    addresses = {email_key(recipient.address) for recipient in to}
    if len(addresses) < len(to) and not sending.despite_doubles:
        raise PossiblyTwice
    take_reply_address(project, sending.reply_address)


def pinned(purpose: Purpose, languages: Iterable[str]) -> Mapping[str, int]:
    """Return the id of the words in each language, inside a command, or raise `LanguageLacking`."""
    wanted = sorted(set(languages))
    return {language: templates.pinned(purpose, language).id for language in wanted}


class BatchOver(Conflict):
    """A batch that was cancelled does not go on."""

    message = _l("This batch was cancelled. Send a new one.")


class NoticeGoes(Conflict):
    """Of a change or cancellation people must know, whoever would rather hold it."""

    message = _l("This tells people of a change or a cancellation. It is not held or taken back.")


@dataclass(frozen=True, slots=True)
class NewBatch:
    """
    What makes a batch; `key` and `not_before` as in `Sending`.

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
        words={language: list(written) for language, written in new.words.items()},
        made_by_id=actor.account_id,
    )
    session().add(made)
    session().flush()
    return made


def notice(key: str, purpose: Purpose, title: str, *, not_before: datetime | None) -> MessageBatch:
    """Return the batch of what people must know, inside a command; the first of a key makes it."""
    found = queries.batch_by_key(key)
    if found is None:
        # Nobody made it: it follows from what somebody did to an event.
        start = not_before or clock.now()
        found = MessageBatch(key=key, purpose=purpose, title=title, not_before=start)
        session().add(found)
        session().flush()
    return found


@command(MessagePermission.SEND)
def pause(_actor: Actor, batch: MessageBatch) -> None:
    """
    Hold the messages of a batch; one whose bytes already leave arrives all the same.

    :raises BatchOver, NoticeGoes: if it was cancelled, or tells what people must know
    """
    if batch.is_notice:
        raise NoticeGoes
    _refuse_over(batch)
    batch.state, batch.pause_reason = BatchState.PAUSED, ""
    outbox.hold_batch(batch.id)


@command(MessagePermission.SEND)
def resume(_actor: Actor, batch: MessageBatch) -> None:
    """Let the messages of a batch go again, or raise `BatchOver`."""
    _refuse_over(batch)
    batch.state, batch.pause_reason = BatchState.QUEUED, ""


@command(MessagePermission.SEND)
def cancel(_actor: Actor, batch: MessageBatch) -> int:
    """Send nothing more of a batch, or raise `NoticeGoes`; return how many messages that stops."""
    if batch.is_notice:
        raise NoticeGoes
    db.lock(batch)
    batch.state, batch.pause_reason = BatchState.CANCELLED, ""
    return outbox.cancel_batch(batch.id)


def _refuse_over(batch: MessageBatch) -> None:
    # Locked first: of two who change it at once, the second sees what the first did.
    db.lock(batch)
    if batch.state is BatchState.CANCELLED:
        raise BatchOver


def _key(project: Project, key: str) -> str:
    # A form of another project with the same key is another batch.
    return f"{project.id}:{key}"
