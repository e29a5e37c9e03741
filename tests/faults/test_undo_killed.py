"""Undoing in the background whose worker is killed, or fails: another does it, or it is free."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.core import audit, clock, jobs, leases
from crm.core.db import Database, session
from crm.core.permissions import Role
from crm.core.undo import Decisions, Step, execution
from crm.projects.models import Project
from crm.stakeholders.models import Person
from crm.steps import services
from tests import factories
from tests.contacts.lists import imported
from tests.faults import doing_an_undo
from tests.faults.test_killed import await_line, running
from tests.pages import Enter

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("undo")]
LIST = "Voornaam;Achternaam\nAda;Vos\nBo;Berg\n"


def asked(project: Project) -> Step:
    """Return the step of an import for which somebody asked that it be undone."""
    imported(project, LIST)
    return again(project)


def again(project: Project) -> Step:
    step = session().scalars(select(Step)).one()
    services.take_back_later(factories.leader_of(project), step, decisions=Decisions())
    return step


def people(opened: Session) -> int:
    opened.rollback()
    opened.expire_all()
    return opened.scalar(select(func.count()).select_from(Person)) or 0


def test_a_dead_worker_s_undo_is_taken_over_as_soon_as_its_lease_is_over(
    app: Flask, config: Config, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_recurring", {})
    database: Database = app.extensions["kring_database"]
    step_id = asked(project).id
    with running(config, "-m", "tests.faults.doing_an_undo") as worker:
        await_line(worker, doing_an_undo.BUSY)

    too_soon = jobs.run_due(database, "another")
    half = people(opened)
    with clock.frozen(clock.now() + leases.LEASE + timedelta(seconds=1)):
        taken_over = jobs.run_due(database, "another")

    assert (too_soon, half, taken_over, people(opened)) == (False, 2, True, 0)
    assert opened.get_one(Step, step_id).undone_at is not None
    assert opened.scalar(select(func.count()).select_from(Step)) == 2
    assert audit.broken_entry(project.id) is None


def test_an_undo_that_keeps_failing_says_so_and_can_be_asked_again(
    app: Flask,
    project: Project,
    opened: Session,
    enter: Enter,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "_recurring", {})
    database: Database = app.extensions["kring_database"]
    write = execution._write
    step_id, start = asked(project).id, clock.now()

    def fail(*_given: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(execution, "_write", fail)
    for tries in range(jobs.MOST_ATTEMPTS):
        with clock.frozen(start + timedelta(minutes=(0, 3, 8, 17, 34)[tries])):
            jobs.run_due(database, "one")
    monkeypatch.setattr(execution, "_write", write)

    left = people(opened)
    told = enter(Role.LEADER).get(f"/projects/{project.slug}/steps/{step_id}").text
    assert "Undoing this failed, by a fault in Kring" in told
    assert "What undoing does" in told
    again(project)
    jobs.run_due(database, "one")
    assert (left, people(opened)) == (2, 0)
