"""A real mail server for tests: it keeps what arrives, and answers by a script."""

import asyncio
import ssl
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as POLICY
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

HOST = "127.0.0.1"
DISCONNECT = "disconnect"
# Hangs up after it took the message, so that the client never hears of it.
TAKE_AND_DISCONNECT = "take and disconnect"
OK = "250 2.0.0 OK"


@dataclass(frozen=True)
class Arrived:
    """One message as it arrived: the envelope and the very bytes."""

    sender: str
    recipient: str
    data: bytes

    @property
    def message(self) -> EmailMessage:
        """The message, read."""
        read = message_from_bytes(self.data, policy=POLICY)
        assert isinstance(read, EmailMessage)
        return read


class Sink:
    """What arrived, and what is answered next: `answer("RCPT", "450 later")` answers once."""

    def __init__(self, *, delay: float = 0.0) -> None:
        self.arrived: list[Arrived] = []
        self.sessions = 0
        self.delay = delay
        self.always: dict[str, str] = {}
        self.when_data: Callable[[], None] = lambda: None
        self._next: dict[str, deque[str]] = defaultdict(deque)
        self._seen: set[int] = set()

    @property
    def recipients(self) -> list[str]:
        """Who got a message, in the order of arrival."""
        return [one.recipient for one in self.arrived]

    def answer(self, stage: str, *replies: str) -> None:
        """Answer the next commands of a stage (MAIL, RCPT, DATA) with these, one each."""
        self._next[stage].extend(replies)

    def _reply(self, stage: str, server: SMTP) -> str | None:
        waiting = self._next[stage]
        reply = waiting.popleft() if waiting else self.always.get(stage)
        if reply == DISCONNECT:
            _hang_up(server)
        return reply

    async def handle_MAIL(  # noqa: N802 - the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer who sends."""
        if id(session) not in self._seen:
            self._seen.add(id(session))
            self.sessions += 1
        reply = self._reply("MAIL", server)
        if reply is None:
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return reply or OK

    async def handle_RCPT(  # noqa: N802 - the same
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Answer who it is for."""
        reply = self._reply("RCPT", server)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return reply or "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        """Keep a message."""
        self.when_data()
        if self.delay:
            await asyncio.sleep(self.delay)
        reply = self._reply("DATA", server)
        if reply in {None, TAKE_AND_DISCONNECT}:
            content = envelope.content
            assert isinstance(content, bytes)
            self.arrived.append(Arrived(envelope.mail_from or "", envelope.rcpt_tos[0], content))
        if reply == TAKE_AND_DISCONNECT:
            _hang_up(server)
        return reply or OK


def _hang_up(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()


class _Loop(threading.Thread):
    """The server in a thread of its own, on a port that is free."""

    def __init__(self, make: Callable[[asyncio.AbstractEventLoop], SMTP], tls: Any) -> None:
        super().__init__(name="smtp", daemon=True)
        self.port = 0
        self._make, self._tls = make, tls
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()

    def run(self) -> None:
        """Serve until ended."""
        asyncio.set_event_loop(self._loop)
        serving = self._loop.create_server(
            lambda: self._make(self._loop), host=HOST, port=0, ssl=self._tls
        )
        server = self._loop.run_until_complete(serving)
        self.port = server.sockets[0].getsockname()[1]
        self._loop.call_soon(self._ready.set)
        self._loop.run_forever()
        server.close()
        tasks = asyncio.all_tasks(self._loop)
        for task in tasks:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*tasks, return_exceptions=True))
        self._loop.close()

    def begin(self) -> None:
        """Start, and wait until it serves."""
        self.start()
        assert self._ready.wait(10)

    def end(self) -> None:
        """Stop serving."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self.join(10)


@contextmanager
def serving(sink: Sink, *, tls: ssl.SSLContext | None = None, **settings: Any) -> Iterator[str]:
    """
    Serve until the end of a `with` block; gives host and port.

    :param tls: from the first byte on; for STARTTLS give `tls_context` among the settings
    """
    running = _Loop(lambda loop: SMTP(sink, hostname=HOST, loop=loop, **settings), tls)
    running.begin()
    try:
        yield f"{HOST}:{running.port}"
    finally:
        running.end()
