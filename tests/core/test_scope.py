"""Questions are held to the project in scope, and fail closed without one."""

import pytest
from sqlalchemy import Delete, Update, delete, select, text, update
from sqlalchemy.orm import Session

from crm.core.db import (
    AroundTheDoor,
    NoProjectInScope,
    UnscopedStatement,
    add_many,
    project_scope,
    unit_of_work,
)
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Affiliation, Helix, Person
from tests import factories

pytestmark = pytest.mark.both_engines("scope")


def test_without_a_project_nothing_is_asked(opened: Session) -> None:
    with pytest.raises(NoProjectInScope):
        opened.scalars(select(Person)).all()


def test_a_joined_table_is_closed_too(opened: Session) -> None:
    where = factories.project()
    with project_scope(where.id):
        factories.person(helix=Helix.RESEARCH)

    rows = opened.execute(select(Project.id).join(Person, Person.project_id == Project.id)).all()

    assert rows == []


def test_rows_of_another_project_are_not_there(opened: Session, project: Project) -> None:
    mine_id = factories.person(helix=Helix.RESEARCH).id
    other = factories.project()
    other_id = other.id
    opened.expunge_all()

    with project_scope(other_id):
        found = (
            opened.get(Person, mine_id),
            opened.scalars(select(Person)).all(),
            opened.scalars(select(Affiliation)).all(),
        )

    assert found == (None, [], [])


def test_a_core_statement_on_rows_of_projects_is_refused(opened: Session, project: Project) -> None:
    with pytest.raises(UnscopedStatement):
        opened.execute(select(Person.__table__.c.id))


def test_plain_sql_is_refused(opened: Session, project: Project) -> None:
    with pytest.raises(UnscopedStatement):
        opened.execute(text("SELECT id FROM person"))


def test_a_row_for_another_project_is_refused(opened: Session, project: Project) -> None:
    other = factories.project()

    with pytest.raises(NoProjectInScope), unit_of_work(system(project.id), "tests"):
        opened.add(Person(surname="Elders", sort_key="elders", pseudonym=1, project_id=other.id))


def test_a_set_of_rows_for_another_project_is_refused(opened: Session, project: Project) -> None:
    other = factories.project()
    row = {"surname": "Elders", "sort_key": "elders", "pseudonym": 1, "project_id": other.id}

    with pytest.raises(NoProjectInScope), unit_of_work(system(project.id), "tests"):
        add_many(Person, [row])


@pytest.mark.parametrize("statement", [update(Person).values(note="x"), delete(Person)])
def test_a_bulk_change_of_audited_rows_goes_through_its_door(
    opened: Session, project: Project, statement: Update | Delete
) -> None:
    with pytest.raises(AroundTheDoor), unit_of_work(system(project.id), "tests"):
        opened.execute(statement)
