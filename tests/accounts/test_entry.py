"""Getting in, staying in and getting out."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import services
from crm.accounts.models import UserSession
from crm.accounts.rules import passwords
from crm.core import clock, tokens
from crm.core.permissions import system
from tests import factories, pages
from tests.factories.accounts import PASSWORD

GOOD = "paard fiets wolk kaars"


def test_who_is_not_signed_in_is_asked_to(client: FlaskClient, opened: Session) -> None:
    answer = client.get("/account")

    assert (answer.status_code, answer.location) == (303, "/sign-in?next=/account")


def test_signing_in_leads_to_the_page_one_asked_for(client: FlaskClient, opened: Session) -> None:
    who = factories.account()

    answer = pages.post(
        client,
        "/sign-in",
        {"email": who.email.upper(), "password": PASSWORD, "next": "/account"},
    )

    assert (answer.status_code, answer.location) == (303, "/account")
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:1",
        "/account\r\nX-Typed: yes", "/\t/evil.example", "/\x00", "//[", "/\u2028",
    ],
)  # fmt: skip
def test_signing_in_never_leads_to_another_host(
    client: FlaskClient, opened: Session, elsewhere: str
) -> None:
    who = factories.account()

    answer = pages.post(
        client, "/sign-in", {"email": who.email, "password": PASSWORD, "next": elsewhere}
    )

    assert answer.location == "/"


def test_known_and_unknown_accounts_get_the_same_answer(
    client: FlaskClient, opened: Session
) -> None:
    who = factories.account()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"

    wrong = pages.post(client, "/sign-in", {"email": who.email, "password": "iets anders"})
    unknown = pages.post(client, "/sign-in", {"email": "x@kring.example", "password": "iets"})

    assert wrong.status_code == unknown.status_code == 400
    assert "do not belong together" in pages.text_of(wrong)
    assert "do not belong together" in pages.text_of(unknown)


def test_looking_at_no_account_costs_what_an_account_costs() -> None:
    assert not passwords._hasher.check_needs_rehash(passwords._NOBODYS)
    assert passwords.matches("", "iets") is False


def test_a_copied_cookie_ends_with_signing_out(
    app: Flask, client: FlaskClient, opened: Session
) -> None:
    factories.sign_in(client, factories.account())
    thief = app.test_client()
    with client.session_transaction() as cookie, thief.session_transaction() as copied:
        copied.update(cookie)
    assert thief.get("/account").status_code == 200

    pages.post(client, "/sign-out", form_at="/account")

    assert thief.get("/account").status_code == 303


def test_the_database_holds_no_token(client: FlaskClient, opened: Session) -> None:
    factories.sign_in(client, factories.account())

    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    kept = opened.scalars(select(UserSession.token_hash)).one()

    assert kept == tokens.hashed(token) != token


@pytest.mark.parametrize(("idle", "status"), [(29, 200), (31, 303)])
def test_a_sign_in_ends_after_half_an_hour_unused(
    client: FlaskClient, opened: Session, idle: int, status: int
) -> None:
    factories.sign_in(client, factories.account())

    with clock.frozen(clock.now() + timedelta(minutes=idle)):
        answer = client.get("/account")

    assert answer.status_code == status


def test_a_sign_in_ends_after_twelve_hours_however_used(
    client: FlaskClient, opened: Session
) -> None:
    factories.sign_in(client, factories.account())
    start = clock.now()
    for minutes in range(20, 12 * 60, 20):
        with clock.frozen(start + timedelta(minutes=minutes)):
            assert client.get("/account").status_code == 200

    with clock.frozen(start + timedelta(hours=12, minutes=1)):
        assert client.get("/account").status_code == 303


def test_disabling_an_account_ends_its_sign_in(client: FlaskClient, opened: Session) -> None:
    who = factories.account()
    factories.sign_in(client, who)

    services.set_active(system(), who, is_active=False)

    assert client.get("/account").status_code == 303


def test_a_new_password_ends_every_sign_in(client: FlaskClient, opened: Session) -> None:
    factories.sign_in(client, factories.account())

    pages.post(client, "/account/password", {"old": PASSWORD, "password": GOOD}, form_at="/account")

    assert opened.scalars(select(UserSession)).all() == []


@pytest.mark.parametrize("weak", ["kort", "wachtwoord123", "aaaaaaaaaaaaaa", "ada proef kring"])
def test_a_password_that_others_guess_is_refused(
    client: FlaskClient, opened: Session, weak: str
) -> None:
    factories.sign_in(client, factories.account("Ada Proef"))

    answer = pages.post(
        client, "/account/password", {"old": PASSWORD, "password": weak}, form_at="/account"
    )

    assert answer.status_code == 400
    assert "at least 12 characters" in pages.text_of(answer)


def test_a_form_without_its_token_is_refused(client: FlaskClient, opened: Session) -> None:
    answer = client.post("/sign-in", data={"email": "x@kring.example", "password": "x"})

    assert answer.status_code == 400
