"""A page of search takes at most ten statements, whoever asks and however they type."""

from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from crm.core.db import change_many, unit_of_work
from crm.core.permissions import Actor, Role, system
from crm.design_sessions.models import SessionKind
from crm.design_sessions.services import planning
from crm.design_sessions.services.planning import LocalTime, SessionDetails
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Organisation, Person
from tests import factories
from tests.pages import Enter
from tests.statements import counted, questions

pytestmark = pytest.mark.both_engines("search")

MOST = 10
# The first is asked while this process knows no word of the project yet.
ASKED = (
    "?q=dijstra", "?q=dijkstra", "?q=dijk", "?q=dijstra+anna", "?q=zonderling", "?q=zonderlng",
    "?q=krokodillenleer", "?q=resid", "?q=resident+1", "?q=%25", "/quick?q=dijstra",
    "/export.csv?q=dijstra",
)  # fmt: skip


def plan(actor: Actor, project: Project, title: str) -> None:
    day = LocalTime(datetime.fromisoformat("2021-03-04T14:00"))
    details = SessionDetails(title, SessionKind.FIELD_VISIT, day, day)
    planning.add_session(actor, project, details=details)


@pytest.fixture
def register(opened: Session, project: Project) -> None:
    """Something of each kind that is called Dijkstra, shown by name and not, and notes."""
    actor = system(project.id)
    for number in range(3):
        work = factories.organisation(f"Dijkstra Tuinen {number}", helix=Helix.BUSINESS)
        factories.person("Dijkstra", first_name="Anna", at=work)
        factories.person("Zonderling", first_name="Bep", helix=Helix.END_USERS)
        factories.initiative(actor, project, f"Buurttuin Dijkstra {number}")
        plan(actor, project, f"Bij Dijkstra {number}")
    with unit_of_work(actor, "tests.notes"):
        change_many(Person, Person.id > 0, {"note": "Belt dijkstra"})
        change_many(Organisation, Organisation.id > 0, {"note": "Naast dijkstra"})


@pytest.mark.parametrize("role", Role)
def test_a_page_of_search_takes_ten_statements_at_most(
    app: Flask, enter: Enter, project: Project, register: None, role: Role
) -> None:
    client = enter(role)

    taken = {}
    for asked in ASKED:
        with counted(app) as sent:
            assert client.get(f"/projects/{project.slug}/search{asked}").status_code == 200
        taken[asked] = questions(sent)

    assert {asked: number for asked, number in taken.items() if number > MOST} == {}
