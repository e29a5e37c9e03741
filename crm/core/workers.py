"""Workers: the loop over due jobs, in a thread of the server or a process of its own."""

import logging
import math
import secrets
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from crm.core import migrations
from crm.core.db import Database
from crm.core.job_process import Ending
from crm.core.jobs import run_due
from crm.core.migrations import OtherSchema

SCHEMA_SEEN_EVERY = 60.0
"""Seconds between two times that it is asked which schema the database has."""

_log = logging.getLogger("kring.worker")


class Apart(Protocol):
    """Lets a claimed job be done by a process of its own, until it ends or `told` is set."""

    def __call__(self, job_id: int, owner: str, /, *, told: threading.Event) -> Ending:
        """Return how it ended."""


class Worker:
    """
    The loop over due jobs.

    :ivar refusal: why it ended by itself, if it did
    """

    def __init__(
        self,
        database: Database,
        around: Callable[[], Any],
        seconds: float,
        *,
        only_short: bool = False,
        apart: Apart | None = None,
    ) -> None:
        """
        Prepare a worker.

        :param around: gives the context (language, application) in which each job runs
        :param seconds: how long to wait when there is nothing to do
        :param only_short: whether it leaves alone what may take minutes
        :param apart: lets a long job be done by a process of its own
        """
        self._database = database
        self._around = around
        self._seconds = seconds
        self._only_short = only_short
        self._owner = secrets.token_hex(8)
        self._stop = threading.Event()
        self._apart = partial(apart, told=self._stop) if apart is not None else None
        self._seen_at = -math.inf
        self.refusal = ""

    def run(self) -> None:
        """
        Work until told to stop; the job at hand is finished first.

        It ends by itself where another Kring brought the database to a schema of its own: what this
        one would write there is no longer what is read.
        """
        while not self._stop.is_set():
            try:
                # Not only at the start: another Kring may bring the database further while this one
                # works.
                now = time.monotonic()
                if now - self._seen_at >= SCHEMA_SEEN_EVERY:
                    with self._database.opened() as session:
                        migrations.refuse_other(session.connection())
                    self._seen_at = now
                with self._around():
                    worked = run_due(
                        self._database, self._owner, only_short=self._only_short, apart=self._apart
                    )
            except OtherSchema as refusal:
                self.refusal = str(refusal)
                return
            except Exception:  # noqa: BLE001 - the loop outlives a database that is away
                _log.exception("the worker could not reach its work")
                worked = False
            if not worked:
                self._stop.wait(self._seconds)

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stop.set()
