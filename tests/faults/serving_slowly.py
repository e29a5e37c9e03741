"""A server of two processes and one more, to be stopped and killed: `python -m … PORT`."""

import os
import signal
import sys
import threading
import time

from flask import Flask

from crm.core.processes import FOR_GOOD, Processes
from crm.web.serving import Server, bound

READY, AT_WORK, AGAIN = "listening", "at work", "works"
app = Flask(__name__)


class Waiting:
    """A task that does nothing until it is told to stop, and says when it begins."""

    def __init__(self) -> None:
        self._told = threading.Event()

    def run(self) -> None:
        """Wait."""
        _say(AGAIN)
        while not self._told.wait(0.05):
            pass

    def stop(self) -> None:
        """End."""
        self._told.set()


@app.get("/slow")
def slow() -> str:
    """Say that it is at work, and answer a second later."""
    _say(AT_WORK)
    time.sleep(1)
    return "answered"


@app.get("/never-again")
def never_again() -> str:
    """End this process, and say that there is no use in another one."""
    os._exit(FOR_GOOD)


def _say(word: str) -> None:
    print(word, flush=True)  # noqa: T201 - the test listens


def main() -> None:
    """Serve until told to stop."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(9))
    signal.alarm(60)  # Should the test be killed itself, nothing stays behind.
    sockets = bound("127.0.0.1", int(sys.argv[1]))
    _say(READY)
    pages = {f"pages {number}": lambda: Server(app, sockets) for number in range(2)}
    sys.exit(Processes({**pages, "waiting": Waiting}).run(sockets[0].close))


if __name__ == "__main__":
    main()
