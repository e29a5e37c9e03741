"""A database that somebody holds, or that goes away: said in words, nothing saved, and it heals."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from crm.core import clock
from crm.core.db import Database, asked_once, engine
from crm.messages.jobs import claiming, results
from crm.messages.jobs.checking import check
from crm.messages.jobs.relay import Handover, Sealed
from crm.messages.models import MessageState
from crm.messages.rules.server import lanes
from crm.messages.rules.server_replies import Reply, Verdict
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories, pages
from tests.posting import Post

pytestmark = pytest.mark.both_engines("locks")

PATIENCE = 200  # milliseconds; people wait longer than tests


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """The application waits shortly for a database that is held."""
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", PATIENCE)


@pytest.fixture
def leader(client: FlaskClient, opened: Session, project: Project) -> FlaskClient:
    """Somebody who leads the project."""
    signed_in = factories.sign_in(client, factories.member(project))
    opened.rollback()
    return signed_in


@contextmanager
def held(app: Flask) -> Iterator[None]:
    """Hold what a new person needs, as another program would."""
    database: Database = app.extensions["kring_database"]
    if database.engine.dialect.name == "sqlite":
        other = sqlite3.connect(str(database.url.database), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")
        other.close()
        return
    with psycopg.connect(libpq(database)) as connection:
        connection.execute("LOCK TABLE person IN EXCLUSIVE MODE")
        yield


def libpq(database: Database) -> str:
    """Return the address of a PostgreSQL database without SQLAlchemy's own words."""
    written = database.url.render_as_string(hide_password=False)
    return written.replace("postgresql+psycopg", "postgresql")


def add(client: FlaskClient, project: Project) -> TestResponse:
    """Add a person."""
    typed = {
        "surname": "Wachter",
        "name_use": "own",
        "form_of_address": "neutral",
        "language": "nl",
    }
    return pages.post(client, f"/projects/{project.slug}/persons/new", typed)


def persons(opened: Session) -> int:
    """Return how many persons there are."""
    opened.rollback()
    return opened.scalar(select(func.count()).select_from(Person)) or 0


def test_a_change_while_the_database_is_held_is_refused_in_words_and_heals(
    app: Flask, leader: FlaskClient, opened: Session, project: Project
) -> None:
    with held(app):
        refused = add(leader, project)
        meanwhile = leader.get(f"/projects/{project.slug}/persons")
    saved = persons(opened)
    after = add(leader, project)

    assert (refused.status_code, saved, meanwhile.status_code) == (503, 0, 200)
    assert "Nothing was saved" in pages.text_of(refused)
    assert (after.status_code, persons(opened)) == (303, 1)


@pytest.mark.engine("sqlite")
def test_a_page_is_shown_though_the_sign_in_cannot_be_noted_as_seen(
    app: Flask, leader: FlaskClient, project: Project
) -> None:
    with held(app), clock.frozen(clock.now() + timedelta(minutes=5)):
        answer = leader.get(f"/projects/{project.slug}/persons")

    assert answer.status_code == 200


@pytest.mark.engine("postgresql")
def test_connections_that_were_cut_are_made_anew(
    app: Flask, leader: FlaskClient, opened: Session, project: Project
) -> None:
    database: Database = app.extensions["kring_database"]
    address = f"/projects/{project.slug}/persons"
    leader.get(address)
    opened.close()

    cut_all(database)

    assert leader.get(address).status_code == 200


@pytest.mark.engine("postgresql")
@pytest.mark.usefixtures("server", "project")
def test_what_became_of_a_message_is_noted_though_the_connection_was_cut_meanwhile(
    post: Post,
) -> None:
    message_id = post.put()
    with asked_once():
        [claimed] = claiming.claim(post.database, "living", lanes()[0], 1)
        sealed = check(post.database, claimed)
        assert isinstance(sealed, Sealed)
        assert results.begin(post.database, claimed, sealed)
        post.opened.close()
        cut_all(post.database)

        results.note(post.database, claimed, Handover(Verdict.ACCEPTED, Reply(250, "ok")))

    assert post.message(message_id).state is MessageState.ACCEPTED


def cut_all(database: Database) -> None:
    """Cut every connection to a database but one's own."""
    with psycopg.connect(libpq(database), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
