"""
A mail server that takes everything, in a process of its own: what is delivered to is measured.

Start it with `python scripts/bench/sink.py DELAY FILE`: it waits DELAY seconds before it takes a
message, adds a line `recipient message-id sha256` to FILE, and prints its port.
"""

import asyncio
import hashlib
import sys
from email import message_from_bytes
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session


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
        self._file.write(f"{envelope.rcpt_tos[0]} {name} {hashlib.sha256(content).hexdigest()}\n")
        return "250 2.0.0 taken"


async def _serve(delay: float, file: Path) -> None:
    sink = Sink(delay, file)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(sink, loop=loop), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), Path(sys.argv[2])))
