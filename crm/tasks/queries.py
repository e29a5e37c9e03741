"""Questions about long work: how far it is, and what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, case, select

from crm.core import clock, progress
from crm.core.db import session, the_one
from crm.core.jobs import MOST_ATTEMPTS, RENEWED_EVERY, Job, JobState
from crm.core.leases import LEASE
from crm.tasks.models import OPEN, LongTask

LONGEST_PAUSE = timedelta(minutes=1)
SILENT = 2 * RENEWED_EVERY
"""Who works says so more often than this."""


@dataclass(frozen=True, slots=True)
class Headway:
    """
    How far long work is.

    :ivar percent: of what is worked out before its parts, in hundredths; none where nothing is
    :ivar next_try: when it is tried again, after a fault or a worker that was killed
    :ivar is_held_up: whether nothing was done for a while
    """

    percent: int | None = None
    next_try: datetime | None = None
    is_held_up: bool = False


def task(kind: str, task_id: int) -> LongTask:
    """Return one task of a kind, or raise `NotFound`."""
    return the_one(select(LongTask).where(LongTask.id == task_id, LongTask.kind == kind))


def newest_about(kind: str, argument: str, said: int | str) -> LongTask | None:
    """Return the task of a kind that was begun last about one thing, if there was any."""
    told = LongTask.about[argument]
    about = (told.as_integer() if isinstance(said, int) else told.as_string()) == said
    found = select(LongTask).where(LongTask.kind == kind, about).order_by(LongTask.id.desc())
    return session().scalars(found.limit(1)).first()


def under_way(kind: str) -> Select[LongTask]:
    """Return the statement for the tasks of a kind that wait or go on, newest first."""
    is_open = LongTask.state.in_(OPEN) & (LongTask.kind == kind)
    return select(LongTask).where(is_open).order_by(LongTask.id.desc())


def headway(found: LongTask | None) -> Headway:
    """Return how far a task is; nothing of none."""
    if found is None or not found.is_open:
        return Headway()
    percent, next_try = progress.found(headway_of(found)), _next_try(found)
    # The worker is busy or away.
    is_silent = percent is None and next_try is None
    return Headway(percent, next_try, is_silent and clock.now() - found.moved_at > LONGEST_PAUSE)


def _next_try(found: LongTask) -> datetime | None:
    """Return when work that failed, or of which nothing is heard since a kill, is taken up."""
    waits = (Job.state == JobState.QUEUED) & (Job.attempts > 0)
    # Each renewal makes a lease as long as it was: how far it reaches tells when it was last heard
    # of. Nothing after the last attempt: whoever takes it over then only says that it failed.
    unheard = Job.lease_until < clock.now() + LEASE - SILENT
    is_silent = (Job.state == JobState.RUNNING) & unheard & (Job.attempts < MOST_ATTEMPTS)
    about = (Job.kind == found.kind) & (Job.payload["task"].as_integer() == found.id)
    when = case((waits, Job.due_at), else_=Job.lease_until)
    job = select(when).where(about, Job.project_id == found.project_id, waits | is_silent)
    return session().scalar(job.order_by(when).limit(1))


def headway_of(found: LongTask) -> str:
    """Return under which name it is told how far a task is."""
    return f"task-{found.id}"


def stands_open(found: LongTask) -> Callable[[], bool]:
    """
    Return what says whether a task still is not over.

    It asks on a connection of its own: on SQLite a transaction that is open sees nothing new.
    """
    engine = session().connection().engine
    asked = select(LongTask.id).where(LongTask.id == found.id, LongTask.state.in_(OPEN))

    def now() -> bool:
        with engine.connect() as connection:
            return connection.scalar(asked) is not None

    return now
