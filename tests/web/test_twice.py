"""Twice is once: a form that is sent by a double click, or again, makes one thing."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.accounts.models import AccessLink, Account
from crm.core import clock, idempotency
from crm.core.db import Base, session, unit_of_work
from crm.core.idempotency import SentForm
from crm.core.permissions import Role, system
from crm.design_sessions.models import DesignSession
from crm.initiatives.models import Initiative
from crm.neighbourhoods.models import Area
from crm.projects.models import Project
from crm.stakeholders.models import Organisation, Person
from tests import factories, pages

pytestmark = pytest.mark.both_engines("locks")

AT_ONCE = 3
PERSON = {"first_name": "Ans", "surname": "Proef", "helix": "end_users"}
PLACE = {"name": "Schakel", "helix": "business"}
SESSION = {
    "title": "Ontwerpen", "kind": "design_session", "phase": "develop", "place": "De Zuidstee",
    "starts_date": "2027-05-04", "starts_time": "14:00", "ends_time": "16:00",
    "zone": "Europe/Amsterdam", "waiting_rule": "first_come",
}  # fmt: skip
FORMS: dict[str, tuple[type[Base], dict[str, str]]] = {
    "sessions/new": (DesignSession, SESSION),
    "initiatives/new": (Initiative, {"name": "Park", "track": "pilot", "stage": "running"}),
    "persons/new": (Person, PERSON),
    "organisations/new": (Organisation, {**PLACE, "second_helix": ""}),
    "areas/new": (Area, {"name": "Pittelo"}),
}


@pytest.fixture
def who(project: Project) -> Account:
    return factories.member(project, Role.LEADER)


@pytest.fixture
def leader(client: FlaskClient, who: Account) -> FlaskClient:
    return factories.sign_in(client, who)


def same_browser(app: Flask, client: FlaskClient) -> FlaskClient:
    """Return a client that sends the same cookies, as another thread would use it."""
    other = app.test_client()
    with client.session_transaction() as cookie, other.session_transaction() as copy:
        copy.update(cookie)
    return other


def at_once(sends: list[Callable[[], TestResponse]]) -> list[TestResponse]:
    """Send all at the same moment; return the answers."""
    answers: list[TestResponse] = []
    ready = Barrier(len(sends))

    def send(one: Callable[[], TestResponse]) -> None:
        ready.wait()
        answers.append(one())

    threads = [Thread(target=send, args=(one,)) for one in sends]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def sent_at_once(
    app: Flask, client: FlaskClient, address: str, data: dict[str, str], *, form_at: str = ""
) -> list[TestResponse]:
    """Send one form three times at the same moment."""
    fields = {**data, "csrf_token": pages.token(client, form_at or address)}
    browsers = [same_browser(app, client) for _each in range(AT_ONCE)]
    return at_once([lambda one=one: one.post(address, data=fields) for one in browsers])  # type: ignore[misc]  # each its own


def how_many(model: type[Base]) -> int:
    session().rollback()
    return session().scalar(select(func.count()).select_from(model)) or 0


def test_three_posts_of_one_form_at_once_make_one_thing(
    app: Flask, leader: FlaskClient, project: Project
) -> None:
    answers = {}
    for path, (_model, data) in FORMS.items():
        sent = sent_at_once(app, leader, f"/projects/{project.slug}/{path}", data)
        answers[path] = {(one.status_code, one.location) for one in sent}

    assert {path: how_many(model) for path, (model, _data) in FORMS.items()} == dict.fromkeys(
        FORMS, 1
    )
    assert {path: [code for code, _to in seen] for path, seen in answers.items()} == {
        path: [303] for path in FORMS
    }


def test_three_posts_for_a_project_make_one_and_lead_there(app: Flask, leader: FlaskClient) -> None:
    sent = sent_at_once(app, leader, "/projects/new", {"name": "Samen in Pittelo"})

    assert {(one.status_code, one.location) for one in sent} == {
        (303, "/projects/samen-in-pittelo/")
    }
    assert how_many(Project) == 2


def test_a_link_that_is_asked_for_twice_is_one_and_shown_in_both_answers(
    app: Flask, leader: FlaskClient, project: Project
) -> None:
    data = {"email": "nieuw@kring.example", "role": "planner"}

    sent = sent_at_once(app, leader, f"/projects/{project.slug}/members", data)

    assert how_many(AccessLink) == 1
    links = {one.text.partition("/links/")[2].partition('"')[0] for one in sent}
    assert len(links) == 1
    assert app.test_client().get(f"/links/{links.pop()}").status_code == 200


def test_two_projects_of_one_short_name_at_once_are_one_and_a_refusal_beside_its_field(
    app: Flask, leader: FlaskClient
) -> None:
    address = "/projects/new"
    typed = [
        {"name": name, "slug": "samen", "csrf_token": pages.token(leader, address)}
        for name in ("Samen", "Samen ook", "Ook samen")
    ]
    browsers = [same_browser(app, leader) for _one in typed]

    sent = at_once(
        [
            lambda one=one, data=data: one.post(address, data=data)  # type: ignore[misc]  # each its own
            for one, data in zip(browsers, typed, strict=True)
        ]
    )

    assert sorted(one.status_code for one in sent) == [303, 409, 409]
    assert all('id="slug-error"' in one.text for one in sent if one.status_code == 409)
    assert how_many(Project) == 2


def test_a_form_that_was_refused_can_be_mended_and_sent_again_from_the_same_page(
    leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/areas/new"
    form = pages.token(leader, address)

    refused = leader.post(address, data={"name": "", "csrf_token": form})
    mended = leader.post(address, data={"name": "Lariks", "csrf_token": form})

    assert (refused.status_code, mended.status_code) == (400, 303)
    assert how_many(Area) == 1


def test_the_same_words_from_a_page_drawn_anew_make_another(
    leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/sessions/new"

    first = pages.post(leader, address, SESSION)
    second = pages.post(leader, address, SESSION)

    assert first.location != second.location
    assert how_many(DesignSession) == 2


def test_other_words_from_the_same_page_are_no_second_press(
    leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/sessions/new"
    form = {**SESSION, "csrf_token": pages.token(leader, address)}

    leader.post(address, data=form)
    leader.post(address, data={**form, "title": "Beproeven"})

    assert how_many(DesignSession) == 2


def test_what_one_form_made_is_not_what_another_person_is_led_to(
    app: Flask, leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/areas/new"
    colleague = factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))
    drawn = pages.token(leader, address).partition("~")[2]
    theirs = pages.token(colleague, address).partition("~")[0]

    leader.post(address, data={"name": "Lariks", "csrf_token": pages.token(leader, address)})
    answer = colleague.post(address, data={"name": "Lariks", "csrf_token": f"{theirs}~{drawn}"})

    assert answer.status_code == 409


def test_what_was_removed_since_is_not_made_a_second_time(
    leader: FlaskClient, project: Project
) -> None:
    address = f"/projects/{project.slug}/persons/new"
    form = {**PERSON, "csrf_token": pages.token(leader, address)}
    made = leader.post(address, data=form).location
    pages.post(leader, f"{made}/remove", {"reason": "vergissing"}, form_at=f"{made}/remove")

    answer = leader.post(address, data=form)

    assert answer.status_code == 409
    assert "sent before" in pages.text_of(answer)
    assert how_many(Person) == 0


def test_what_forms_made_is_forgotten_after_a_day(
    leader: FlaskClient, project: Project, opened: Session
) -> None:
    pages.post(leader, f"/projects/{project.slug}/areas/new", {"name": "Lariks"})
    pages.post(leader, f"/projects/{project.slug}/areas/new", {"name": "Pittelo"})
    with unit_of_work(system(), "tests.older"):
        oldest = select(func.min(SentForm.id)).scalar_subquery()
        older = update(SentForm).where(SentForm.id == oldest)
        opened.execute(older.values(sent_at=clock.now() - timedelta(days=2)))

    idempotency.forget_old({})

    assert how_many(SentForm) == 1
