"""Questions about long work: how far it is, and what waits."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select

from crm.core import progress, retries
from crm.core.db import session, the_one
from crm.tasks.models import OPEN, LongTask


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


def another_goes_before(found: LongTask) -> bool:
    """Return whether another task of its kind was begun earlier in the project, and is not over."""
    earlier = under_way(found.kind).where(LongTask.id < found.id)
    return session().scalars(earlier.limit(1)).first() is not None


def headway(found: LongTask | None) -> Headway:
    """Return how far a task is; nothing of none."""
    if found is None or not found.is_open:
        return Headway()
    percent, about = progress.found(headway_of(found)), ((found.kind,), "task", found.id)
    # Between two tries a page that only counts hundredths would look as if nothing happened.
    next_try = retries.tried_again_at(*about) or retries.taken_over_at(*about)
    is_silent = percent is None and next_try is None
    return Headway(percent, next_try, is_silent and found.is_held_up)


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
