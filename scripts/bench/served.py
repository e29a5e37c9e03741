"""Kring as it is run, `flask serve` with all its processes, and somebody who asks it for pages."""

import gzip
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from figures import ROOT

HOST = "127.0.0.1"
STARTS_WITHIN, QUIET_WITHIN = 60.0, 600.0
SILENCE = 30.0
IDLE = 0.03  # of a processor, which looking for work takes
FORM, MARK, GZIP = "application/x-www-form-urlencoded", "kring-bench", b"\x1f\x8b"
HIDDEN = re.compile(r'<input[^>]*type="hidden"[^>]*>')
NAME, VALUE = re.compile(r'name="([^"]*)"'), re.compile(r'value="([^"]*)"')


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


@contextmanager
def process(command: list[str], port: int, **settings: str) -> Iterator[int]:
    """Run a server inside a `with` block, from when it answers; give its process id."""
    log = Path(settings.get("KRING_DATA", "/tmp")) / f"server-{port}.log"  # noqa: S108 - beside it
    # Modules are compiled once, as where Kring is installed.
    cleared = {"PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(log.parent / "compiled")}
    environment = {**os.environ, **cleared, **settings}
    with log.open("wb") as out:
        running = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out)
    try:
        _wait(running, port, log)
        yield running.pid
    finally:
        running.send_signal(signal.SIGTERM)
        try:
            running.wait(40)
        except subprocess.TimeoutExpired:
            running.kill()


@contextmanager
def kring(port: int, **settings: str) -> Iterator[int]:
    """Run `flask serve` inside a `with` block; give the id of its first process."""
    flask = [sys.executable, "-m", "flask", "--app", "crm", "serve", "--port", str(port)]
    with process(flask, port, **settings) as pid:
        yield pid


def hidden_fields(page: str) -> dict[str, str]:
    """Return what the forms of a page carry along unseen."""
    found = [(NAME.search(one), VALUE.search(one)) for one in HIDDEN.findall(page)]
    return {name[1]: value[1] for name, value in found if name and value}


def family(pid: int) -> list[int]:
    """Return a process and all that it has started, directly or through others."""
    below: list[int] = []
    # Each thread has its own: background work is begun by one.
    for told in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):  # it has ended
            below += map(int, told.read_text(encoding="ascii").split())
    return [pid, *(other for child in below for other in family(child))]


def processor_seconds(pid: int) -> float:
    """Return the processor time that a process and those below it have taken so far."""
    taken = 0
    for one in family(pid):
        for thread in Path(f"/proc/{one}/task").glob("*/schedstat"):
            with suppress(OSError):  # it has ended
                taken += int(thread.read_text(encoding="ascii").split()[0])
    return taken / 1e9


def wait_until_quiet(pid: int) -> None:
    """Wait until a server and its background work have nothing more to do."""
    until = time.monotonic() + QUIET_WITHIN
    before = processor_seconds(pid)
    while time.monotonic() < until:
        time.sleep(3)
        now = processor_seconds(pid)
        if 0 <= now - before < IDLE * 3:  # less where a process ended meanwhile
            return
        before = now
    raise SystemExit("background work does not end")


def _wait(running: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and running.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(log.read_text(encoding="utf-8", errors="replace"))


class Reader:
    """Somebody who is signed in and asks for pages over one connection that stays open."""

    def __init__(self, port: int, cookie: str = "", *, packed: bool = True) -> None:
        self._connection = HTTPConnection(HOST, port, timeout=120)
        self._cookies = dict([cookie.split("=", 1)]) if cookie else {}
        self._used = time.monotonic()
        self._packed = {"Accept-Encoding": "gzip"} if packed else {}

    def get(self, address: str) -> bytes:
        """Return a page as it came; whatever is no page ends the measurement."""
        return self._ask("GET", address)[1]

    def text(self, address: str) -> str:
        """Return a page as text."""
        page = self.get(address)
        return (gzip.decompress(page) if page[:2] == GZIP else page).decode()

    def send_file(self, address: str, fields: Mapping[str, str], content: bytes) -> str:
        """Send a form with a list as a file, and return where it leads."""
        name = "Content-Disposition: form-data; name"
        parts = [
            f'--{MARK}\r\n{name}="{key}"\r\n\r\n{value}\r\n'
            for key, value in fields.items()
            if key != "file"
        ]
        parts.append(f'--{MARK}\r\n{name}="file"; filename="list.csv"\r\n\r\n')
        body = "".join(parts).encode() + content + f"\r\n--{MARK}--\r\n".encode()
        return self._ask("POST", address, body, f"multipart/form-data; boundary={MARK}")[0]

    def post(self, address: str, fields: Mapping[str, str]) -> str:
        """Send a form and return where it leads."""
        body = urlencode(fields).encode()
        return self._ask("POST", address, body)[0]

    def _ask(
        self, method: str, address: str, body: bytes | None = None, kind: str = FORM
    ) -> tuple[str, bytes]:
        headers = {**self._packed}
        if self._cookies:
            headers["Cookie"] = "; ".join(
                f"{name}={value}" for name, value in self._cookies.items()
            )
        if body is not None:
            headers["Content-Type"] = kind
        if time.monotonic() - self._used > SILENCE:
            self._connection.close()  # as the server did or soon will; it opens again by itself
        self._used = time.monotonic()
        self._connection.request(method, address, body, headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status != (200 if body is None else 303):
            raise SystemExit(f"{method} {address} gave {answer.status}: {content[:2000]!r}")
        for line in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = line.split(";", 1)[0].partition("=")
            self._cookies[name] = value
        return answer.headers.get("Location", ""), content
