"""Pages on which people of the register are written to, and the page of a request for consent."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from crm.core.db import session
from crm.core.permissions import Role
from crm.messages.links import consent_link
from crm.messages.models import MessageBatch, OutboxMessage
from crm.projects.models import Project
from crm.stakeholders.models import Basis, ContactBasis, ContactPurpose, Helix, Person
from tests import factories, pages

WORDS = {"subject_nl": "Wat ervan werd", "body_nl": "Er kwam een **moestuin**.", "when": "now"}


@pytest.fixture
def planner(project: Project, client: FlaskClient) -> FlaskClient:
    """A browser in which a planner of the project is signed in."""
    return factories.sign_in(client, factories.member(project, Role.PLANNER))


@pytest.fixture
def official(project: Project) -> Person:
    """Somebody of a municipality."""
    at = factories.organisation("Gemeente", helix=Helix.GOVERNMENT)
    return factories.person("Ambtenaar", at=at, email="ambtenaar@kring.example")


@pytest.fixture
def resident(project: Project) -> Person:
    """Somebody who was not asked anything yet."""
    return factories.person("Bewoner", email="bewoner@kring.example")


def message() -> OutboxMessage:
    session().rollback()
    session().expire_all()
    return session().scalars(select(OutboxMessage)).one()


@pytest.mark.usefixtures("official", "resident")
def test_a_message_is_tried_and_then_sent(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"
    first = planner.get(here)

    tried = pages.post(planner, here, {**WORDS, "preview": "yes", "key": "k"})
    sent = pages.post(planner, here, {**WORDS, "key": "k"})

    assert "1 person gets it." in first.text
    assert "no ground to write" in first.text
    assert "Er kwam een moestuin." in pages.text_of(tried)
    assert "Wat ervan werd" in tried.text
    assert sent.status_code == 303
    assert message().batch_id is not None
    assert session().scalars(select(MessageBatch)).one().words["nl"][0] == "Wat ervan werd"


@pytest.mark.usefixtures("official", "resident")
def test_a_message_without_words_comes_back(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"

    answer = pages.post(planner, here, {"subject_nl": "Titel", "when": "now", "key": "k"})

    assert answer.status_code == 400
    assert "Write a subject and a text in each language" in answer.text


@pytest.mark.usefixtures("official", "resident")
def test_the_filters_of_the_list_choose_who_gets_it(planner: FlaskClient, project: Project) -> None:
    here = f"/projects/{project.slug}/messages/new"

    nobody = planner.get(f"{here}?helix=business")
    news = planner.get(f"{here}?purpose=news")

    assert "0 people get it." in nobody.text
    assert "0 people get it." in news.text


def test_consent_is_asked_and_given_by_a_link(
    planner: FlaskClient, client: FlaskClient, project: Project, resident: Person
) -> None:
    here = f"/projects/{project.slug}/messages/consent"
    sent = pages.post(planner, here, {"when": "now", "key": "k"})
    link = "/k/" + consent_link(message().public_name).rpartition("/k/")[2]

    looked = client.get(link)
    nothing = session().scalars(select(ContactBasis)).all()
    half = client.post(link, data={"panel": "yes"})
    given = client.post(link, data={"panel": "yes", "news": "no"}, follow_redirects=True)

    session().rollback()
    kept = {one.purpose: one.basis for one in session().scalars(select(ContactBasis))}
    assert sent.status_code == 303
    assert looked.status_code == 200
    assert nothing == []
    assert half.status_code == 400
    assert given.status_code == 200
    assert kept == {
        ContactPurpose.PANEL: Basis.CONSENT, ContactPurpose.NEWS: Basis.DECLINED,
    }  # fmt: skip


def test_a_link_of_another_purpose_opens_nothing(client: FlaskClient, project: Project) -> None:
    assert client.get("/k/abc.def").status_code == 404
