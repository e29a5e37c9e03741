"""Where answers to mail come: asked before the first batch, and in the header that leaves."""

from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from crm.core import mail
from crm.core.db import session, unit_of_work
from crm.core.permissions import Role, system
from crm.messages.models import MessageBatch
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.posting import Post, Said, content
from tests.smtp import Sink

FREE = {"subject_nl": "Wat ervan werd", "body_nl": "Een moestuin.", "when": "now", "key": "k"}
LABEL = 'name="reply_address"'


def answers_to(project: Project, address: str) -> None:
    with unit_of_work(system(project.id), "tests.answers"):
        project.reply_address = address


def kept(project: Project) -> tuple[int, str]:
    """Return how many batches there are, and where answers come."""
    session().rollback()
    session().expire_all()
    batches = session().scalar(select(func.count()).select_from(MessageBatch)) or 0
    return batches, project.reply_address


def test_the_first_batch_asks_where_answers_come(client: FlaskClient, project: Project) -> None:
    answers_to(project, "")
    factories.sign_in(client, factories.member(project, Role.PLANNER))
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    factories.person("Ambtenaar", at=at, email="ambtenaar@kring.example")
    here = f"/projects/{project.slug}/messages/new"

    asked = client.get(here)
    missing = pages.post(client, here, FREE)
    injected = "a@kring.example\r\nBcc: b@kring.example"
    unusable = pages.post(client, here, {**FREE, "reply_address": injected})
    before = kept(project)
    sent = pages.post(client, here, {**FREE, "reply_address": "wij@Kring.example"})
    after = kept(project)
    again = client.get(here)
    other = {**FREE, "key": "l", "reply_address": "anders@kring.example"}
    pages.post(client, here, other)

    assert LABEL in asked.text
    assert missing.status_code == unusable.status_code == 400
    assert "Fill in the address at which answers come." in missing.text
    assert "This is no e-mail address to which everybody can write." in unusable.text
    assert before == (0, "")
    assert sent.status_code == 303
    assert after == (1, "wij@kring.example")
    assert LABEL not in again.text
    assert kept(project) == (2, "wij@kring.example")


@pytest.mark.usefixtures("server")
def test_the_address_for_answers_leaves_unless_a_message_names_somebody(
    post: Post, sink: Sink, said: Said, project: Project
) -> None:
    with unit_of_work(system(project.id), "tests.name"):
        project.name = "Wijk Lariks\r\nBcc: x@kring.example"
        project.reply_address = "wij@kring.example"
    post.put("ans@kring.example")
    post.work()

    def of_bert(outgoing: mail.Outgoing) -> mail.Content:
        return replace(content(outgoing), reply_to=("Bert", "bert@kring.example"))

    said.answer = of_bert
    post.put("noa@kring.example")
    post.work()

    first, second = (one.message for one in sink.arrived)
    assert first["Reply-To"].addresses[0].addr_spec == "wij@kring.example"
    assert "Bcc" not in first
    assert second["Reply-To"].addresses[0].addr_spec == "bert@kring.example"
