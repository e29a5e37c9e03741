"""From a plan to the mailboxes: a planner invites, sends, and reads what became of the mail."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from tests import factories, pages
from tests.posting import Post
from tests.smtp import Sink

pytestmark = pytest.mark.usefixtures("server")


@pytest.fixture
def worker(app: Flask, opened: Session) -> Iterator[Post]:
    """A worker, with what the features themselves say of their messages."""
    made = Post(app.extensions["kring_database"], opened)
    yield made
    made.worker._leave()


def plan() -> dict[str, str]:
    day = (clock.now() + timedelta(days=40)).date().isoformat()
    return {
        "title": "Ontwerpbijeenkomst Lariks", "kind": "design_session", "phase": "develop",
        "place": "De Zuidstee",
        "starts_date": day, "starts_time": "14:00", "ends_time": "16:00",
        "zone": "Europe/Amsterdam", "waiting_rule": "first_come",
    }  # fmt: skip


def test_from_a_plan_to_the_mailboxes_and_what_became_of_it(
    client: FlaskClient, project: Project, worker: Post, sink: Sink
) -> None:
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    people = [
        factories.person(f"Ambtenaar{number}", at=at, email=f"a{number}@kring.example")
        for number in range(3)
    ]
    resident = factories.person("Bewoner", email="bewoner@kring.example")
    planner = factories.sign_in(client, factories.member(project, Role.PLANNER))

    planned = pages.post(planner, f"/projects/{project.slug}/sessions/new", plan())
    assert planned.status_code == 303, pages.text_of(planned)
    session_page = planned.location
    ticked = {"person": [str(one.id) for one in (*people, resident)]}
    pages.post(planner, f"{session_page}/invite", ticked)
    before = pages.text_of(planner.get(f"{session_page}/send-invitations"))
    sent = pages.post(planner, f"{session_page}/send-invitations", {"when": "now", "key": "k"})
    assert sent.status_code == 303, pages.text_of(sent)
    queued = pages.text_of(planner.get(sent.location))
    worker.work()
    after = pages.text_of(planner.get(sent.location))
    overview = pages.text_of(planner.get(session_page))

    assert "3 people get it." in before
    assert "Bewoner, Ans no ground to write" in before
    assert "Waiting to send : 3" in queued
    assert "Finished: nothing waits any more." in after
    assert "Accepted by their mail server : 3" in after
    assert "Accepted by their mail server" in overview
    assert {one.recipient for one in sink.arrived} == {one.emails[0].address for one in people}
    body = sink.arrived[0].message.get_body(("plain",))
    assert body is not None
    link = re.search(r"http://[^\s/]+(/r/\S+)", body.get_content())
    assert link
    assert "Ontwerpbijeenkomst Lariks" in client.get(link[1]).text
