"""Jobs as rows: written with their cause, and what becomes of those whose process ended."""

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import Index, delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Base, Database, enum_type, session, unit_of_work, unscoped
from crm.core.job_process import Ending
from crm.core.permissions import system

LEASE = timedelta(minutes=5)
RENEWED_EVERY = timedelta(minutes=1)
MOST_ATTEMPTS = 5
OPTIONS = unscoped("the worker serves all projects")
_log = logging.getLogger("kring.worker")


class JobState(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of background work."""

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_due", "state", "due_at"),)

    kind: Mapped[str]
    project_id: Mapped[int | None]
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(enum_type(JobState), default=JobState.QUEUED)
    due_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    lease_owner: Mapped[str | None]
    lease_until: Mapped[datetime | None]
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
                own = update(Job).where(Job.id == job_id, Job.lease_owner == owner)
                # The attempts stay as they are: a job that fills the memory renews its lease too
                # (ADR 4).
                renewed = own.values(lease_until=clock.now() + LEASE)
                session().execute(renewed, execution_options=OPTIONS)
        except SQLAlchemyError:
            # On SQLite the job itself may hold the database: then nobody else can claim it either.
            _log.info("the lease of a job could not be renewed yet", extra={"job": job_id})
