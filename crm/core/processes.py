"""Several processes that do one thing each, and one that sees to it that they live."""

import gc
import logging
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Protocol

PATIENCE = 30.0
"""Seconds in which whoever was told to stop ends what is at hand."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0
STEADY = 60.0
"""Seconds of life after which an end counts as the first one again."""
FOR_GOOD = 3
"""Status of a process that must not be started again: then all of them end with it."""
TOLD = (signal.SIGTERM, signal.SIGINT)
_log = logging.getLogger("kring.processes")


class Task(Protocol):
    """What one process does until it is told to stop."""

    def run(self) -> None:
        """Work; what is at hand is ended first."""

    def stop(self) -> None:
        """Ask it to end; called in the middle of anything, by a signal."""


@dataclass(slots=True)
class _Place:
    """One process that should be there, and since when it is, or from when on it should be."""

    name: str
    make: Callable[[], Task]
    process: BaseProcess | None = None
    at: float = field(default_factory=time.monotonic)
    pause: float = FIRST_PAUSE


class Processes:
    """
    The processes of one server, each forked from this one.

    They share the memory of what was there before, so whatever must not be shared (connections,
    threads) is made by the task in its own process. One that dies is replaced after a pause, which
    grows as long as they die young. When this process is killed, they end by themselves.
    """

    def __init__(self, tasks: Mapping[str, Callable[[], Task]]) -> None:
        """
        Prepare processes.

        :param tasks: by name of the process, what makes its task, called in that process
        """
        self._places = [_Place(name, make) for name, make in tasks.items()]
        # Forked once all is loaded, they share it: four took 265 MB together (ADR 23).
        self._kind = multiprocessing.get_context("fork")
        self._is_told = False
        self._bell, self._ring = os.pipe()
        self._life, self._alive = os.pipe()
        self._status = 0

    def run(self, ending: Callable[[], None] = lambda: None) -> int:
        """
        Keep all of them alive until told to stop by a signal, and return the status to end with.

        :param ending: called before they are told
        """
        gc.collect()
        gc.freeze()  # Else the collector would touch, and so copy, memory that they share.
        for number in TOLD:
            signal.signal(number, self._tell)
        try:
            while not self._is_told:
                now = time.monotonic()
                for place in self._places:
                    if place.process is None and place.at <= now:
                        self._start(place)
                ends = [place.process.sentinel for place in self._places if place.process]
                due = [place.at for place in self._places if place.process is None]
                wait([self._bell, *ends], max(0.0, min(due) - time.monotonic()) if due else None)
                self._replace_dead()
        finally:
            ending()
            self._end()
        return self._status

    def _tell(self, _number: int, _frame: FrameType | None) -> None:
        self._is_told = True
        # Wakes the loop, which waits for an end or for this bell.
        os.write(self._ring, b"!")

    def _start(self, place: _Place) -> None:
        # What is told between the fork and the first line of the process would be lost on it.
        signal.pthread_sigmask(signal.SIG_BLOCK, TOLD)
        try:
            place.process = self._kind.Process(target=self._live, args=(place,), name=place.name)
            place.process.start()
            place.at = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)

    def _replace_dead(self) -> None:
        for place in self._places:
            if place.process is None or place.process.is_alive() or self._is_told:
                continue
            status, now = place.process.exitcode, time.monotonic()
            if status == FOR_GOOD:
                self._is_told, self._status = True, FOR_GOOD
                return
            place.pause = FIRST_PAUSE if now - place.at >= STEADY else place.pause
            told = (place.name, place.process.pid, status, place.pause)
            _log.warning("process %s (%s) ended with %s and is replaced in %s s", *told)
            place.process, place.at = None, now + place.pause
            place.pause = min(place.pause * 2, LONGEST_PAUSE)

    def _end(self) -> None:
        left = [place.process for place in self._places if place.process is not None]
        # All are told before one is waited for, so that their patience runs out at the same time.
        for process in left:
            process.terminate()
        until = time.monotonic() + PATIENCE
        for process in left:
            process.join(max(0.0, until - time.monotonic()))
        for process in left:
            if process.is_alive():
                _log.warning("process %s (%s) did not end in time", process.name, process.pid)
                process.kill()
                process.join()

    def _live(self, place: _Place) -> None:
        """Do the task of a place; the first line of the new process."""
        # The fork has this end of the pipe too: left open, nobody would see that the parent is
        # gone.
        os.close(self._alive)
        task = place.make()
        for number in TOLD:
            signal.signal(number, lambda _number, _frame: task.stop())
        threading.Thread(target=self._end_with_parent, daemon=True).start()
        # What was told since the fork arrives only now, where somebody hears it.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, TOLD)
        task.run()

    def _end_with_parent(self) -> None:
        os.read(self._life, 1)  # Nobody ever writes; it returns once the other end is gone.
        os.kill(os.getpid(), signal.SIGTERM)
        # Nobody is left who would kill it if it did not end in time.
        time.sleep(PATIENCE)
        os._exit(1)
