"""
A job in a process of its own, which takes the memory that it needed along when it ends.

It comes after pages in line for a processor, and it ends with the worker that began it: a worker
that is killed leaves nobody behind who works on without a lease.
"""

import os
import subprocess
import sys
import threading
from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from crm.core import mail

COMMAND = "carry-out"
LOOKED_EVERY = 0.2
"""Seconds between two looks whether such a process has ended, or the worker was told to stop."""
PATIENCE = 5.0
"""Seconds in which it may end by itself once its worker was told to stop."""
POLITENESS = 5
"""How far it stands back for pages: on a busy processor it gets a third of what they get."""
_ROOT = Path(__file__).parents[2]


class Ending(StrEnum):
    """How the process of a job ended."""

    DONE = "done"
    KILLED = "killed"
    STOPPED = "stopped"


def run(job_id: int, owner: str, /, *, told: threading.Event) -> Ending:
    """
    Let a claimed job be done by a process of its own, and wait for its end.

    :param told: is set once the worker is told to stop
    """
    # Begun anew and not forked, which a process with threads may not be (ADR 25).
    command = [sys.executable, "-m", "flask", "--app", "crm", COMMAND, str(job_id), owner]
    # The system closes the pipe when the worker ends, by `kill -9` too: so the job sees it.
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    # What a server learned at its start: where people reach it.
    learned = {"KRING_BASE_URL": mail.settings().base_url}
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), **learned}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        waited = 0.0
        while process.poll() is None:
            if told.wait(LOOKED_EVERY):
                waited += LOOKED_EVERY
                with suppress(subprocess.TimeoutExpired):
                    process.wait(LOOKED_EVERY)
            if waited >= PATIENCE:
                process.kill()
                process.wait()
                return Ending.STOPPED
    if process.returncode == 0:
        return Ending.DONE
    # What ends once the worker was told to stop is no failure of the job, and costs it no attempt.
    return Ending.STOPPED if told.is_set() else Ending.KILLED


def stand_back() -> None:
    """Stand back for pages, and end with the worker that began this process."""
    os.nice(POLITENESS)
    threading.Thread(target=_end_with_worker, daemon=True).start()


def _end_with_worker() -> None:
    os.read(sys.stdin.fileno(), 1)  # it ends when the worker does
    # `sys.exit` would end this thread only.
    os._exit(1)
