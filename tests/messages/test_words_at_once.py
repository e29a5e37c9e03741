"""Two who write or first send the same words at the same moment: one version, and one told so."""

import pytest
from flask import Flask

from crm.core.db import session, unit_of_work
from crm.core.errors import StaleRecord
from crm.core.mail import Purpose
from crm.core.permissions import system
from crm.messages.queries import templates as queries
from crm.messages.services import templates
from crm.messages.services.templates import Place
from crm.projects.models import Project
from tests.design_sessions.test_at_once import at_once

pytestmark = pytest.mark.both_engines("locks")

BODY = "((wanneer))\n\n[Antwoord](((antwoordlink)))"


def test_two_who_send_for_the_first_time_share_version_one(app: Flask, project: Project) -> None:
    project_id = project.id
    session().rollback()

    def pin() -> int:
        with unit_of_work(system(project_id), "tests.pinned"):
            return templates.pinned(Purpose.INVITE, "nl").id

    got = at_once(app, project_id, pin)

    session().rollback()
    assert len(got) == 2
    assert len(set(got)) == 1
    assert len(queries.versions(Purpose.INVITE, "nl")) == 1


def test_of_two_who_save_at_once_one_learns_of_the_other(app: Flask, project: Project) -> None:
    project_id = project.id
    session().rollback()

    def write() -> int:
        place, words = Place(Purpose.INVITE, "nl"), ("Kom", BODY)
        try:
            found = session().get_one(Project, project_id)
            templates.write(system(project_id), found, place=place, words=words, seen=0)
        except StaleRecord:
            return 409
        return 303

    got = at_once(app, project_id, write)

    session().rollback()
    assert sorted(got) == [303, 409]
    assert len(queries.versions(Purpose.INVITE, "nl")) == 1
