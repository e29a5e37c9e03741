"""The one runner of long work, on a kind made up here: who takes over, what ends it, who waits."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.core import clock, long_work, progress
from crm.core.commands import command
from crm.core.db import session, unit_of_work
from crm.core.errors import Conflict
from crm.core.jobs import Job
from crm.core.long_work import Pace, PlanIsOld, TaskKind
from crm.core.permissions import Actor, system
from crm.projects.models import Project
from crm.stakeholders.policy import StakeholderPermission
from crm.tasks import queries, services
from crm.tasks.models import LongTask, TaskState
from tests.long_tasks import fail, part, work

pytestmark = pytest.mark.both_engines("bulk work")
KIND, ALL, PART = "tests.count", 7, 3


class Gone(Conflict):
    """What it needs is not there any more."""


@command(StakeholderPermission.EDIT)
def count(_actor: Actor, task: LongTask, *, prepared: int) -> int:
    """Count some of what is left."""
    refusal = refusals.pop(task.done, None)
    if refusal is not None:
        raise refusal
    return min(prepared, ALL - task.done)


def prepare(task: LongTask, pace: Pace) -> Iterator[int]:
    prepared.append(task.done)
    while task.done < ALL:
        progress.tell(progress.WHOLE * task.done // ALL)
        yield pace.size


refusals: dict[int, Exception] = {}
prepared: list[int] = []
ended: list[TaskState] = []


@pytest.fixture(autouse=True)
def _one_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    for kept in (refusals, prepared, ended):
        kept.clear()
    kind = TaskKind(
        KIND,
        prepare,
        count,
        ended=lambda task: ended.append(task.state),
        pace=lambda: Pace(PART),
        one_by_one=True,
        impossible=(Gone,),
    )
    monkeypatch.setitem(long_work._kinds, KIND, kind)
    monkeypatch.setattr(long_work, "BREATH", 0)


@pytest.fixture
def task(project: Project) -> LongTask:
    return begun(project)


def begun(project: Project) -> LongTask:
    with unit_of_work(system(project.id), "tests.begin"):
        return services.start(system(project.id), KIND, about={}, asked={"all": ALL}, total=ALL)


def stands(task: LongTask) -> tuple[TaskState, int]:
    session().expire_all()
    return task.state, task.done


def test_it_goes_on_part_by_part_until_it_is_done_and_forgets_what_was_asked(
    task: LongTask,
) -> None:
    work(task)
    work(task)

    assert stands(task) == (TaskState.DONE, ALL)
    assert (task.asked, ended, prepared) == ({}, [TaskState.DONE], [0])
    assert session().scalars(select(Job)).all() == []


def test_a_plan_that_is_old_is_made_anew_from_where_it_stands(task: LongTask) -> None:
    refusals[PART] = PlanIsOld()

    work(task)

    assert (stands(task), prepared) == ((TaskState.DONE, ALL), [0, PART])


def test_it_ends_where_what_it_needs_is_gone_and_fails_by_any_other_fault(
    project: Project, task: LongTask
) -> None:
    refusals[PART] = Gone()
    work(task)
    other = begun(project)
    refusals[PART] = RuntimeError()
    with pytest.raises(RuntimeError):
        work(other)
    between = stands(other)

    fail(other)

    assert stands(task) == (TaskState.IMPOSSIBLE, PART)
    assert (between, stands(other)) == ((TaskState.RUNNING, PART), (TaskState.FAILED, PART))
    assert ended == [TaskState.IMPOSSIBLE, TaskState.FAILED]


def test_who_has_no_right_does_nothing(task: LongTask) -> None:
    work(task, account_id=12345)

    assert stands(task) == (TaskState.NOT_ALLOWED, 0)


def test_a_worker_that_was_taken_over_from_does_nothing_twice(
    project: Project, task: LongTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = services.go_on
    another: list[int] = []

    def and_another_goes_on(*given: object) -> int:
        done = go_on(*given)  # type: ignore[arg-type]  # as it is given
        if not another:
            another.append(1)
            task.done += 1  # as another worker would have, while this one was away
        return done

    monkeypatch.setattr(services, "go_on", and_another_goes_on)

    work(task)

    assert stands(task) == (TaskState.RUNNING, PART + 1)


def test_one_waits_for_another_of_its_project_that_was_begun_before(
    project: Project, task: LongTask
) -> None:
    second = begun(project)

    work(second)
    waits = stands(second)
    work(task)
    work(second)

    assert waits == (TaskState.WAITING, 0)
    assert (stands(task)[0], stands(second)[0]) == (TaskState.DONE, TaskState.DONE)


def test_it_counts_as_held_up_while_nobody_is_at_it(project: Project, task: LongTask) -> None:
    part(system(project.id), task, PART)

    now = queries.headway(task).is_held_up
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        later = queries.headway(task).is_held_up
        with progress.told_as(queries.headway_of(task)):
            progress.tell(40)
            at_work = queries.headway(task)

    assert (now, later) == (False, True)
    assert (at_work.percent, at_work.is_held_up) == (40, False)
