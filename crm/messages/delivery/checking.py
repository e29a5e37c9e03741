"""The last look at a message before it leaves: whether it still should, and what it says."""

import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy.exc import OperationalError

from crm.core import clock, mail
from crm.core.db import Database, project_scope
from crm.core.mail import Content, Outgoing, Purpose, Reason, Said, Withheld
from crm.messages.delivery.claiming import Claimed
from crm.messages.delivery.handover import Sealed
from crm.messages.delivery.writing import write
from crm.messages.models import MessageState
from crm.messages.queries import previews, suppressions

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
    """
    Return a message as it is handed over, or why it is not.

    Bytes that began to leave once are never written anew, and go to the same address.
    """
    found = _checked(database, [claimed])[claimed.id]
    return found()


def check_all(database: Database, claimed: Sequence[Claimed]) -> Checked:
    """
    Return by id how to get each of these messages as it is handed over, or why it is not.

    What is needed of the database is read for all of one project and purpose together; a message
    is written when it is its turn. Where that fails for one, it fails for that one alone.
    """
    groups: dict[tuple[int | None, Purpose], list[Claimed]] = {}
    for one in claimed:
        groups.setdefault((one.project_id, one.outgoing.purpose), []).append(one)
    found: Checked = {}
    for together in groups.values():
        try:
            found |= _checked(database, together)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - which of them it is shows when each is looked at alone
            found |= {one.id: partial(check, database, one) for one in together}
    return found


def _checked(database: Database, together: Sequence[Claimed]) -> Checked:
    kind = mail.kind_of(together[0].outgoing.purpose)
    now = clock.now()
    late = [one for one in together if one.send_not_after and now > one.send_not_after]
    due = [one for one in together if one not in late]
    found: Checked = {one.id: partial(stopped, Reason.TOO_LATE) for one in late}
    if not due:
        return found
    with database.opened(), in_project(due[0]):
        said = _said(due)
        addresses = {one.id: _address(one, said[one.id]) for one in due}
        against = suppressions.reasons_by_scope(addresses.values())
    for one in due:
        reasons = against.get(addresses[one.id], {})
        refused = suppressions.reason_against(reasons, is_bulk=kind.is_bulk)
        found[one.id] = partial(_sealed, database, one, said[one.id], refused)
    return found


def _said(together: Sequence[Claimed]) -> Mapping[int, Said]:
    """Return by id what is said of messages of one purpose; somebody made up stands for tests."""
    tests = [one for one in together if previews.is_example(one.outgoing)]
    real = [one.outgoing for one in together if one not in tests]
    said = mail.kind_of(together[0].outgoing.purpose).said_of(real) if real else {}
    return {
        **said,
        **{one.id: previews.example_content(one.outgoing, one.project_id) for one in tests},
    }


def _address(claimed: Claimed, said: Said) -> str:
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
    address = _address(claimed, said)
    return Sealed(claimed.outgoing.public_name, address, _bytes(database, claimed, said))


@contextmanager
def in_project(claimed: Claimed) -> Iterator[Outgoing]:
    """Work in the project of a message, if it has one."""
    if claimed.project_id is None:
        yield claimed.outgoing
        return
    with project_scope(claimed.project_id):
        yield claimed.outgoing


def _bytes(database: Database, claimed: Claimed, content: Content) -> bytes:
    if claimed.mime:
        return zlib.decompress(claimed.mime)
    with database.opened(), in_project(claimed):
        return write(claimed, content)
