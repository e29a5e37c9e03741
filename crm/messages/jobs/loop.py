"""The loop of one worker: claim, look once more, hand over, note; one connection at a time."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sqlalchemy import delete
from sqlalchemy.exc import OperationalError

from crm.core import clock, leases, mail
from crm.core.db import Database, add_missing, asked_once, change_many, session, unit_of_work
from crm.core.permissions import system
from crm.messages.jobs import claiming, limits, results
from crm.messages.jobs.checking import Look, Stopped, check_all
from crm.messages.jobs.claiming import RENEWED_BELOW, Claimed
from crm.messages.jobs.relay import Files, Handover, Relay, Sealed, Way
from crm.messages.models import WorkerHeartbeat
from crm.messages.rules.server import Lane, lanes, server
from crm.messages.rules.server_replies import HANDED_OVER, Stage, Verdict

EVERY = 20.0
_FORGOTTEN = timedelta(days=1)


def beat(database: Database, worker: str) -> None:
    """Give a sign of life; forget workers that gave none for a day."""
    now = clock.now()
    with database.opened(), unit_of_work(system(), "messages.beat"):
        if not add_missing(WorkerHeartbeat, [{"worker": worker, "at": now}], unique=["worker"]):
            change_many(WorkerHeartbeat, WorkerHeartbeat.worker == worker, {"at": now})
        session().execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.at < now - _FORGOTTEN))


MOST_CLAIMED = 50
# As many are claimed as leave in this time, so that what is urgent never waits behind more.
CLAIMED_SECONDS = 2.0
LONGEST_IDLE = 1.0
KEPT_OPEN = 10.0
_log = logging.getLogger("kring.mail")
Around = Callable[[], AbstractContextManager[object]]


class Deliverer:
    """One worker that hands messages over, in a thread of the server or of a process of its own."""

    def __init__(self, database: Database, around: Around, seconds: float) -> None:
        """
        Prepare a worker.

        :param around: gives the context (language, application) in which messages are written
        :param seconds: how long to wait when there is nothing to do, at most
        """
        self._database = database
        self._around = around
        self._idle = min(seconds, LONGEST_IDLE)
        self._owner = secrets.token_hex(8)
        self._stop = threading.Event()
        self._ways: dict[str, Way] = {}
        self._used_at = 0.0
        self._beaten_at = -EVERY
        self._pace = 0.0
        self._was_away = True

    def run(self) -> None:
        """Work until told to stop; the message at hand is finished first."""
        while not self._stop.is_set():
            try:
                worked = self.round()
            except Exception:  # noqa: BLE001 - the loop outlives a database that is away
                _log.exception("the worker could not reach its messages")
                worked = False
            if not worked:
                self._stop.wait(self._idle)
        self._leave()

    def stop(self) -> None:
        """Ask the loop to end."""
        self._stop.set()

    def round(self) -> bool:
        """Hand over what is due, a handful at most; whether there was anything."""
        with self._around():
            if time.monotonic() - self._beaten_at >= EVERY:
                beat(self._database, self._owner)
                self._beaten_at = time.monotonic()
            worked = [self._work(lane) for lane in lanes()]  # all of them, each time
            return any(worked)

    def _work(self, lane: Lane) -> bool:
        most = max(1, min(MOST_CLAIMED, int(CLAIMED_SECONDS / max(self._pace, 0.001))))
        claimed = claiming.claim(self._database, self._owner, lane, most)
        if not claimed:
            # Opening costs more than the message; but a server soon minds one who says nothing.
            if lane.name in self._ways and time.monotonic() - self._used_at > KEPT_OPEN:
                self._close(lane)
            return False
        began = time.monotonic()
        left = list(claimed)
        try:
            with asked_once():
                unused = self._deliver_all(lane, left)
        except BaseException:
            self._close(lane)
            claiming.release(self._database, self._owner)
            raise
        if left:
            claiming.release(self._database, self._owner)
        limits.give_unused_back(self._database, lane, unused + len(left))
        self._used_at = time.monotonic()
        self._pace = (self._used_at - began) / len(claimed)
        return True

    def _deliver_all(self, lane: Lane, left: list[Claimed]) -> int:
        """Take messages out of the list one by one; return how many were not sent after all."""
        unused, held_until = 0, leases.ends()
        checked = check_all(self._database, left)
        while left and not self._stop.is_set():
            if held_until - clock.now() < RENEWED_BELOW:
                claiming.renew(self._database, self._owner)
                held_until = leases.ends()
            claimed = left.pop(0)
            outcome = self._deliver(lane, claimed, checked[claimed.id])
            if outcome is None or outcome.verdict is Verdict.LOST:
                unused += 1
            elif outcome.verdict is Verdict.AWAY:
                break
        return unused

    def _deliver(self, lane: Lane, claimed: Claimed, look: Look) -> Handover | None:
        """Hand one message over; return nothing if it is not sent after all."""
        sealed = self._sealed(claimed, look)
        if sealed is None:
            return None
        sent = replace(claimed, address=sealed.address)
        begin = partial(results.begin, self._database, sent, sealed)
        if lane.name not in self._ways:
            settings = mail.settings()
            self._ways[lane.name] = (
                Files(settings.folder) if lane.to_files else Relay(server(settings.server))
            )
        outcome = self._ways[lane.name].hand_over(sealed, begin)
        if outcome.verdict is Verdict.AWAY:
            self._close(lane)
            self._was_away = True
            until = limits.failed(self._database, lane, outcome.reply.told)
            _log.warning("%s is left alone: %s", lane.name, outcome.reply.told)
            if outcome.stage is not Stage.CONNECT:
                # Others go first next time, in case it is this message that the server cannot take.
                until += until - clock.now()
            results.put_off(self._database, sent, until)
        elif outcome.verdict is Verdict.LOST:
            _log.info("message %s was taken back before it left", claimed.id)
        else:
            results.note(self._database, sent, outcome)
            if self._was_away and outcome.verdict in HANDED_OVER:
                limits.succeeded(self._database, lane)
                self._was_away = False
        return outcome

    def _sealed(self, claimed: Claimed, look: Look) -> Sealed | None:
        try:
            checked = look()
        except OperationalError:
            raise
        except Exception as failure:  # noqa: BLE001 - one message must not hold up the others
            results.fail(self._database, claimed, failure)
            return None
        if isinstance(checked, Stopped):
            results.stop(self._database, claimed, checked)
            return None
        return checked

    def _close(self, lane: Lane) -> None:
        way = self._ways.pop(lane.name, None)
        if way is not None:
            way.close()
            if lane.is_limited:
                limits.free(self._database, self._owner)

    def _leave(self) -> None:
        try:
            for way in self._ways.values():
                way.close()
            limits.free(self._database, self._owner)
            with self._database.opened(), unit_of_work(system(), "messages.end"):
                mine = WorkerHeartbeat.worker == self._owner
                session().execute(delete(WorkerHeartbeat).where(mine))
        except Exception:  # noqa: BLE001 - its leases end by themselves
            _log.exception("the worker could not say goodbye")


def deliverers(database: Database, around: Around, seconds: float) -> list[Deliverer]:
    """Return the workers of one process: as many as the mail server allows connections."""
    most = max(1, *(lane.preset.connections for lane in lanes()))
    return [Deliverer(database, around, seconds) for _number in range(most)]
