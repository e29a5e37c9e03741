"""A long import whose worker is killed between two parts: another one ends it as if undisturbed."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import Config
from crm.core import clock, jobs, undo
from crm.core.db import Database
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import ContactImport, ImportState, Person
from crm.stakeholders.services import import_parts
from tests.faults import doing_an_import
from tests.faults.test_killed import await_line, running
from tests.stakeholders.importing.lists import begun

pytestmark = pytest.mark.serial
ROWS = 8


def test_an_import_that_was_killed_is_ended_by_another_worker(
    app: Flask, config: Config, project: Project, opened: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jobs, "_recurring", {})
    monkeypatch.setattr(import_parts, "PART", doing_an_import.PART)
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", 1)
    rows = "".join(f"P{number};Vos;Club;p{number}@kring.example\n" for number in range(ROWS))
    made = begun(project, f"Voornaam;Achternaam;Organisatie;E-mail\n{rows}")
    import_parts.start(system(project.id), made, project=project)
    import_id = made.id
    with running(config, "-m", "tests.faults.doing_an_import") as worker:
        await_line(worker, doing_an_import.BUSY)
    opened.rollback()
    half = opened.scalar(select(func.count()).select_from(Person))

    database: Database = app.extensions["kring_database"]
    with clock.frozen(clock.now() + jobs.LEASE + timedelta(seconds=1)):
        assert jobs.run_due(database, "another")

    opened.rollback()
    opened.expire_all()
    kept = opened.get_one(ContactImport, import_id)
    people = opened.scalars(select(Person.first_name).order_by(Person.id)).all()
    assert half == doing_an_import.PART
    assert people == [f"P{number}" for number in range(ROWS)]
    assert (kept.state, kept.handled, kept.new) == (ImportState.DONE, ROWS, ROWS)
    assert opened.scalar(select(func.count()).select_from(undo.Step)) == 1
