"""Background work: a row written with its cause, claimed under a lease, run once it is due."""

import logging
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, delete, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock, leases
from crm.core.db import (
    Database,
    enum_type,
    hold,
    project_scope,
    session,
    unit_of_work,
)
from crm.core.job_process import Ending
from crm.core.leases import LEASE, OPTIONS, Leased
from crm.core.permissions import system

RENEWED_EVERY = timedelta(minutes=1)
MOST_ATTEMPTS = 5
LONGEST_PAUSE = timedelta(minutes=2**MOST_ATTEMPTS)
_log = logging.getLogger("kring.worker")


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Leased):
    """One piece of background work."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "due_at"),)

    kind: Mapped[str]
    project_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.QUEUED)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")


class WorkerKilled(Exception):
    """Each worker that tried a job was killed at it, as by its memory running out."""


class Claimed(NamedTuple):
    """A job that somebody holds."""

    id: int
    kind: str
    attempts: int


def enqueue(
    kind: str,
    payload: Mapping[str, Any] | None = None,
    *,
    project_id: int | None = None,
    due_at: datetime | None = None,
) -> Job:
    """Write a job in the transaction of its cause."""
    job = Job(
        kind=kind, payload=dict(payload or {}), project_id=project_id, due_at=due_at or clock.now()
    )
    session().add(job)
    return job


def forget(kind: str, key: str, number: int) -> None:
    """Take back, inside a command, the jobs of a kind that wait and whose payload says this."""
    waiting = (Job.kind == kind) & (Job.state == JobState.QUEUED)
    about = Job.payload[key].as_integer() == number
    session().execute(delete(Job).where(waiting, about), execution_options=OPTIONS)


Handler = Callable[[Mapping[str, Any]], None]
_handlers: dict[str, Handler] = {}
_given_up: dict[str, Handler] = {}
_recurring: dict[str, timedelta] = {}
_long: set[str] = set()
_needed: dict[str, Callable[[], bool]] = {}
_tried_before: ContextVar[tuple[int, str] | None] = ContextVar("kring_tried_before", default=None)
"""The job at hand and its worker, if an earlier try of it was cut short."""


def register(  # noqa: PLR0913 - what a manifest may say of a kind
    kind: str,
    handler: Handler,
    *,
    every: timedelta | None = None,
    given_up: Handler | None = None,
    is_long: bool = False,
    is_needed: Callable[[], bool] | None = None,
) -> None:
    """
    Let `handler` do the jobs of `kind`.

    :param every: after so long such a job comes back by itself
    :param given_up: called for a job that failed for the last time, to tell who waits for it
    :param is_long: whether one may take minutes: those of other kinds need not wait for it, and a
        server lets it be done by a process of its own
    :param is_needed: says before that is begun, in a moment, whether there is anything to do
    """
    _handlers[kind] = handler
    if is_needed is not None:
        _needed[kind] = is_needed
    if given_up is not None:
        _given_up[kind] = given_up
    if is_long:
        _long.add(kind)
    if every is not None:
        _recurring[kind] = every


def reset_attempts() -> None:
    """Keep, between two parts of the job at hand, that it got on: earlier tries count no more."""
    at_hand = _tried_before.get()
    if at_hand is None:
        return
    job_id, owner = at_hand
    with unit_of_work(system(), "jobs.reset_attempts"):
        own = update(Job).where(Job.id == job_id, Job.lease_owner == owner)
        session().execute(own.values(attempts=1), execution_options=OPTIONS)
    _tried_before.set(None)


def run_due(
    database: Database,
    owner: str,
    *,
    only_short: bool = False,
    kind: str | None = None,
    apart: Callable[[int, str], Ending] | None = None,
) -> bool:
    """
    Claim and run one due job; say whether there was one.

    :param only_short: whether to leave alone what may take minutes, and what is to be planned
    :param kind: if given, all jobs of other kinds are left alone, and what is to be planned
    :param apart: lets a long job be done by a process of its own
    """
    with database.opened():
        # One loop of each process plans, or the same work would be planned twice (ADR 4).
        if not only_short and kind is None:
            _plan_recurring()
        claimed = _claim(owner, only_short=only_short, kind=kind)
    if claimed is None:
        return False
    # What kills each process that takes it up is ended by the worker itself.
    if apart is None or claimed.kind not in _long or claimed.attempts > MOST_ATTEMPTS:
        with held(database, claimed.id, owner):
            run_claimed(database, claimed.id, owner)
    elif _is_idle(database, claimed, owner):
        return True
    else:
        with held(database, claimed.id, owner):
            ending = apart(claimed.id, owner)
        note_end(database, claimed, owner, ending)
    return True


def run_claimed(database: Database, job_id: int, owner: str) -> None:
    """Run a job that was claimed, and whose lease somebody renews, also another process."""
    with database.opened():
        job = session().get_one(Job, job_id, execution_options=OPTIONS)
        kind, payload, project_id = job.kind, dict(job.payload), job.project_id
        # Who failed at the last attempt has ended the job; who was killed at it has not.
        handler = _handlers[kind] if job.attempts <= MOST_ATTEMPTS else _refuse
        _tried_before.set((job_id, owner) if job.attempts > 1 else None)
        session().rollback()  # a job may speak to others, and nothing is held open meanwhile
        try:
            _handle(handler, payload, project_id)
        except Exception as error:  # noqa: BLE001 - whatever a job raises is kept on its row
            _log.exception("job failed", extra={"kind": kind, "job": job_id})
            if kind in _given_up:
                _give_up(job_id, owner, lambda: _handle(_given_up[kind], payload, project_id))
            _finish(job_id, owner, error)
        else:
            _finish(job_id, owner, None)


def _is_idle(database: Database, claimed: Claimed, owner: str) -> bool:
    """End a job for which there is nothing to do, without a process; whether it was one."""
    with database.opened():
        if claimed.kind not in _needed or _needed[claimed.kind]():
            return False
        _finish(claimed.id, owner, None)
    return True


def _plan_recurring() -> None:
    """Let there be one job, and one only, of each kind that comes back."""
    # There is seldom anything to plan: reading that first spares others a wait for a lock.
    if not any(_to_plan()):
        return
    with unit_of_work(system(), "jobs.plan"):
        # What another worker planned a moment ago is seen from here on.
        hold("jobs.plan")
        missing, astray, doubled = _to_plan()
        for kind in missing:
            enqueue(kind)
        mended = update(Job).where(Job.id.in_(astray), Job.state == JobState.QUEUED)
        session().execute(mended.values(due_at=clock.now()), execution_options=OPTIONS)
        surplus = delete(Job).where(Job.id.in_(doubled), Job.state == JobState.QUEUED)
        session().execute(surplus, execution_options=OPTIONS)


def _to_plan() -> tuple[list[str], list[int], list[int]]:
    """Return the kinds without a job, the jobs that went astray, and those that are doubles."""
    waiting = select(Job.id, Job.kind, Job.state, Job.due_at).where(
        Job.state.in_([JobState.QUEUED, JobState.RUNNING]), Job.kind.in_(_recurring)
    )
    # The one that runs plans the next; of two that wait the first is enough.
    ordered = waiting.order_by(Job.state == JobState.QUEUED, Job.due_at, Job.id)
    first: set[str] = set()
    astray, doubled = [], []
    for job in session().execute(ordered, execution_options=OPTIONS):
        # Further off than any plan: its clock was set back since, and it would not run for long.
        furthest = clock.now() + max(_recurring[job.kind], LONGEST_PAUSE)
        if job.state is JobState.QUEUED and job.kind in first:
            doubled.append(job.id)
        elif job.state is JobState.QUEUED and job.due_at > furthest:
            astray.append(job.id)
        first.add(job.kind)
    return sorted(_recurring.keys() - first), astray, doubled


def _claim(owner: str, *, only_short: bool = False, kind: str | None = None) -> Claimed | None:
    due = or_(
        (Job.state == JobState.QUEUED) & (Job.due_at <= clock.now()),
        (Job.state == JobState.RUNNING) & leases.lapsed(Job.lease_until),
    )
    fits = due & Job.kind.not_in(_long if only_short else ())
    if kind is not None:
        fits &= Job.kind == kind
    statement = select(Job.id).where(fits).order_by(Job.due_at, Job.id).limit(1)
    # A worker with nothing to do only reads: on SQLite its look would else hold up whoever saves.
    if session().scalar(statement, execution_options=OPTIONS) is None:
        return None
    with unit_of_work(system(), "jobs.claim"):
        # Counted when it is taken: a worker that is killed at it could not count afterwards.
        taken = {"state": JobState.RUNNING, "attempts": Job.attempts + 1}
        ids = leases.claim(Job, statement, owner, taken)
        if not ids:
            return None
        job = session().get_one(Job, ids[0], execution_options=OPTIONS)
        return Claimed(job.id, job.kind, job.attempts)


def _handle(handler: Handler, payload: Mapping[str, Any], project_id: int | None) -> None:
    if project_id is None:
        handler(payload)
        return
    # Else every query of a table with a project in it would be refused.
    with project_scope(project_id):
        handler(payload)


def _refuse(_payload: Mapping[str, Any]) -> None:
    raise WorkerKilled


def _give_up(job_id: int, owner: str, tell: Callable[[], None]) -> None:
    """Tell who waits for a job that it is over; before it ends, so that a kill cannot lose that."""
    session().rollback()
    job = session().get_one(Job, job_id, execution_options=OPTIONS, populate_existing=True)
    is_over = job.lease_owner == owner and job.attempts >= MOST_ATTEMPTS
    session().rollback()
    if not is_over:
        return
    try:
        tell()
    except Exception:  # noqa: BLE001 - the job ends all the same
        _log.exception("that a job failed could not be told", extra={"job": job_id})
        session().rollback()


def _finish(job_id: int, owner: str, error: Exception | None) -> None:
    with unit_of_work(system(), "jobs.finish"):
        job = session().get_one(Job, job_id, execution_options=OPTIONS)
        # Whose lease ended meanwhile has no say any more: another worker has the job.
        if job.lease_owner != owner:
            return
        again = error is not None and job.attempts < MOST_ATTEMPTS
        job.error = type(error).__name__ if error else ""
        job.lease_owner = job.lease_until = None
        if again:
            job.state = JobState.QUEUED
            job.due_at = clock.now() + timedelta(minutes=2**job.attempts)
            return
        job.state = JobState.FAILED if error else JobState.DONE
        job.finished_at = clock.now()
        # In the transaction that ends this one, so that no kill in between loses the next.
        if job.kind in _recurring:
            enqueue(job.kind, due_at=clock.now() + _recurring[job.kind])


def note_end(database: Database, claimed: Claimed, owner: str, ending: Ending) -> None:
    """Let a job wait for its next turn whose process ended before it was done."""
    if ending is Ending.DONE:
        return
    with database.opened(), unit_of_work(system(), "jobs.note_end"):
        job = session().get_one(Job, claimed.id, execution_options=OPTIONS)
        # The lease ended meanwhile, and the job is somebody else's.
        if job.lease_owner != owner:
            return
        job.state, job.lease_owner, job.lease_until = JobState.QUEUED, None, None
        # Taking it was counted already, and a worker that stops is no failure.
        if ending is Ending.STOPPED:
            job.due_at, job.attempts = clock.now(), job.attempts - 1
            return
        # As after a worker that was killed: whoever takes it up for the sixth time says so.
        is_over = job.attempts >= MOST_ATTEMPTS
        job.error = WorkerKilled.__name__
        job.due_at = clock.now() + (timedelta() if is_over else LEASE)


@contextmanager
def held(database: Database, job_id: int, owner: str) -> Iterator[None]:
    """Renew the lease of a job as long as it takes: nobody else begins it meanwhile."""
    done = threading.Event()
    beat = threading.Thread(target=_renew, args=(database, job_id, owner, done), daemon=True)
    beat.start()
    try:
        yield
    finally:
        done.set()
        beat.join()


def _renew(database: Database, job_id: int, owner: str, done: threading.Event) -> None:
    while not done.wait(RENEWED_EVERY.total_seconds()):
        try:
            with database.opened(), unit_of_work(system(), "jobs.renew"):
                # The attempts stay as they are: a job that fills the memory renews its lease too
                # (ADR 4).
                leases.renew(Job, owner, Job.id == job_id)
        except SQLAlchemyError:
            # On SQLite the job itself may hold the database: then nobody else can claim it either.
            _log.info("the lease of a job could not be renewed yet", extra={"job": job_id})
