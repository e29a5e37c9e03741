"""Words of messages: written as versions that never change."""

from dataclasses import dataclass, replace

from crm.accounts import queries as accounts
from crm.accounts.rules import recipients
from crm.core import clock
from crm.core.commands import command
from crm.core.db import lock, project_in_scope, session
from crm.core.errors import Conflict, NotFound, StaleRecord
from crm.core.i18n import _l
from crm.core.mail import Letter, Priority, Purpose
from crm.core.permissions import Actor
from crm.messages.models import MessageTemplate
from crm.messages.policy import MessagePermission
from crm.messages.queries import previews, templates
from crm.messages.rules import examples, rendering, texts
from crm.messages.rules.rendering import Words
from crm.messages.services import outbox
from crm.projects.models import Project


class LanguageLacking(Conflict):
    """Nobody wrote words in the language of a recipient yet."""

    message = _l("There are no words in this language yet. Write them first.")


@dataclass(frozen=True, slots=True)
class Place:
    """Which words are meant: for what, and in which language."""

    purpose: Purpose
    language: str


def pinned(purpose: Purpose, language: str) -> MessageTemplate:
    """
    Return the words that a message is written with, whatever is changed later; inside a command.

    Where a project wrote none, our own become its version 1. Without a project, our own are
    returned as they are and not kept.

    :raises LanguageLacking: if there are none in this language
    """
    place = Place(purpose, language)
    found = templates.newest(purpose, language)
    if found is not None:
        return found
    ours = texts.built_in(purpose, language)
    if ours is None:
        raise LanguageLacking
    if project_in_scope() is None:
        return _version(place, ours, number=1)
    # Two who send for the first time at once wait for each other here.
    lock(session().get_one(Project, project_in_scope()))
    return templates.newest(purpose, language) or _added(place, ours, None, by=None)


@command(MessagePermission.WRITE)
def write(
    actor: Actor, project: Project, *, place: Place, words: tuple[str, str], seen: int
) -> MessageTemplate:
    """
    Keep words as the next version; words that are no different add none.

    :param words: subject and body
    :param seen: the version that the editor had before them; 0 for our own words
    :raises StaleRecord: if somebody else saved meanwhile
    :raises Invalid: if a placeholder is unknown or missing, or a link leads nowhere
    """
    lock(project)
    return _written(actor, place, words, seen)


@command(MessagePermission.ADMINISTER)
def write_for_installation(
    actor: Actor, _nothing: None, *, place: Place, words: tuple[str, str], seen: int
) -> MessageTemplate:
    """Keep words of the installation's own mail as the next version, as `write` does."""
    return _written(actor, place, words, seen)


@command(MessagePermission.WRITE)
def use_again(actor: Actor, project: Project, *, place: Place, version: int) -> MessageTemplate:
    """Write an old version, or with 0 our own words, again as the newest; else `NotFound`."""
    lock(project)
    there = templates.versions(place.purpose, place.language)
    words = {template.version: (template.subject, template.body) for template in there}
    if ours := texts.built_in(place.purpose, place.language):
        words[0] = ours
    if version not in words:
        raise NotFound
    return _added(place, words[version], next(iter(there), None), by=actor.account_id)


@command(MessagePermission.WRITE)
def send_test(actor: Actor, _project: Project, *, place: Place, example: int) -> None:
    """Send the words to oneself with the values of somebody made up, or raise `LanguageLacking`."""
    words = pinned(place.purpose, place.language)
    example = examples.EXAMPLES.index(examples.example(example))
    account = accounts.account(actor.account_id or 0)
    own = replace(recipients.colleague(account), language=place.language)
    # Pressed twice in a minute it is still one message.
    key = f"test:{own.account_id}:{words.id}:{example}:{clock.now():%Y%m%d%H%M}"
    letter = Letter(
        place.purpose,
        key,
        params={previews.EXAMPLE: example},
        priority=Priority.ANSWER,
        template_id=words.id,
    )
    outbox.queue(own, letter)


def _written(actor: Actor, place: Place, words: tuple[str, str], seen: int) -> MessageTemplate:
    rendering.check(place.purpose, Words(place.language, *words))
    newest = templates.newest(place.purpose, place.language)
    if newest is not None and newest.version != seen:
        # Our own words, kept as version 1 because a message was sent with them meanwhile.
        ours = texts.built_in(newest.purpose, newest.language)
        if seen != 0 or (newest.subject, newest.body) != ours:
            raise StaleRecord(newest)
    if newest is not None and words == (newest.subject, newest.body):
        return newest
    return _added(place, words, newest, by=actor.account_id)


def _added(
    place: Place, words: tuple[str, str], newest: MessageTemplate | None, *, by: int | None
) -> MessageTemplate:
    made = _version(place, words, number=newest.version + 1 if newest else 1)
    made.made_by_id = by
    session().add(made)
    session().flush()
    return made


def _version(place: Place, words: tuple[str, str], *, number: int) -> MessageTemplate:
    subject, body = words
    return MessageTemplate(
        purpose=place.purpose, language=place.language, version=number, subject=subject, body=body
    )
