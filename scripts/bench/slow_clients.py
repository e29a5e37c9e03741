"""
A page for another client while 200 requests wait half sent and 100 bodies come a byte a second.

Quiet and attacked in turn on one running Kring, over the loopback, each request on a connection of
its own: the 95th percentile against quiet.
"""

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from figures import ROOT, Figures
from starting import free_port, served

HEADERS, BODIES = 200, 100
HALF_A_REQUEST = b"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: "
HALF_A_FORM = (
    b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 900\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)
TURNS, ASKED = 3, 80
PATIENCE = 10.0
WORSE = 2.0


def main() -> None:
    """Attack a Kring of its own, and tell what another client notices."""
    figures, port = Figures(), free_port()
    quiet, attacked = [], []
    with tempfile.TemporaryDirectory() as data, running(data, port):
        ask(port)  # what is only done once
        for _turn in range(TURNS):
            quiet += ask(port)
            with attacking(port):
                attacked += ask(port)
    before, meanwhile = percentile(quiet), percentile(attacked)
    figures.told("quiet, 95th percentile", before * 1000, "ms", f"{len(quiet)} pages")
    figures.told("attacked, 95th percentile", meanwhile * 1000, "ms", f"{len(attacked)} pages")
    detail = f"{HEADERS} half-sent headers, {BODIES} bodies of a byte a second"
    figures.at_most("attacked against quiet", meanwhile / before, WORSE, "times", detail)
    figures.exactly("not answered", sum(one >= PATIENCE for one in attacked), 0)
    figures.leave()


@contextmanager
def running(data: str, port: int) -> Iterator[None]:
    """Serve a fresh Kring until the end of a `with` block."""
    words = ["-m", "flask", "--app", "crm", "serve", "--port", str(port)]
    environment = {**os.environ, "KRING_DATA": data}
    server = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        if not served(port, time.monotonic() + 60):
            raise SystemExit("the page was not served")
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)


@contextmanager
def attacking(port: int) -> Iterator[None]:
    """Hold connections until the end of a `with` block, and send a byte a second on some."""
    ended = threading.Event()
    slow = [_connected(port, HALF_A_REQUEST) for _number in range(HEADERS)]
    bodies = [_connected(port, HALF_A_FORM) for _number in range(BODIES)]
    dripping = threading.Thread(target=_drip, args=(bodies, ended))
    dripping.start()
    try:
        time.sleep(1)
        yield
    finally:
        ended.set()
        dripping.join()
        for one in slow + bodies:
            one.close()
        time.sleep(0.5)


def _connected(port: int, beginning: bytes) -> socket.socket:
    made = socket.create_connection(("127.0.0.1", port), PATIENCE)
    made.sendall(beginning)
    return made


def _drip(bodies: list[socket.socket], ended: threading.Event) -> None:
    while not ended.wait(1):
        for body in bodies:
            with contextlib.suppress(OSError):
                body.send(b"x")


def ask(port: int) -> list[float]:
    """Return how long each of some pages takes; what is not answered takes the whole patience."""
    taken: list[float] = []
    while len(taken) < ASKED and sum(taken) < 3 * PATIENCE:
        begun = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        try:
            connection.request("GET", "/sign-in")
            connection.getresponse().read()
            taken.append(time.perf_counter() - begun)
        except (OSError, http.client.HTTPException):
            taken.append(PATIENCE)
        finally:
            connection.close()
        time.sleep(0.01)
    return taken


def percentile(taken: list[float]) -> float:
    """Return the time below which 95 of 100 stay."""
    return sorted(taken)[int(len(taken) * 0.95) - 1]


if __name__ == "__main__":
    main()
