"""Work whose workers are killed: taken over, but not for ever, and not held against who gets on."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from crm.core import clock, jobs
from crm.core.db import Database, session, unit_of_work, unscoped
from crm.core.jobs import Job, JobState
from crm.core.permissions import system

pytestmark = pytest.mark.both_engines("locks")

OPTIONS = unscoped("the test looks at the jobs")
KIND = "tests.work"


@pytest.fixture(autouse=True)
def _waiting(app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    """One job waits, which comes back each day."""
    assert app.extensions
    monkeypatch.setattr(jobs, "_recurring", {KIND: timedelta(days=1)})
    with unit_of_work(system(), "tests.cause"):
        jobs.enqueue(KIND)
    opened.rollback()


def be_killed(app: Flask, times: int) -> None:
    """Let so many workers take the job and be killed at it."""
    database: Database = app.extensions["kring_database"]
    for _time in range(times):
        with database.opened():
            assert jobs._claim("a worker that is killed")
            with unit_of_work(system(), "tests.later"):
                lapsed = update(Job).values(lease_until=clock.now() - timedelta(seconds=1))
                session().execute(lapsed, execution_options=OPTIONS)


def kept(opened: Session, number: int) -> Job:
    opened.rollback()
    opened.expire_all()
    return opened.scalars(select(Job).order_by(Job.id), execution_options=OPTIONS).all()[number]


def test_work_that_kills_each_worker_ends_and_whoever_waits_is_told_once(
    app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "_handlers", {KIND: lambda _payload: done.append("tried")})
    monkeypatch.setattr(jobs, "_given_up", {KIND: lambda _payload: done.append("told")})
    be_killed(app, jobs.MOST_ATTEMPTS)

    ran = [jobs.run_due(app.extensions["kring_database"], "one more") for _time in range(2)]

    ended, planned = kept(opened, 0), kept(opened, 1)
    assert (ran, done) == ([True, False], ["told"])
    assert (ended.state, ended.error) == (JobState.FAILED, "WorkerKilled")
    assert (planned.state, planned.attempts) == (JobState.QUEUED, 0)


def test_one_kill_less_and_the_work_is_still_tried(
    app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    monkeypatch.setattr(jobs, "_handlers", {KIND: lambda _payload: done.append("tried")})
    be_killed(app, jobs.MOST_ATTEMPTS - 1)

    jobs.run_due(app.extensions["kring_database"], "the last")

    assert (done, kept(opened, 0).state) == (["tried"], JobState.DONE)


def test_what_cut_work_short_counts_no_more_once_it_got_on(
    app: Flask, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def get_on_and_fail(_payload: Mapping[str, Any]) -> None:
        jobs.reset_attempts()
        raise RuntimeError

    monkeypatch.setattr(jobs, "_handlers", {KIND: get_on_and_fail})
    monkeypatch.setattr(jobs, "_given_up", {KIND: lambda _payload: told.append("told")})
    be_killed(app, jobs.MOST_ATTEMPTS - 1)

    jobs.run_due(app.extensions["kring_database"], "the last")

    waits = kept(opened, 0)
    assert (waits.state, waits.attempts, told) == (JobState.QUEUED, 1, [])
