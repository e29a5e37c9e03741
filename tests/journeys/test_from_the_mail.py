"""From the bytes of a mail: its links lead to the answer, to one click and to one's own details."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from config import Config
from crm.core.db import Database, session, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import system
from crm.design_sessions.models import Invitation
from crm.design_sessions.services import planning
from crm.messages.jobs.loop import Deliverer
from crm.messages.queries.suppressions import reasons_by_scope
from crm.messages.services import outbox
from crm.projects.models import Project
from tests import factories
from tests.design_sessions import own_page
from tests.design_sessions.conftest import details
from tests.journeys.visitor import Visitor

ADDRESS = "noa@kring.example"
LINK = re.compile(r"http://127\.0\.0\.1:8000(/[rud]/[A-Za-z0-9]{10}\.[A-Za-z0-9_-]{22})")


@pytest.fixture
def invited(opened: Session, project: Project) -> Invitation:
    """Somebody to whom an invitation waits to be sent."""
    leader = factories.leader_of(project)
    planned = planning.add_session(leader, project, details=details("Keukentafel"))
    made = own_page.invite(planned, leader, "Noa", "Lindeman", ADDRESS)
    to = Recipient(ADDRESS, "Noa Lindeman", "en", person_id=made.person_id)
    with unit_of_work(system(project.id), "tests.queue"):
        outbox.queue(to, Letter(Purpose.INVITE, "inv:1:invite:1", about_id=made.id))
    return made


def sent(app: Flask, config: Config) -> list[EmailMessage]:
    """Let a worker send what waits, and return all that was sent so far, oldest first."""
    database: Database = app.extensions["kring_database"]
    session().rollback()
    worker = Deliverer(database, app.app_context, seconds=0.1)
    while worker.round():
        pass
    files = sorted(
        Path(config.data_dir, "mail").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns
    )
    return [
        message_from_bytes(one.read_bytes(), _class=EmailMessage, policy=default) for one in files
    ]


def path_in(message: EmailMessage, start: str) -> str:
    """Return the path of the link in the words of a message that begins so."""
    body = message.get_body(("plain",))
    assert body
    paths: list[str] = LINK.findall(body.get_content())
    return next(path for path in paths if path.startswith(start))


def test_the_links_in_the_mails_lead_where_they_should(
    app: Flask, config: Config, invited: Invitation
) -> None:
    (invitation,) = sent(app, config)
    noa = Visitor(app.test_client()).open(path_in(invitation, "/r/"))
    noa.press("Send my answer", {"Do you come?": "Yes"})
    noa.press("Show what you keep about me")

    second = next(one for one in sent(app, config) if "keep about you" in one["Subject"])
    noa.open(path_in(second, "/d/"))
    assert noa.heading == "What we keep about you"
    assert "Keukentafel" in noa.text
    assert "List-Unsubscribe" not in second

    (one_click,) = LINK.findall(invitation["List-Unsubscribe"])
    answer = app.test_client().post(one_click, data={"List-Unsubscribe": "One-Click"})
    session().rollback()
    assert invitation["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.status_code == 200
    assert ADDRESS in reasons_by_scope([ADDRESS])
