"""Writing to people of the register: a free message, and a request for consent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crm.consent.models import Basis, ContactPurpose
from crm.consent.queries import standings
from crm.consent.rules import Ground
from crm.consent.services import keep_ground
from crm.core.commands import command
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.mail import Letter, Priority, Purpose, Recipient
from crm.core.permissions import Actor
from crm.messages.models import MessageBatch, OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import reach
from crm.messages.queries.reach import People
from crm.messages.queries.templates import version_of
from crm.messages.services import batches, outbox
from crm.messages.services.batches import NewBatch, Sending
from crm.projects.models import Project
from crm.stakeholders.models import Person

# So many messages are made at once.
TOGETHER = 2_000


class WordsMissing(Invalid):
    """Somebody would get a message that nobody wrote in their language."""

    message = _l("Write a subject and a text in each language that these people read.")


@dataclass(frozen=True, slots=True)
class FreeMessage:
    """What is written to people, and for what: subject and Markdown by language."""

    contact: ContactPurpose
    words: Mapping[str, tuple[str, str]]


@command(MessagePermission.SEND)
def send_free(
    actor: Actor, project: Project, *, people: People, message: FreeMessage, how: Sending
) -> MessageBatch:
    """
    Send a message to those of `people` who may be written to for its purpose; once for each key.

    :raises WordsMissing: if somebody reads a language in which nothing was written
    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `batches`
    """
    if known := batches.begun(actor, project, key=how.key):
        return known
    to = reach.recipients(people, reach.free(message.contact))
    read = sorted({recipient.language for recipient in to})
    words = {language: message.words.get(language, ("", "")) for language in read}
    if not all(subject.strip() and body.strip() for subject, body in words.values()):
        raise WordsMissing
    title = next(iter(words.values()), ("", ""))[0]
    batches.hold_rules(project, to, how)
    pinned = batches.pinned(Purpose.NEWS, read)
    new = NewBatch(how.key, Purpose.NEWS, title, how.not_before, pinned, words)
    batch = batches.make(actor, project, new=new)
    queue(batch, to, {"contact": message.contact.value})
    return batch


@command(MessagePermission.SEND)
def ask_consent(actor: Actor, project: Project, *, people: People, how: Sending) -> MessageBatch:
    """
    Ask those of `people` who were not asked yet whether they may be written to; once.

    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `batches`
    """
    if known := batches.begun(actor, project, key=how.key):
        return known
    to = reach.recipients(people, reach.consent_request())
    batches.hold_rules(project, to, how)
    pinned = batches.pinned(Purpose.CONSENT_REQUEST, (recipient.language for recipient in to))
    new = NewBatch(how.key, Purpose.CONSENT_REQUEST, "", how.not_before, pinned)
    batch = batches.make(actor, project, new=new)
    queue(batch, to, {})
    return batch


@command(MessagePermission.ANSWER)
def answer_consent(
    _actor: Actor, message: OutboxMessage, *, person: Person, given: Mapping[ContactPurpose, bool]
) -> None:
    """Keep what somebody answered by their link, with the version of the words they answered."""
    standing = standings([person])[person.id]
    source = f"link {version_of(message.template_id)}".strip()
    for contact, says_yes in given.items():
        had = standing.ground(contact).basis is Basis.CONSENT
        no = Basis.WITHDRAWN if had else Basis.DECLINED
        keep_ground(person, contact, Ground(Basis.CONSENT if says_yes else no, source))


def queue(batch: MessageBatch, to: Sequence[Recipient], params: Mapping[str, object]) -> None:
    """Queue one message of a batch to each recipient, inside a command."""
    told = {**params, "batch": batch.id, "by": batch.made_by_id}
    for start in range(0, len(to), TOGETHER):
        part = to[start : start + TOGETHER]
        letters = [
            Letter(
                batch.purpose,
                f"batch:{batch.id}:{recipient.person_id}",
                about_id=recipient.person_id,
                params=told,
                priority=Priority.REMINDER,
                not_before=batch.not_before,
                batch_id=batch.id,
                template_id=batch.templates[recipient.language],
            )
            for recipient in part
        ]
        outbox.queue_many(list(zip(part, letters, strict=True)))
