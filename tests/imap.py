"""A small IMAP server for tests: one mailbox over a real socket, as far as Kring reads it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


class Mailbox:
    """What is in the mailbox, and which of it was read."""

    def __init__(self, *messages: bytes) -> None:
        self.messages = list(messages)
        self.seen: set[int] = set()
        self.password = "geheim"

    @property
    def unseen(self) -> list[int]:
        """The numbers of what nobody has read."""
        return [n for n in range(1, len(self.messages) + 1) if n not in self.seen]


class _Handler(socketserver.StreamRequestHandler):
    mailbox: Mailbox

    def handle(self) -> None:
        """Speak until somebody logs out."""
        self._say("* OK ready")
        for line in self.rfile:
            tag, command = line.decode().rstrip("\r\n").split(" ", 1)
            verb = command.upper().removeprefix("UID ").split(" ")[0]
            getattr(self, f"_{verb.lower()}", self._unknown)(tag, command)
            if verb == "LOGOUT":
                return

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def _unknown(self, tag: str, _command: str) -> None:
        self._say(f"{tag} BAD what?")

    def _capability(self, tag: str, _command: str) -> None:
        self._say("* CAPABILITY IMAP4rev1")
        self._say(f"{tag} OK done")

    def _login(self, tag: str, command: str) -> None:
        is_right = command.endswith(f'"{self.mailbox.password}"')
        self._say(f"{tag} OK done" if is_right else f"{tag} NO wrong password")

    def _select(self, tag: str, _command: str) -> None:
        self._say(f"* {len(self.mailbox.messages)} EXISTS")
        self._say(f"{tag} OK [READ-WRITE]")

    def _search(self, tag: str, _command: str) -> None:
        self._say(f"* SEARCH {' '.join(map(str, self.mailbox.unseen))}".rstrip())
        self._say(f"{tag} OK done")

    def _fetch(self, tag: str, command: str) -> None:
        number = self._number(command)
        asked = re.search(r"<0\.(\d+)>", command)
        assert asked
        raw = self.mailbox.messages[number - 1][: int(asked[1])]
        self._say(f"* {number} FETCH (UID {number} BODY[]<0> {{{len(raw)}}}")
        self.wfile.write(raw + b")\r\n")
        self._say(f"{tag} OK done")

    def _store(self, tag: str, command: str) -> None:
        self.mailbox.seen.add(self._number(command))
        self._say(f"{tag} OK done")

    def _logout(self, tag: str, _command: str) -> None:
        self._say("* BYE")
        self._say(f"{tag} OK done")

    def _number(self, command: str) -> int:
        found = re.search(r"\d+", command)
        assert found
        return int(found[0])


@contextmanager
def serving(mailbox: Mailbox) -> Iterator[str]:
    """Serve until the end of a `with` block; gives the address for KRING_BOUNCE_MAILBOX."""
    handler = type("Handler", (_Handler,), {"mailbox": mailbox})
    with socketserver.ThreadingTCPServer((HOST, 0), handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"imap://kring:{mailbox.password}@{HOST}:{server.server_address[1]}/INBOX"
        finally:
            server.shutdown()
            thread.join()
