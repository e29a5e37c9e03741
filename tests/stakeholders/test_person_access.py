"""The access log: who opened a private person's card, and who exported."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from crm.core.access import AccessEntry
from crm.core.db import Database
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories


@pytest.fixture
def base(project: Project) -> str:
    return f"/projects/{project.slug}/persons"


@pytest.fixture
def planner(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.PLANNER))


@pytest.fixture
def private(project: Project) -> Person:
    return factories.person("Verborgen", helix=Helix.END_USERS)


@pytest.fixture
def noted(app: Flask) -> Callable[[], list[tuple[str, int | None, int | None]]]:
    def read() -> list[tuple[str, int | None, int | None]]:
        database: Database = app.extensions["kring_database"]
        with database.engine.connect() as connection:
            table = AccessEntry.__table__
            rows = connection.execute(table.select().order_by(table.c.id)).all()
        return [(row.what, row.subject_id, row.project_id) for row in rows]

    return read


def test_the_card_of_a_private_person_is_noted(
    planner: FlaskClient, base: str, private: Person, project: Project, noted: Callable[[], object]
) -> None:
    assert "Verborgen" in planner.get(f"{base}/{private.id}").text

    assert noted() == [("person.card", private.id, project.id)]


def test_the_card_of_another_person_and_the_list_are_not_noted(
    planner: FlaskClient, base: str, private: Person, noted: Callable[[], object]
) -> None:
    official = factories.person("Ambtenaar", helix=Helix.GOVERNMENT)

    planner.get(f"{base}/{official.id}")
    planner.get(base)

    assert noted() == []


def test_each_export_is_noted(
    planner: FlaskClient, base: str, project: Project, noted: Callable[[], object]
) -> None:
    planner.get(f"{base}/export.csv")
    planner.get(f"{base}/export.xlsx")

    assert noted() == [("persons.export", None, project.id)] * 2


@pytest.mark.both_engines("own SQL")
def test_what_cannot_be_noted_is_not_shown(
    planner: FlaskClient, base: str, private: Person, app: Flask, opened: Session
) -> None:
    opened.rollback()
    database: Database = app.extensions["kring_database"]
    with database.engine.connect().execution_options(kring_writing=True) as connection:
        connection.execute(text("DROP TABLE access_entry"))
        connection.commit()

    for address in (f"{base}/{private.id}", f"{base}/export.csv"):
        answer = planner.get(address)
        assert answer.status_code in {500, 503}
        assert "Verborgen" not in answer.text
