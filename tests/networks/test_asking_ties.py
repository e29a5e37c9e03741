"""Asking people by mail with whom they work: whom, once, and by a link that is theirs alone."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.db import project_in_scope, session, unit_of_work
from crm.core.permissions import system
from crm.messages.models import MessageBatch, MessageState, OutboxMessage
from crm.networks.models import DeclaredTie, DeclaringLink
from crm.networks.queries import declared_ties
from crm.stakeholders.models import Organisation, Person
from tests import factories, pages
from tests.networks.gathering import meet
from tests.posting import Post
from tests.smtp import Sink

LINK = re.compile(r"/t/[A-Za-z0-9]{10}\.[A-Za-z0-9_-]{22}")


@pytest.fixture
def dirk(office: Organisation, resident: Person) -> Person:
    """An official with an address, who met a resident and somebody of a shop."""
    made = factories.person("Ambtenaar", first_name="Dirk", at=office, email="dirk@kring.example")
    shop = factories.organisation("Bakkerij Proef")
    meet(made, resident, factories.person("Bakker", first_name="Bo", at=shop))
    return made


@pytest.fixture
def worker(app: Flask, opened: Session, server: str) -> Iterator[Post]:
    """A worker that hands over to a real mail server."""
    made = Post(app.extensions["kring_database"], opened)
    yield made
    made.worker._leave()


def ask(client: FlaskClient, where: str, key: str = "once") -> str:
    given = {"key": key, "when": "now"}
    return pages.post(client, f"{where}/declared/ask", given).headers["Location"]


def test_who_may_be_written_to_is_asked_once_and_says_so_by_the_link(
    app: Flask, leader: FlaskClient, where: str, dirk: Person, worker: Post, sink: Sink
) -> None:
    assert ask(leader, where) == ask(leader, where)
    worker.work()

    [arrived] = sink.arrived
    text = arrived.message.get_body(("plain",)).get_content()  # type: ignore[union-attr]  # is there
    found = LINK.search(text)
    assert arrived.recipient == "dirk@kring.example"
    assert arrived.message["List-Unsubscribe"]
    assert found

    opened = app.test_client().get(f"{found[0]}?language=en")
    assert "Bo Bakker (Bakkerij Proef)" in pages.text_of(opened)
    bo = re.search(r'value="(p\d+)"', opened.text)
    assert bo
    app.test_client().post(found[0], data={"chosen": bo[1]})
    session().rollback()
    assert session().scalars(select(DeclaredTie)).one().ends == (f"p{dirk.id}", bo[1])


@pytest.mark.engine("sqlite")
def test_the_page_shows_who_gets_it_who_does_not_and_how_it_reads(
    leader: FlaskClient, where: str, dirk: Person, resident: Person
) -> None:
    answer = leader.get(f"{where}/declared/ask")
    letter = leader.get(f"{where}/declared/ask/letters/{dirk.id}")

    text = pages.text_of(answer)
    assert "1 person gets it." in text
    assert "Bewoner" in text.partition("Who does not get it")[2]
    assert "Met wie werk je samen?" in letter.text
    session().rollback()
    assert session().scalars(select(DeclaringLink)).all() == []


@pytest.mark.engine("sqlite")
def test_an_ended_link_is_not_sent_any_more(
    leader: FlaskClient, where: str, dirk: Person, worker: Post, sink: Sink
) -> None:
    ask(leader, where)
    pages.post(leader, f"{where}/people/{dirk.id}/declaring-link/end", {})

    worker.work()

    session().rollback()
    assert session().scalars(select(OutboxMessage)).one().state is MessageState.CANCELLED
    assert sink.arrived == []
    assert len(session().scalars(select(MessageBatch)).all()) == 1


@pytest.mark.engine("sqlite")
def test_a_changed_token_opens_nothing(
    app: Flask, leader: FlaskClient, where: str, dirk: Person
) -> None:
    ask(leader, where)
    session().rollback()
    name = session().scalars(select(DeclaringLink)).one().public_name

    answer = app.test_client().get(f"/t/{name}.{'A' * 22}")

    assert answer.status_code == 404


@pytest.mark.engine("sqlite")
def test_who_answered_lately_is_not_asked_again(
    leader: FlaskClient, where: str, dirk: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(leader, where)
    session().rollback()
    with unit_of_work(system(project_in_scope()), "tests.answer"):
        session().scalars(select(DeclaringLink)).one().answered_at = clock.now()

    text = pages.text_of(leader.get(f"{where}/declared/ask"))
    again = pages.post(leader, f"{where}/declared/ask", {"key": "again", "when": "now"})

    assert "1 person gets it." not in text
    assert "Ambtenaar" in text.partition("Who does not get it")[2]
    assert again.status_code == 409
    monkeypatch.setattr(declared_ties, "ANSWER_LASTS", timedelta(0))
    assert "1 person gets it." in pages.text_of(leader.get(f"{where}/declared/ask"))
