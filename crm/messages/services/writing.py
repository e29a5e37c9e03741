"""Writing to people of the register: a free message, and a request for consent."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from crm.core.commands import command
from crm.core.errors import Invalid
from crm.core.i18n import _l
from crm.core.mail import Letter, Priority, Purpose
from crm.core.permissions import Actor
from crm.messages.models import MessageBatch, OutboxMessage
from crm.messages.policy import MessagePermission
from crm.messages.queries import addressing
from crm.messages.queries.addressing import Selection
from crm.messages.queries.templates import version_of
from crm.messages.services import batches, outbox, sending
from crm.messages.services.batches import NewBatch
from crm.messages.services.sending import Sending
from crm.projects.models import Project
from crm.stakeholders.consent import Asking, Ground
from crm.stakeholders.models import Basis, ContactPurpose, Person
from crm.stakeholders.queries.contacting import standings
from crm.stakeholders.services.contacting import keep_ground


class WordsMissing(Invalid):
    """Somebody would get a message that nobody wrote in their language."""

    message = _l("Write a subject and a text in each language that these people read.")


@dataclass(frozen=True, slots=True)
class FreeMessage:
    """
    What is written to people, and for what.

    :param words: subject and Markdown by language
    """

    contact: ContactPurpose
    words: Mapping[str, tuple[str, str]]


@command(MessagePermission.SEND)
def send_free(
    actor: Actor,
    project: Project,
    *,
    people: Sequence[Person],
    message: FreeMessage,
    how: Sending,
) -> MessageBatch:
    """
    Send a message to those of `people` who may be written to for its purpose; once for each key.

    :raises WordsMissing: if somebody reads a language in which nothing was written
    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `sending`
    """

    def make() -> tuple[Selection, NewBatch]:
        who = to_write(people, message.contact)
        words = {one: message.words.get(one, ("", "")) for one, _number in who.languages}
        if not all(subject.strip() and body.strip() for subject, body in words.values()):
            raise WordsMissing
        title = next(iter(words.values()), ("", ""))[0]
        return who, NewBatch(how.key, Purpose.NEWS, title, how.not_before, words=words)

    return _sent(actor, project, how, make, {"contact": message.contact.value})


@command(MessagePermission.SEND)
def ask_consent(
    actor: Actor, project: Project, *, people: Sequence[Person], how: Sending
) -> MessageBatch:
    """
    Ask those of `people` who were not asked yet whether they may be written to; once.

    :raises InThePast, NobodyToSendTo, PossiblyTwice, LanguageLacking: see `sending`
    """

    def make() -> tuple[Selection, NewBatch]:
        who = addressing.to_ask(people)
        return who, NewBatch(how.key, Purpose.CONSENT_REQUEST, "", how.not_before)

    return _sent(actor, project, how, make, {})


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


def to_write(people: Sequence[Person], contact: ContactPurpose) -> Selection:
    """Return who of these people may be written to for a purpose of contact."""
    return addressing.asked(Purpose.NEWS, people, contact=contact, asking=Asking.FOLLOW_UP)


def _sent(
    actor: Actor,
    project: Project,
    how: Sending,
    make: Callable[[], tuple[Selection, NewBatch]],
    params: Mapping[str, str],
) -> MessageBatch:
    known = batches.begun(actor, project, key=how.key)
    if known is not None:
        return known
    who, new = make()
    sending.hold(who, how)
    batch = batches.make(actor, project, new=replace(new, templates=sending.pinned(who)))
    told = {**params, "batch": batch.id, "by": actor.account_id}
    outbox.queue_many([(one.recipient, _letter(batch, one.person, told)) for one in who.to])
    return batch


def _letter(batch: MessageBatch, person: Person, params: Mapping[str, object]) -> Letter:
    return Letter(
        batch.purpose,
        f"batch:{batch.id}:{person.id}",
        about_id=person.id,
        params=params,
        priority=Priority.REMINDER,
        not_before=batch.not_before,
        batch_id=batch.id,
        template_id=batch.templates[person.language],
    )
