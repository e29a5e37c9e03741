"""Pages about whom one may write to: the card on a person, grounds, objections and the rule."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.consent import queries, rules
from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Allowed, Asking, Standing, Verdict
from crm.core.db import session
from crm.core.permissions import Role
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.pages import post, text_of

NEWS = ContactPurpose.NEWS
BADGE = re.compile(r'class="badge [^>]*>([^<]+)<')


@pytest.fixture
def leader(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))


@pytest.fixture
def reviewer(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))


@pytest.fixture
def official(project: Project) -> Person:
    assert project
    return factories.person(helix=Helix.GOVERNMENT, email="ans@proef.example")


@pytest.fixture
def base(project: Project, official: Person) -> str:
    return f"/projects/{project.slug}/persons/{official.id}"


def standing(person: Person) -> Standing:
    session().rollback()
    return queries.standing(person)


def give(client: FlaskClient, base: str, **fields: str) -> TestResponse:
    return post(client, f"{base}/contact/news", fields)


def test_a_person_shows_for_what_they_may_be_written_to(
    leader: FlaskClient, base: str, official: Person
) -> None:
    factories.basis(official, NEWS, Basis.DECLINED)

    text = text_of(leader.get(base))

    assert "Project work yes Public task" in text
    assert "Further sessions (panel) one message Not asked" in text
    assert "News no Declined" in text
    assert "a form" in text


def test_a_reviewer_sees_nothing_of_it(reviewer: FlaskClient, base: str, official: Person) -> None:
    factories.objection(official)

    text = text_of(reviewer.get(base))

    assert "May we write?" not in text
    assert "written to" not in text
    assert reviewer.get(f"{base}/contact/news").status_code == 403
    assert reviewer.get(f"{base}/objection").status_code == 403


def test_a_ground_is_noted_with_source_and_day(
    leader: FlaskClient, base: str, official: Person
) -> None:
    answer = give(leader, base, basis="consent", source="the form of May", on="2026-05-04")

    assert answer.status_code == 303
    ground = standing(official).ground(NEWS)
    assert (ground.basis, ground.source) == (Basis.CONSENT, "the form of May")
    form = leader.get(f"{base}/contact/news").text
    assert 'value="2026-05-04"' in form
    assert "the form of May" in form


def test_what_somebody_said_needs_a_source_and_nothing_typed_is_lost(
    leader: FlaskClient, base: str, official: Person
) -> None:
    answer = give(leader, base, basis="declined", on="2026-05-04", reason="they wrote back")

    assert answer.status_code == 400
    assert "Say where they said this" in answer.text
    assert "they wrote back" in answer.text
    assert standing(official).noted == {}


def test_the_usual_ground_counts_again(leader: FlaskClient, base: str, official: Person) -> None:
    factories.basis(official, NEWS, Basis.CONSENT)

    answer = give(leader, base, basis="", reason="by mistake")

    assert answer.status_code == 303
    assert standing(official).noted == {}


def test_only_what_reaches_a_purpose_is_offered(leader: FlaskClient, base: str) -> None:
    news = leader.get(f"{base}/contact/news").text
    one_session = leader.get(f"{base}/contact/session").text

    assert 'value="public_task"' not in news
    assert 'value="consent"' in news
    assert 'value="consent"' not in one_session
    assert leader.get(f"{base}/contact/parties").status_code == 404


def test_an_objection_is_noted_shown_and_lifted(
    leader: FlaskClient, base: str, official: Person
) -> None:
    noted = post(leader, f"{base}/objection", {"source": "a call", "on": "2026-05-04"})

    page = leader.get(base)
    assert noted.status_code == 303
    assert "Does not want to be written to" in text_of(page)
    assert "Said on 4 May 2026: a call" in text_of(page)
    assert "mailto:" not in page.text

    lifted = post(
        leader, f"{base}/objection/lift", {"source": "the desk"}, form_at=f"{base}/objection"
    )

    assert lifted.status_code == 303
    assert standing(official).objection is None
    assert "mailto:" in leader.get(base).text


def test_an_objection_without_a_source_is_asked_again(leader: FlaskClient, base: str) -> None:
    assert post(leader, f"{base}/objection", {"source": " "}).status_code == 400


@pytest.mark.parametrize(
    ("language", "one", "no"), [("en", "one message", "no"), ("nl", "één bericht", "nee")]
)
def test_the_rule_is_shown_as_it_is(
    reviewer: FlaskClient, project: Project, language: str, one: str, no: str
) -> None:
    here = f"/projects/{project.slug}/contact-rules"
    post(reviewer, "/language", {"language": language, "here": here}, form_at=here)

    page = reviewer.get(here).text

    rows = page.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
    shown = [BADGE.findall(row) for row in rows]
    yes = {"en": "yes", "nl": "ja"}[language]
    words: dict[Verdict, str] = {Allowed.ALWAYS: yes, Allowed.ONCE: one}
    wanted = [[words.get(row.of(asking), no) for asking in Asking] for row in rules.TABLE]
    assert shown == wanted
