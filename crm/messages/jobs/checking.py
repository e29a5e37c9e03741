"""The last look at a message before it leaves: whether it still should, and what it says."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import OperationalError

from crm.core import clock, mail
from crm.core.db import Database, project_scope
from crm.core.mail import Content, Outgoing, Purpose, Reason, Said, Withheld
from crm.messages.jobs.claiming import Claimed
from crm.messages.jobs.relay import Sealed
from crm.messages.models import MessageState
from crm.messages.queries import previews, suppressions, templates
from crm.messages.queries.templates import sender
from crm.messages.rules import mime
from crm.messages.rules.links import unsubscribe_link
from crm.messages.rules.rendering import MessageFacts

_STATES = {
    Reason.OUTDATED: MessageState.SUPERSEDED,
    Reason.CANCELLED: MessageState.CANCELLED,
    Reason.REVOKED: MessageState.CANCELLED,
    Reason.TOO_LATE: MessageState.EXPIRED,
}


@dataclass(frozen=True, slots=True)
class Stopped:
    """A message that is not sent after all, and why."""

    state: MessageState
    reason: Reason


Look = Callable[[], Sealed | Stopped]
Checked = dict[int, Look]


def stopped(reason: Reason) -> Stopped:
    """Return the end that a message comes to for a reason."""
    return Stopped(_STATES.get(reason, MessageState.WITHHELD), reason)


def check(database: Database, claimed: Claimed) -> Sealed | Stopped:
    """Return a message as it is handed over, or why it is not."""
    return _checked(database, [claimed])[claimed.id]()


def check_all(database: Database, claimed: Sequence[Claimed]) -> Checked:
    """
    Return by id how to get each of these messages as it is handed over, or why it is not.

    What is needed of the database is read for all of one project and purpose together; a message
    is written when it is its turn. Where that fails for one, it fails for that one alone.
    """
    groups: dict[tuple[int | None, Purpose], list[Claimed]] = {}
    for message in claimed:
        groups.setdefault((message.project_id, message.outgoing.purpose), []).append(message)
    found: Checked = {}
    for together in groups.values():
        try:
            found |= _checked(database, together)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - which of them it is shows when each is looked at alone
            found |= {message.id: partial(check, database, message) for message in together}
    return found


def _checked(database: Database, together: Sequence[Claimed]) -> Checked:
    kind = mail.kind_of(together[0].outgoing.purpose)
    now = clock.now()
    found: Checked = {}
    due = []
    for message in together:
        if message.send_not_after and now > message.send_not_after:
            found[message.id] = partial(stopped, Reason.TOO_LATE)
        else:
            due.append(message)
    if not due:
        return found
    with database.opened(), in_project(due[0]):
        # Somebody made up stands for tests, so that no words about real people are in them.
        real = [message.outgoing for message in due if not previews.is_example(message.outgoing)]
        said: dict[int, Said] = dict(kind.said_of(real)) if real else {}
        for message in due:
            if previews.is_example(message.outgoing):
                content = previews.example_content(message.outgoing, message.project_id)
                said[message.id] = content
        addresses = {message.id: _address(message, said[message.id]) for message in due}
        against = suppressions.reasons_by_scope(addresses.values())
    for message in due:
        reasons = against.get(addresses[message.id], {})
        refused = suppressions.reason_against(reasons, is_bulk=kind.is_bulk)
        found[message.id] = partial(_sealed, database, message, said[message.id], refused)
    return found


def _address(claimed: Claimed, said: Said) -> str:
    # Bytes that may have arrived go where they went first, whatever the register says by now.
    if claimed.mime or isinstance(said, Withheld):
        return claimed.address
    return said.recipient.address


def _sealed(
    database: Database, claimed: Claimed, said: Said, refused: Reason | None
) -> Sealed | Stopped:
    if isinstance(said, Withheld):
        return stopped(said.reason)
    if refused is not None:
        return stopped(refused)
    # Bytes that began to leave once are never written anew.
    if claimed.mime:
        mime = zlib.decompress(claimed.mime)
    else:
        with database.opened(), in_project(claimed):
            mime = write(claimed, said)
    return Sealed(claimed.outgoing.public_name, _address(claimed, said), mime)


@contextmanager
def in_project(claimed: Claimed) -> Iterator[Outgoing]:
    """Work in the project of a message, if it has one."""
    if claimed.project_id is None:
        yield claimed.outgoing
        return
    with project_scope(claimed.project_id):
        yield claimed.outgoing


def write(claimed: Claimed, content: Content) -> bytes:
    """Return the bytes of a message, in the project of which it is; equal facts, equal bytes."""
    outgoing = claimed.outgoing
    words = templates.words_for(outgoing.purpose, outgoing.language, claimed.template_id)
    is_bulk = mail.kind_of(outgoing.purpose).is_bulk
    facts = MessageFacts(
        outgoing.purpose,
        claimed.message_id,
        claimed.date_header,
        unsubscribe_link(outgoing.public_name) if is_bulk else "",
    )
    return mime.compose(facts, words.with_own(content.own), content, sender())
