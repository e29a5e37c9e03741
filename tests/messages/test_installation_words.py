"""Words of the installation's own mail: an administrator writes them, and the worker uses them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core.db import unscoped
from crm.core.mail import Purpose
from crm.messages.models import MessageTemplate
from crm.messages.queries import templates
from tests import factories, pages

BODY = "Dag ((voornaam)),\n\n[Kies](((link)))"


@pytest.fixture
def administrator(opened: Session, client: FlaskClient) -> FlaskClient:
    return factories.sign_in(client, factories.account(administrator=True))


def test_an_administrator_writes_the_words_for_new_passwords(
    opened: Session, administrator: FlaskClient
) -> None:
    given = {"subject": "Nieuw", "body": BODY, "revision": "0"}

    answer = pages.post(administrator, "/mail-words/nl", given)
    stale = pages.post(administrator, "/mail-words/nl", {**given, "subject": "Anders"})

    opened.rollback()
    assert (answer.status_code, stale.status_code) == (303, 409)
    assert templates.words_for(Purpose.RESET, "nl").body == BODY
    kept = opened.scalars(select(MessageTemplate), execution_options=unscoped("the test")).all()
    assert [(one.project_id, one.version) for one in kept] == [(None, 1)]


def test_a_link_is_never_left_out_of_them(administrator: FlaskClient) -> None:
    answer = pages.post(
        administrator, "/mail-words/en", {"subject": "New", "body": "Hello", "revision": "0"}
    )

    assert answer.status_code == 400
    assert "((link))" in answer.text


def test_only_an_administrator_is_led_there(
    opened: Session, administrator: FlaskClient, app: Flask
) -> None:
    somebody = factories.sign_in(app.test_client(), factories.account())

    assert "/mail-words/en" in administrator.get("/").text
    assert administrator.get("/mail-words/de").status_code == 404
    assert "/mail-words" not in somebody.get("/").text
    assert somebody.get("/mail-words/en").status_code == 403
