"""The processes of a server: one that dies is replaced, and what was asked is answered first."""

import http.client
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from crm.core.processes import FOR_GOOD
from tests.faults.serving_slowly import AGAIN, AT_WORK, READY
from tests.faults.test_killed import PATIENCE, ROOT, await_line, free_port

pytestmark = pytest.mark.serial


class Served:
    """A running server of several processes."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process, self._port = process, port
        self.answers: list[str] = []

    def ask(self, path: str) -> str:
        """Return what is answered."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().read().decode()
        finally:
            connection.close()

    def asking(self, path: str) -> threading.Thread:
        """Ask beside what comes next, and keep the answer."""
        thread = threading.Thread(target=lambda: self.answers.append(self.ask(path)))
        thread.start()
        return thread

    def is_gone(self) -> bool:
        """Whether none of its processes is left."""
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False


@pytest.fixture
def served() -> Iterator[Served]:
    """A server that has said that it listens and does its other work."""
    with _running() as (process, port):
        await_line(process, READY)
        await_line(process, AGAIN)
        yield Served(process, port)


@contextmanager
def _running() -> Iterator[tuple[subprocess.Popen[str], int]]:
    port = free_port()
    words = [sys.executable, "-m", "tests.faults.serving_slowly", str(port)]
    process = subprocess.Popen(
        words, cwd=ROOT, start_new_session=True, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process, port
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=PATIENCE)


def in_time(is_so: Callable[[], bool]) -> bool:
    """Whether something becomes so."""
    until = time.monotonic() + PATIENCE
    while not is_so() and time.monotonic() < until:
        time.sleep(0.02)
    return is_so()


def test_what_is_killed_is_replaced_and_what_was_asked_is_answered_before_the_end(
    served: Served,
) -> None:
    killed = _children(served.process.pid)
    for child in killed:
        os.kill(child, signal.SIGKILL)
    await_line(served.process, "ended with -9 and is replaced")
    await_line(served.process, AGAIN)

    asking = served.asking("/slow")
    await_line(served.process, AT_WORK)
    for impatient in (signal.SIGINT, signal.SIGTERM):
        os.killpg(served.process.pid, impatient)  # as Ctrl-C reaches all of them
    asking.join()

    assert len(killed) == 3
    assert served.answers == ["answered"]
    assert served.process.wait(PATIENCE) == 0
    assert served.is_gone()


def test_none_outlives_the_one_that_watches(served: Served) -> None:
    served.process.send_signal(signal.SIGKILL)
    served.process.wait(PATIENCE)

    assert in_time(served.is_gone)


def test_one_that_must_not_be_started_again_ends_all(served: Served) -> None:
    with pytest.raises(OSError, match="closed"):
        served.ask("/never-again")

    assert served.process.wait(PATIENCE) == FOR_GOOD
    assert served.is_gone()


def _children(parent: int) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()]
