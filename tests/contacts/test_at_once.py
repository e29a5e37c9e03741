"""One list twice at the same moment: a whole result, and nobody twice."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from crm.contacts.models import ContactImport, ImportState
from crm.contacts.queries.imports import contact_import
from crm.contacts.services import import_parts, imports
from crm.core.db import session
from crm.core.permissions import system
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from tests.contacts.lists import begun
from tests.design_sessions.test_at_once import at_once
from tests.long_tasks import work

pytestmark = pytest.mark.both_engines("locks")

LIST = "Naam;Organisatie;E-mail\n" + "".join(
    f"P{number} Vos;Club {number % 3};p{number}@kring.example\n" for number in range(9)
)


def test_one_list_that_is_imported_twice_at_once_doubles_nobody(
    app: Flask, project: Project
) -> None:
    ids = [begun(project, LIST).id for _number in range(2)]
    project_id = project.id
    session().rollback()

    def carry_out() -> int:
        made = contact_import(ids.pop())
        imports.carry_out(system(project_id), made, project=session().get_one(Project, project_id))
        assert made.state is ImportState.DONE
        return made.new

    got = at_once(app, project_id, carry_out)

    session().expire_all()
    sizes = [
        session().scalar(select(func.count()).select_from(one)) for one in (Person, Organisation)
    ]
    assert (sorted(got), sizes) == ([0, 9], [9, 3])


def test_a_long_list_waits_for_the_one_that_began_before(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_parts, "PART", 4)
    monkeypatch.setattr(import_parts, "MOST_AT_ONCE", 4)
    first, second = begun(project, LIST), begun(project, LIST)
    for made in (first, second):
        import_parts.start(system(project.id), made, project=project)

    def carry_out(made: ContactImport) -> tuple[ImportState, int]:
        work(made.task)
        session().expire_all()
        return made.state, session().scalar(select(func.count()).select_from(Person)) or 0

    assert carry_out(second) == (ImportState.MAPPED, 0)
    assert carry_out(first) == (ImportState.DONE, 9)
    assert carry_out(second) == (ImportState.DONE, 9)
