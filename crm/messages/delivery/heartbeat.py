"""Signs of life, so that a page can say when nobody hands messages over."""

from datetime import timedelta

from sqlalchemy import delete

from crm.core import clock
from crm.core.db import Database, add_missing, change_many, session, unit_of_work
from crm.core.permissions import system
from crm.messages.models import WorkerHeartbeat

EVERY = 20.0
_FORGOTTEN = timedelta(days=1)


def beat(database: Database, worker: str) -> None:
    """Give a sign of life; forget workers that gave none for a day."""
    now = clock.now()
    with database.opened(), unit_of_work(system(), "messages.beat"):
        if not add_missing(WorkerHeartbeat, [{"worker": worker, "at": now}], unique=["worker"]):
            change_many(WorkerHeartbeat, WorkerHeartbeat.worker == worker, {"at": now})
        session().execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.at < now - _FORGOTTEN))


def end(database: Database, worker: str) -> None:
    """Give no more signs of life."""
    with database.opened(), unit_of_work(system(), "messages.end"):
        session().execute(delete(WorkerHeartbeat).where(WorkerHeartbeat.worker == worker))
