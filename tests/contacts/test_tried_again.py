"""While work in the background fails and is tried again, the page of who waits for it says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.contacts.models import ContactImport
from crm.contacts.queries import imports as queries
from crm.contacts.services import import_parts, import_preview
from crm.core import clock, jobs, leases, undo
from crm.core.db import session, unit_of_work
from crm.core.permissions import Role, system
from crm.projects.models import Project
from crm.steps.services import MOST_AT_ONCE
from tests.contacts.lists import begun, imported
from tests.pages import Enter, text_of

LIST = "Voornaam;Achternaam\nAda;Vos\nBo;Berg\n"
TOLD = "Kring tries again by itself, the next time on"
Waiting = Callable[[Project, pytest.MonkeyPatch], ContactImport]


class Fault(Exception):
    """A fault of ours."""


def fail(*_given: object) -> None:
    raise Fault


def work(app: Flask, *, hours: int = 0) -> None:
    """Let a worker do what is due first, so many hours from now."""
    with clock.frozen(clock.now() + timedelta(hours=hours)):
        jobs.run_due(app.extensions["kring_database"], "test")


@pytest.fixture(autouse=True)
def _without_recurring_work(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert app.extensions
    monkeypatch.setattr(jobs, "_recurring", {})


@pytest.fixture
def planner(enter: Enter) -> FlaskClient:
    """Somebody who may import, and undo that."""
    return enter(Role.PLANNER)


def waits_to_be_looked_at(project: Project, monkeypatch: pytest.MonkeyPatch) -> ContactImport:
    monkeypatch.setattr(import_preview, "MOST_AT_ONCE", 0)
    return begun(project, LIST)


def waits_to_come_in(project: Project, _monkeypatch: pytest.MonkeyPatch) -> ContactImport:
    made = begun(project, LIST)
    import_parts.carry_out_later(system(project.id), made)
    return made


@pytest.mark.parametrize("waits", [waits_to_be_looked_at, waits_to_come_in])
def test_the_page_of_an_import_says_when_it_is_tried_again(
    app: Flask,
    project: Project,
    planner: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    waits: Waiting,
) -> None:
    made, other = waits(project, monkeypatch), waits(project, monkeypatch)
    address = f"/projects/{project.slug}/persons/import/"
    asked = f"{address}{made.id}", f"{address}{made.id}/progress", f"{address}{other.id}"
    before = [TOLD in text_of(planner.get(one)) for one in asked]
    with monkeypatch.context() as broken:
        broken.setattr(queries, "plan_of", fail)
        work(app)

    meanwhile = [TOLD in text_of(planner.get(one)) for one in asked]
    still_going = "data-live-going" in planner.get(asked[1]).text
    for _job in (made, other):
        work(app, hours=1)

    assert before == [False, False, False]
    assert (meanwhile, still_going) == ([True, True, False], True)
    assert TOLD not in text_of(planner.get(asked[0]))


def test_the_page_of_an_import_whose_worker_was_killed_says_when_another_goes_on(
    project: Project, planner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = waits_to_come_in(project, monkeypatch)
    address = f"/projects/{project.slug}/persons/import/{made.id}"
    told = []
    for silent in (timedelta(0), timedelta(minutes=3)):
        with unit_of_work(system(), "test"):
            job = session().scalars(select(jobs.Job)).one()
            job.state, job.attempts = jobs.JobState.RUNNING, 1
            job.lease_until = clock.now() - silent + leases.LEASE
        told.append(TOLD in text_of(planner.get(address)))

    assert told == [False, True]


def test_the_page_of_an_undo_says_that_it_is_tried_again_and_that_it_failed(
    app: Flask,
    opened: Session,
    project: Project,
    planner: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = imported(project, LIST)
    step = session().get_one(undo.Step, made.step_id)
    with unit_of_work(system(project.id), "test"):
        step.changes = MOST_AT_ONCE + 1
    address = f"/projects/{project.slug}/steps/{step.id}"
    planner.post(f"{address}/undo", data={"for_all": "each"})
    with monkeypatch.context() as broken:
        broken.setattr(undo, "carry_out_part", fail)
        work(app)

        meanwhile = text_of(planner.get(address))
        for hours in range(1, jobs.MOST_ATTEMPTS):
            work(app, hours=hours)
        over = text_of(planner.get(address))
    planner.post(f"{address}/undo", data={"for_all": "each"})
    work(app)

    assert TOLD in meanwhile
    assert "Undoing this failed, by a fault in Kring. Nothing was put back." in over
    opened.rollback()
    assert step.undone_at is not None
    assert "failed" not in text_of(planner.get(address))
