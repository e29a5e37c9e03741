"""A long import whose worker is killed between two parts: another one ends it undisturbed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.contacts.models import ContactImport, ImportState
from crm.contacts.services import import_parts
from crm.core import clock, jobs, leases, undo
from crm.core.db import session, unit_of_work
from crm.core.jobs import Job, JobState
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests.contacts.lists import begun
from tests.faults import doing_an_import
from tests.faults.test_killed import await_line, running, tries_that_count
from tests.pages import Enter, text_of

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("locks")]
ROWS = 8


def waiting(project: Project, monkeypatch: pytest.MonkeyPatch) -> int:
    """Let a list wait to come in, and nothing else; return its id."""
    monkeypatch.setattr(jobs, "_recurring", {})
    monkeypatch.setattr(import_parts, "PART", doing_an_import.PART)
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", 1)
    rows = "".join(f"P{number};Vos;Club;p{number}@kring.example\n" for number in range(ROWS))
    made = begun(project, f"Voornaam;Achternaam;Organisatie;E-mail\n{rows}")
    import_parts.start(system(project.id), made, project=project)
    return made.id


def newest_job() -> Job:
    return session().scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()


def kill_in_the_middle(config: Config) -> None:
    with running(config, "-m", "tests.faults.doing_an_import") as worker:
        await_line(worker, doing_an_import.BUSY)


def take_over(app: Flask) -> None:
    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        assert jobs.run_due(app.extensions["kring_database"], "another")


def people(opened: Session) -> list[str]:
    opened.rollback()
    opened.expire_all()
    return list(opened.scalars(select(Person.first_name).order_by(Person.id)))


def test_an_import_that_was_killed_is_ended_by_another_worker(
    app: Flask, config: Config, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = waiting(project, monkeypatch)
    kill_in_the_middle(config)
    half = people(opened)

    take_over(app)

    whole = people(opened)
    kept = opened.get_one(ContactImport, import_id)
    assert len(half) == doing_an_import.PART
    assert whole == [f"P{number}" for number in range(ROWS)]
    assert (kept.state, kept.handled, kept.new) == (ImportState.DONE, ROWS, ROWS)
    assert opened.scalar(select(func.count()).select_from(undo.Step)) == 1
    assert tries_that_count(opened) == 1


def test_an_import_at_which_every_worker_is_killed_ends_and_says_what_to_do(
    app: Flask, config: Config, project: Project, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_id = waiting(project, monkeypatch)
    with unit_of_work(system(), "test"):
        newest_job().attempts = 4
    kill_in_the_middle(config)

    take_over(app)

    job = newest_job()
    told = text_of(enter(Role.PLANNER).get(f"/projects/{project.slug}/persons/import/{import_id}"))
    assert (job.state, job.error) == (JobState.FAILED, "WorkerKilled")
    assert "The import failed after 3 of 8 rows, by a fault in Kring." in told
    assert "Import the list again for the rest: whoever came in is known then." in told
    assert len(people(session())) == doing_an_import.PART
