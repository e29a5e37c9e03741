"""Long work without a worker: all of it, or one part, as whoever ordered it."""

from crm.core.db import lock, unit_of_work
from crm.core.permissions import Actor
from crm.tasks import jobs, services
from crm.tasks.models import LongTask


def payload(task: LongTask | None, account_id: int | None = None) -> dict[str, int | None]:
    """Return what the job of a task is told."""
    assert task is not None
    return {"task": task.id, "account": account_id}


def work(task: LongTask | None, account_id: int | None = None) -> None:
    """Do what is left of a task, by the command line or for an account."""
    jobs.run(payload(task, account_id))


def fail(task: LongTask | None) -> None:
    """Let a task fail for the last time."""
    jobs.give_up(payload(task))


def part(actor: Actor, task: LongTask | None, prepared: object) -> bool:
    """Do one part, and say whether more is left."""
    assert task is not None
    with unit_of_work(actor, "tests.part"):
        lock(task)
        assert services.goes_on_with_step(task.step_id)
        services.go_on(actor, task, prepared)
    return task.is_open
