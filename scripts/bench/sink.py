"""
A mail server that takes everything, in a process of its own: what is delivered to is measured.

Start it with `python scripts/bench/sink.py DELAY FILE`: it waits DELAY seconds before it takes a
message, adds a line `seconds recipient message-id sha256` to FILE, and prints its port.
"""

import asyncio
import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message as the server took it."""

    at: float
    recipient: str
    message_id: str
    digest: str


@dataclass(frozen=True, slots=True)
class Running:
    """A server in a process of its own, and what it has taken so far."""

    port: int
    file: Path

    def deliveries(self) -> list[Delivery]:
        """Return every message it took, in its order."""
        lines = self.file.read_text(encoding="utf-8").splitlines()
        parts = [line.split(" ") for line in lines]
        return [Delivery(float(at), to, name, digest) for at, to, name, digest in parts]

    def count(self) -> int:
        """Return how many messages it took."""
        return self.file.read_bytes().count(b"\n")


@contextmanager
def running(delay: float = 0.0) -> Iterator[Running]:
    """Start a server that waits `delay` seconds before it takes a message, and end it."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "taken"
        file.touch()
        command = [sys.executable, __file__, str(delay), str(file)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            if server.stdout is None:
                raise SystemExit("the server cannot say its port")
            port = int(server.stdout.readline())
            try:
                yield Running(port, file)
            finally:
                server.terminate()


class Sink:
    """Takes every message, after a while."""

    def __init__(self, delay: float, file: Path) -> None:
        self._delay = delay
        self._file = file.open("a", encoding="utf-8", buffering=1)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - named by aiosmtpd
        """Note the message, and say that it is taken."""
        content: Any = envelope.content
        if self._delay:
            await asyncio.sleep(self._delay)
        name = message_from_bytes(content)["Message-ID"]
        digest = hashlib.sha256(content).hexdigest()
        self._file.write(f"{time.time():.4f} {envelope.rcpt_tos[0]} {name} {digest}\n")
        return "250 2.0.0 taken"


async def _serve(delay: float, file: Path) -> None:
    sink = Sink(delay, file)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), Path(sys.argv[2])))
