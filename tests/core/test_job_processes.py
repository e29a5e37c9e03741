"""Long work in a process of its own: done there, killed there, stopped with its worker, or idle."""

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Config
from crm.contacts.models import ContactImport, ImportState
from crm.contacts.services import import_parts
from crm.core import clock, job_process, jobs
from crm.core.db import Database, session, unit_of_work
from crm.core.job_process import Ending
from crm.core.jobs import Job, JobState
from crm.core.permissions import system
from crm.projects.models import Project
from tests.contacts.lists import begun
from tests.faults.test_killed import environment

pytestmark = pytest.mark.both_engines("locks")

KIND = "tests.long"


@pytest.fixture(autouse=True)
def _alone(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_handlers", "_long", "_needed", "_given_up"):
        monkeypatch.setattr(jobs, name, type(getattr(jobs, name))(getattr(jobs, name)))
    monkeypatch.setattr(jobs, "_recurring", {})


@pytest.fixture
def database(app: Flask) -> Database:
    found: Database = app.extensions["kring_database"]
    return found


def queued(kind: str = KIND) -> None:
    with unit_of_work(system(), "test"):
        jobs.enqueue(kind)


def newest() -> Job:
    session().rollback()
    session().expire_all()
    return session().scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def handle(_payload: Mapping[str, Any]) -> None:
    """Do nothing."""


@pytest.mark.serial
def test_a_long_job_is_done_by_a_process_that_ends(
    database: Database, config: Config, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    made = begun(project, "Voornaam;Achternaam\nAda;Vos\nBo;Berg\n")
    import_parts.carry_out_later(system(project.id), made)
    told = threading.Event()

    worked = jobs.run_due(database, "one", apart=lambda *job: job_process.run(*job, told=told))

    session().rollback()
    session().expire_all()
    found = session().get_one(ContactImport, made.id)
    assert (worked, found.state, found.new) == (True, ImportState.DONE, 2)
    assert newest().state is JobState.DONE


@pytest.mark.serial
def test_a_process_that_cannot_even_begin_counts_as_killed(
    database: Database, config: Config, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(config).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(job_process, "COMMAND", "no-such-command")

    assert job_process.run(1, "one", told=threading.Event()) is Ending.KILLED


def test_a_job_at_which_each_process_is_killed_ends_and_says_so(
    database: Database, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_up: list[int] = []
    jobs.register(KIND, handle, given_up=lambda _payload: given_up.append(1), is_long=True)
    queued()
    states = []

    for _time in range(jobs.MOST_ATTEMPTS + 1):
        job_id = newest().id
        with unit_of_work(system(), "test"):
            session().get_one(Job, job_id).due_at = clock.now()
        assert jobs.run_due(database, "one", apart=lambda *_job: Ending.KILLED)
        states.append((newest().state, newest().attempts))

    assert states[0] == (JobState.QUEUED, 1)
    assert states[-1] == (JobState.FAILED, jobs.MOST_ATTEMPTS + 1)
    assert (newest().error, given_up) == ("WorkerKilled", [1])


def test_a_job_whose_worker_is_told_to_stop_goes_on_at_the_next_start(
    database: Database, opened: Session
) -> None:
    jobs.register(KIND, handle, is_long=True)
    queued()

    jobs.run_due(database, "one", apart=lambda *_job: Ending.STOPPED)

    stopped = newest()
    assert (stopped.state, stopped.attempts, stopped.lease_owner) == (JobState.QUEUED, 0, None)
    assert jobs.run_due(database, "another")
    assert newest().state is JobState.DONE


def test_no_process_is_begun_where_there_is_nothing_to_do_or_little(
    database: Database, opened: Session
) -> None:
    begun_apart: list[int] = []

    def note(job_id: int, _owner: str) -> Ending:
        begun_apart.append(job_id)
        return Ending.DONE

    jobs.register(KIND, handle, is_long=True, is_needed=lambda: False)
    jobs.register("tests.short", handle)
    for kind in (KIND, "tests.short"):
        queued(kind)
        assert jobs.run_due(database, "one", apart=note)
        assert newest().state is JobState.DONE

    assert begun_apart == []
