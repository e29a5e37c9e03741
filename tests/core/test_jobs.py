"""Background work is a row: it exists with its cause, and is done until it is done."""

import threading
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from crm.core import clock, jobs, leases
from crm.core.db import Database, session, unit_of_work, unscoped
from crm.core.jobs import Job, JobState
from crm.core.permissions import system
from crm.core.workers import Worker

pytestmark = pytest.mark.both_engines("locks")

OPTIONS = unscoped("the test looks at the jobs")


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Mapping[str, Any]]]:
    """What was done by the handler of the tests, and no recurring work beside it."""
    seen: list[Mapping[str, Any]] = []

    def handle(payload: Mapping[str, Any]) -> None:
        seen.append(payload)
        if payload.get("fails"):
            raise RuntimeError

    monkeypatch.setattr(jobs, "_handlers", {"tests.work": handle})
    monkeypatch.setattr(jobs, "_recurring", {})
    return seen  # type: ignore[return-value]  # a list is what the tests look at


def enqueue(payload: dict[str, Any] | None = None) -> None:
    with unit_of_work(system(), "tests.cause"):
        jobs.enqueue("tests.work", payload)


def enqueue_and_fail() -> None:
    with unit_of_work(system(), "tests.cause"):
        jobs.enqueue("tests.work")
        raise RuntimeError


def all_jobs(opened: Session) -> list[Job]:
    opened.rollback()
    opened.expire_all()
    return list(opened.scalars(select(Job).order_by(Job.id), execution_options=OPTIONS))


def database(app: Flask) -> Database:
    found: Database = app.extensions["kring_database"]
    return found


def test_a_job_is_gone_with_its_cause(opened: Session) -> None:
    with pytest.raises(RuntimeError):
        enqueue_and_fail()

    assert all_jobs(opened) == []


def test_a_due_job_is_done_once(app: Flask, opened: Session, done: list[Mapping[str, Any]]) -> None:
    enqueue({"number": 1})

    ran = [jobs.run_due(database(app), "one"), jobs.run_due(database(app), "one")]

    assert ran == [True, False]
    assert done == [{"number": 1}]
    assert [job.state for job in all_jobs(opened)] == [JobState.DONE]


def test_a_job_that_fails_is_tried_again_later(
    app: Flask, opened: Session, done: list[Mapping[str, Any]]
) -> None:
    enqueue({"fails": True})

    jobs.run_due(database(app), "one")
    too_soon = jobs.run_due(database(app), "one")
    with clock.frozen(clock.now() + timedelta(minutes=3)):
        later = jobs.run_due(database(app), "one")

    assert (too_soon, later, len(done)) == (False, True, 2)


def test_a_job_that_keeps_failing_ends_and_says_of_what(
    app: Flask, opened: Session, done: list[Mapping[str, Any]]
) -> None:
    enqueue({"fails": True})
    start = clock.now()

    for tries in range(jobs.MOST_ATTEMPTS):
        with clock.frozen(start + timedelta(hours=tries)):
            jobs.run_due(database(app), "one")

    ended = all_jobs(opened)[0]
    assert (ended.state, ended.error, len(done)) == (JobState.FAILED, "RuntimeError", 5)


def test_who_waits_for_a_job_is_told_once_that_it_failed_for_the_last_time(
    app: Flask,
    opened: Session,
    done: list[Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: list[int] = []

    def tell(_payload: Mapping[str, Any]) -> None:
        told.append(len(done))
        raise RuntimeError

    monkeypatch.setattr(jobs, "_given_up", {"tests.work": tell})
    enqueue({"fails": True})
    start = clock.now()

    for tries in range(jobs.MOST_ATTEMPTS):
        with clock.frozen(start + timedelta(hours=tries)):
            jobs.run_due(database(app), "one")

    assert (told, all_jobs(opened)[0].state) == ([jobs.MOST_ATTEMPTS], JobState.FAILED)


def test_a_lapsed_lease_makes_the_job_due_again(
    app: Flask, opened: Session, done: list[Mapping[str, Any]]
) -> None:
    enqueue()
    with database(app).opened():
        jobs._claim("a worker that is killed")

    held = jobs.run_due(database(app), "another")
    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        taken_over = jobs.run_due(database(app), "another")

    assert (held, taken_over, len(done)) == (False, True, 1)


def test_work_that_comes_back_is_planned_again(
    app: Flask,
    opened: Session,
    done: list[Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daily = timedelta(days=1)
    monkeypatch.setattr(jobs, "_recurring", {"tests.work": daily})

    jobs.run_due(database(app), "one")
    again = jobs.run_due(database(app), "one")

    states = [job.state for job in all_jobs(opened)]
    assert (len(done), again, states) == (1, False, [JobState.DONE, JobState.QUEUED])


def test_two_workers_that_start_at_once_plan_what_comes_back_once(
    app: Flask,
    opened: Session,
    done: list[Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daily = timedelta(days=1)
    monkeypatch.setattr(jobs, "_recurring", {"tests.work": daily})
    found = database(app)
    threads = [threading.Thread(target=jobs.run_due, args=(found, name)) for name in "ab"]
    opened.rollback()

    # Both see that nothing is planned while nobody can write, and then want to plan.
    with unit_of_work(system(), "tests.hold"):
        if found.engine.dialect.name == "postgresql":
            session().connection().execute(text("LOCK TABLE job IN EXCLUSIVE MODE"))
        for thread in threads:
            thread.start()
        time.sleep(1)
    for thread in threads:
        thread.join()

    states = sorted(job.state for job in all_jobs(opened))
    assert (len(done), states) == (1, [JobState.DONE, JobState.QUEUED])


def test_work_that_was_planned_twice_comes_back_once(
    app: Flask,
    opened: Session,
    done: list[Mapping[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    daily = timedelta(days=1)
    monkeypatch.setattr(jobs, "_recurring", {"tests.work": daily})
    for _number in range(3):
        enqueue()
    with database(app).opened():
        jobs._claim("a worker that is busy with the first")

    again = jobs.run_due(database(app), "another")

    assert (again, len(done)) == (False, 0)
    assert [job.state for job in all_jobs(opened)] == [JobState.RUNNING]


def test_the_lease_of_long_work_is_renewed(
    app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[bool] = []

    def until() -> datetime:
        found = session().scalars(select(Job.lease_until), execution_options=OPTIONS).one()
        session().rollback()
        assert found is not None
        return found

    def work(_payload: Mapping[str, Any]) -> None:
        first, begun = until(), time.monotonic()
        while until() == first and time.monotonic() - begun < 20:
            time.sleep(0.01)
        with clock.frozen(first + timedelta(milliseconds=1)):
            taken.append(jobs.run_due(database(app), "another"))

    monkeypatch.setattr(jobs, "_handlers", {"tests.work": work})
    monkeypatch.setattr(jobs, "_recurring", {})
    monkeypatch.setattr(jobs, "RENEWED_EVERY", timedelta(milliseconds=20))
    enqueue()

    jobs.run_due(database(app), "one")

    assert taken == [False]
    assert [job.state for job in all_jobs(opened)] == [JobState.DONE]


def test_short_work_does_not_wait_for_what_takes_long(
    app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_is_done = threading.Event()
    seen: list[bool] = []
    handlers = {
        "tests.long": lambda _payload: seen.append(short_is_done.wait(20)),
        "tests.short": lambda _payload: short_is_done.set(),
    }
    monkeypatch.setattr(jobs, "_handlers", handlers)
    monkeypatch.setattr(jobs, "_recurring", {})
    monkeypatch.setattr(jobs, "_long", {"tests.long"})
    with unit_of_work(system(), "tests.cause"):
        jobs.enqueue("tests.long")
    with unit_of_work(system(), "tests.cause"):
        jobs.enqueue("tests.short")
    loops = [
        Worker(database(app), app.app_context, 0.02, only_short=only_short)
        for only_short in (False, True)
    ]
    threads = [threading.Thread(target=loop.run) for loop in loops]

    for thread in threads:
        thread.start()
    for _ in range(1_000):
        if seen:
            break
        time.sleep(0.02)
    for loop in loops:
        loop.stop()
    for thread in threads:
        thread.join()

    assert seen == [True]
    assert {job.state for job in all_jobs(opened)} == {JobState.DONE}


def test_who_does_short_work_leaves_long_work_alone(
    app: Flask, opened: Session, done: list[Mapping[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_long", {"tests.work"})
    enqueue({"number": 1})

    left = jobs.run_due(database(app), "one", only_short=True)
    taken = jobs.run_due(database(app), "another")

    assert (left, taken) == (False, True)
    assert done == [{"number": 1}]
    assert [job.state for job in all_jobs(opened)] == [JobState.DONE]
