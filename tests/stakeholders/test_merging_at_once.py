"""Two merges at the same moment that would cross: one is done, the other refused in clear words."""

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from crm.core.db import Database, project_scope, session
from crm.core.permissions import system
from crm.projects import queries as projects
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories

pytestmark = pytest.mark.both_engines("locks")


def crossing(
    app: Flask, project_id: int, merge: Callable[..., object], ids: tuple[int, int]
) -> list[str]:
    """Merge one into the other and the other into the one, and return how both ended."""
    database: Database = app.extensions["kring_database"]
    start, ended = Barrier(2), list[str]()

    def run(kept: int, gone: int) -> None:
        with app.app_context(), database.opened(), project_scope(project_id):
            project = projects.project(project_id)
            start.wait()
            try:
                merge(system(project_id), project, merge=Merge(kept, gone))
            except merging.NoLongerThere:
                ended.append("refused")
            else:
                ended.append("done")

    threads = [Thread(target=run, args=two) for two in (ids, ids[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ended)


def test_one_into_the_other_while_the_other_goes_into_the_one(app: Flask, project: Project) -> None:
    ids = factories.person("Een").id, factories.person("Twee").id
    project_id = project.id
    session().rollback()

    ended = crossing(app, project_id, merging.merge_persons, ids)

    session().rollback()
    assert ended == ["done", "refused"]
    assert len(session().scalars(select(Person.id)).all()) == 1


def test_organisations_do_not_cross_either(app: Flask, project: Project) -> None:
    ids = factories.organisation("Een").id, factories.organisation("Twee").id
    project_id = project.id
    session().rollback()

    ended = crossing(app, project_id, merging.merge_organisations, ids)

    session().rollback()
    assert ended == ["done", "refused"]
    assert len(session().scalars(select(Organisation.id)).all()) == 1
