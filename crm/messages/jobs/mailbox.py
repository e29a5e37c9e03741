"""The mailbox for what comes back, read over IMAP."""

import imaplib
import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from crm.core.errors import DomainError
from crm.messages.rules.server import server

TIMEOUT = 30.0
MOST = 100
# Bytes of a message: what it says stands before what hangs on it.
LONGEST = 2_000_000


class Unreachable(Exception):
    """The mailbox cannot be read; it says why."""


def count(address: str) -> int:
    """Return how many messages nobody has read yet, or raise `Unreachable`."""
    with _opened(address) as box:
        return len(_unseen(box))


def unread(address: str) -> Iterator[bytes]:
    """
    Yield the messages that nobody has read yet; each is marked as read once it was handled.

    :raises Unreachable: if the mailbox cannot be read
    """
    with _opened(address) as box:
        for number in _unseen(box)[:MOST]:
            _answer, parts = box.uid("FETCH", number, f"(BODY.PEEK[]<0.{LONGEST}>)")
            yield from (part[1] for part in parts or () if isinstance(part, tuple))
            box.uid("STORE", number, "+FLAGS", r"(\Seen)")


def _unseen(box: imaplib.IMAP4) -> list[str]:
    _answer, found = box.uid("SEARCH", "UNSEEN")
    return [number.decode() for line in found or () if line for number in line.split()]


@contextmanager
def _opened(address: str) -> Iterator[imaplib.IMAP4]:
    try:
        where = server(address)
        box = (
            imaplib.IMAP4_SSL(
                where.host, where.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT
            )
            if where.scheme == "imaps"
            else imaplib.IMAP4(where.host, where.port, timeout=TIMEOUT)
        )
        try:
            box.login(where.user, where.password)
            answer, told = box.select(where.path or "INBOX")
            if answer != "OK":
                raise Unreachable(_words(told))
            yield box
        finally:
            box.logout()
    except (OSError, imaplib.IMAP4.error, DomainError) as failure:
        # What the server said to a sign-in, the library hands on as the bytes that came.
        said = _words(part for part in failure.args if isinstance(part, bytes))
        raise Unreachable(said or str(failure) or type(failure).__name__) from failure


def _words(told: Iterable[bytes | None]) -> str:
    return b" ".join(part for part in told if part).decode("utf-8", "replace")
