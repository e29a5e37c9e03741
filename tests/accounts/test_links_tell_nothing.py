"""Who has a link learns nothing from it about an account, and guesses no better than elsewhere."""

import time
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.accounts.models import Account, LinkPurpose
from crm.accounts.rules import passwords
from crm.core.db import unit_of_work
from crm.core.permissions import system
from tests import factories, pages
from tests.factories.accounts import PASSWORD

GOOD = "paard fiets wolk kaars"
WRONG = "iets heel anders dan dat"
CLOSED = 429


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("", {"name": "Iemand", "password": "kort"}),
        ("", {"name": "", "password": GOOD}),
        ("/sign-in", {"own-password": "kort"}),
        ("/sign-in", {"own-password": GOOD}),
    ],
)
def test_a_link_does_not_tell_whether_its_address_is_known(
    client: FlaskClient, opened: Session, path: str, typed: dict[str, str]
) -> None:
    factories.account(email="bekend@kring.example")

    def answer(email: str) -> tuple[int, str]:
        address = factories.link(LinkPurpose.JOIN, email=email)
        got = pages.post(client, address + path, typed, form_at=address)
        return got.status_code, pages.text_of(got).replace(email, "…")

    known, unknown = answer("bekend@kring.example"), answer("niemand@kring.example")

    assert known == unknown
    assert known[0] == 400


def test_a_link_makes_no_second_account_for_an_address(
    client: FlaskClient, opened: Session
) -> None:
    who = factories.account()
    address = factories.link(LinkPurpose.JOIN, email=who.email.upper())

    answer = pages.post(client, address, {"name": "Iemand anders", "password": GOOD})

    assert answer.status_code == 400
    opened.rollback()
    assert opened.scalars(select(Account)).all() == [who]
    assert client.get(address).status_code == 200  # it was not used up
    assert client.get("/account").status_code == 303


def test_a_wrong_password_takes_as_long_for_an_address_that_nobody_has(
    app: Flask, client: FlaskClient, opened: Session
) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    who = factories.account()
    with unit_of_work(system(), "tests.password"):
        who.password_hash = passwords.hashed(GOOD)
    known, unknown = (
        factories.link(LinkPurpose.JOIN, email=email)
        for email in (who.email, "niemand@kring.example")
    )

    def taken(address: str) -> float:
        began = time.process_time()
        assert client.post(f"{address}/sign-in", data={"own-password": WRONG}).status_code == 400
        return time.process_time() - began

    fastest = [min(taken(address) for _try in range(4)) for address in (known, unknown)]

    assert 0.5 < fastest[0] / fastest[1] < 2


def test_wrong_passwords_on_a_link_count_as_they_do_when_signing_in(config: Config) -> None:
    app = crm.create_app(replace(config, rate_limits=True))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.extensions["kring_database"].opened():
        email = factories.account(administrator=True).email
        address = factories.link(LinkPurpose.JOIN, email=email)

    def enter(number: int, path: str, given: dict[str, str]) -> int:
        place = {"REMOTE_ADDR": f"198.51.100.{number}"}
        return app.test_client().post(path, data=given, environ_base=place).status_code

    wrong = [enter(one, f"{address}/sign-in", {"own-password": WRONG}) for one in range(30)]

    assert set(wrong) == {400}
    assert enter(31, f"{address}/sign-in", {"own-password": PASSWORD}) == CLOSED
    assert enter(32, "/sign-in", {"email": email, "password": PASSWORD}) == CLOSED
    app.extensions["kring_database"].dispose()
