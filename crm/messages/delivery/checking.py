"""The last look at a message before it leaves: whether it still should, and what it says."""

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from crm.core import clock, mail
from crm.core.db import Database, project_scope
from crm.core.mail import Content, Outgoing, Reason, Withheld
from crm.messages.delivery.claiming import Claimed
from crm.messages.delivery.outcomes import Sealed
from crm.messages.delivery.writing import write
from crm.messages.models import MessageState
from crm.messages.queries import examples, suppressions

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


def stopped(reason: Reason) -> Stopped:
    """Return the end that a message comes to for a reason."""
    return Stopped(_STATES.get(reason, MessageState.WITHHELD), reason)


def check(database: Database, claimed: Claimed) -> Sealed | Stopped:
    """
    Return a message as it is handed over, or why it is not.

    Bytes that began to leave once are never written anew, and go to the same address.
    """
    if claimed.send_not_after is not None and clock.now() > claimed.send_not_after:
        return stopped(Reason.TOO_LATE)
    kind = mail.kind_of(claimed.outgoing.purpose)
    with database.opened(), in_project(claimed):
        content = _content(claimed)
        if isinstance(content, Withheld):
            return stopped(content.reason)
        address = claimed.address if claimed.mime else content.recipient.address
        reasons = suppressions.reasons_by_scope([address]).get(address, {})
        against = suppressions.reason_against(reasons, is_bulk=kind.is_bulk)
        if against is not None:
            return stopped(against)
        return Sealed(claimed.outgoing.public_name, address, _bytes(claimed, content))


def _content(claimed: Claimed) -> Content | Withheld:
    outgoing = claimed.outgoing
    if examples.is_one(outgoing):
        return examples.content(outgoing, claimed.project_id)
    return mail.kind_of(outgoing.purpose).prepare(outgoing)


@contextmanager
def in_project(claimed: Claimed) -> Iterator[Outgoing]:
    """Work in the project of a message, if it has one."""
    if claimed.project_id is None:
        yield claimed.outgoing
        return
    with project_scope(claimed.project_id):
        yield claimed.outgoing


def _bytes(claimed: Claimed, content: Content) -> bytes:
    return zlib.decompress(claimed.mime) if claimed.mime else write(claimed, content)
