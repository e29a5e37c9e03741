"""Two who press at the same moment: nobody is invited, noted or added twice."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask

from crm.core.db import project_scope, session
from crm.core.permissions import system
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries import sessions
from crm.design_sessions.services import attending, inviting
from crm.design_sessions.services.attending import Noted, WalkIn
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories
from tests.design_sessions.conftest import Plan, anew

pytestmark = pytest.mark.both_engines("locks")


def at_once(app: Flask, project_id: int, change: Callable[[], int]) -> list[int]:
    """Do the same in two threads, each with a session of its own, and return what each got."""
    start = Barrier(2)
    got: list[int] = []

    def run() -> None:
        with (
            app.app_context(),
            app.extensions["kring_database"].opened(),
            project_scope(project_id),
        ):
            start.wait()
            got.append(change())

    threads = [Thread(target=run) for _one in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def test_two_who_invite_the_same_people_at_once(app: Flask, project: Project, plan: Plan) -> None:
    number, project_id = plan().id, project.id
    people = [factories.person(f"Proef{one}", helix=Helix.BUSINESS).id for one in range(5)]
    session().rollback()

    got = at_once(
        app,
        project_id,
        lambda: inviting.invite(
            system(project_id), sessions.design_session(number), person_ids=people
        ),
    )

    anew()
    assert sorted(got) == [0, 5]
    assert sessions.balance_of(sessions.design_session(number)).invited == 5


def test_two_who_note_the_same_walk_in_at_once(app: Flask, project: Project, plan: Plan) -> None:
    number, project_id = plan().id, project.id
    invited = factories.person("Proef").id
    inviting.invite(system(project_id), sessions.design_session(number), person_ids=[invited])
    session().rollback()
    noted = {invited: Noted(None, AttendanceStatus.PRESENT)}

    got = at_once(
        app,
        project_id,
        lambda: attending.take_attendance(
            system(project_id),
            sessions.design_session(number),
            noted=noted,
            walk_ins={0: WalkIn("Jolanda van der Veen")},
        ),
    )

    anew()
    assert sorted(got) == [0, 2]
    assert len(people_queries.named("Jolanda van der Veen")) == 1
