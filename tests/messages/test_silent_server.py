"""A mail server that does not answer is said where sending is shown, in place of an end time."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from crm.core import clock
from crm.core.permissions import Role
from crm.messages.models import MessageState
from crm.projects.models import Project
from tests import factories, pages
from tests.posting import Post, batch
from tests.smtp import Sink

TITLE = "The mail server does not answer"


@pytest.fixture
def here(project: Project) -> str:
    """The address of the messages of the project."""
    return f"/projects/{project.slug}/messages"


@pytest.mark.usefixtures("server")
def test_since_when_it_is_silent_and_when_it_is_tried_again_stand_in_place_of_an_end(
    post: Post, sink: Sink, project: Project, client: FlaskClient, here: str
) -> None:
    planner = factories.sign_in(client, factories.member(project, Role.PLANNER))
    sent = batch(project)
    for number in range(3):
        post.put(f"p{number}@kring.example", batch_id=sent.id)
    at = f"{here}/{sent.id}"
    sink.always["MAIL"] = "421 4.3.2 no"
    began = clock.now().replace(microsecond=0)
    with clock.frozen(began):
        post.worker.round()
    with clock.frozen(began + timedelta(seconds=31)):
        post.worker.round()  # it is tried again, and silent for a minute more
        seen = {one: pages.text_of(planner.get(one)) for one in (here, at, f"{at}/progress")}
    with clock.frozen(began + timedelta(minutes=5)):
        trying = pages.text_of(planner.get(at))
        sink.always.clear()
        post.work()
        after = pages.text_of(planner.get(at))

    assert TITLE in seen[here]
    assert TITLE in seen[at]
    for words in seen.values():
        assert "The mail server has taken no messages since" in words
        assert "It is tried again at" in words
        assert "Nothing is lost" in words
        assert "Done at about" not in words
        assert words.count("The mail server has taken no messages since") == 1
    assert "It is being tried again." in trying
    assert "has taken no messages" not in after
    assert len(sink.arrived) == 3


@pytest.mark.usefixtures("server")
def test_what_another_worker_could_send_is_believed(
    post: Post, sink: Sink, project: Project, client: FlaskClient, here: str
) -> None:
    factories.sign_in(client, factories.member(project, Role.PLANNER))
    other = post.another()
    first = post.put("eerste@kring.example")
    post.work(other)  # it knows the server as well, and so says nothing of it later
    sink.answer("MAIL", "421 4.3.2 no")
    began = clock.now()
    with clock.frozen(began):
        second = post.put("tweede@kring.example")
        post.worker.round()
        silent = TITLE in client.get(here).text
    with clock.frozen(began + timedelta(minutes=1)):
        post.work(other)
        other._leave()
        after = TITLE in client.get(here).text

    assert post.message(first).state is MessageState.ACCEPTED
    assert post.message(second).state is MessageState.ACCEPTED
    assert (silent, after) == (True, False)
