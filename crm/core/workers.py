"""Workers: the loop over due jobs, in a thread of the server or a process of its own."""

import logging
import secrets
import threading
from collections.abc import Callable
from typing import Any

from crm.core.db import Database
from crm.core.jobs import run_due

_log = logging.getLogger("kring.worker")


class Worker:
    """The loop over due jobs, in a thread of the server or a process of its own."""

    def __init__(
        self,
        database: Database,
        around: Callable[[], Any],
        seconds: float,
        *,
        only_short: bool = False,
    ) -> None:
        """
        Prepare a worker.

        :param around: gives the context (language, application) in which each job runs
        :param seconds: how long to wait when there is nothing to do
        :param only_short: whether it leaves alone what may take minutes
        """
        self._database = database
        self._around = around
        self._seconds = seconds
        self._only_short = only_short
        self._owner = secrets.token_hex(8)
        self._stop = threading.Event()

    def run(self) -> None:
        """Work until told to stop; the job at hand is finished first."""
        while not self._stop.is_set():
            try:
                with self._around():
                    worked = run_due(self._database, self._owner, only_short=self._only_short)
            except Exception:  # noqa: BLE001 - the loop outlives a database that is away
                _log.exception("the worker could not reach its work")
                worked = False
            if not worked:
                self._stop.wait(self._seconds)

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stop.set()
