"""A password is looked at before a command: nobody else has to wait for that."""

import time
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from crm.accounts import queries, services
from crm.accounts.models import Account, LinkPurpose, SignInRefused
from crm.core.db import unit_of_work
from crm.core.db.sessions import held
from crm.core.errors import Forbidden
from crm.core.permissions import NOBODY, system
from crm.projects.models import Project
from tests import factories
from tests.factories.accounts import PASSWORD

GOOD = "paard fiets wolk kaars"
WRONG = "iets heel anders dan dat"
# What is kept says how much work it takes: here several times as much as usual.
SLOW = PasswordHasher(time_cost=4, memory_cost=65_536, parallelism=1)
Press = Callable[[FlaskClient, Account, str], int]


@pytest.fixture
def who(app: Flask, project: Project) -> Account:
    """Somebody whose password takes long to check; forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    made = factories.account("Ada Proef")
    with unit_of_work(system(), "tests.password"):
        made.password_hash = SLOW.hash(PASSWORD)
    return made


def sign_in(client: FlaskClient, who: Account, password: str) -> int:
    given = {"email": who.email, "password": password}
    return client.post("/sign-in", data=given).status_code


def accept(client: FlaskClient, who: Account, password: str) -> int:
    address = factories.link(LinkPurpose.FIRST_ADMINISTRATOR, email=who.email)
    return client.post(f"{address}/sign-in", data={"own-password": password}).status_code


def change_password(client: FlaskClient, who: Account, password: str) -> int:
    factories.sign_in(client, who)
    given = {"old": password, "password": GOOD}
    return client.post("/account/password", data=given).status_code


def ask_for_address(client: FlaskClient, who: Account, password: str) -> int:
    factories.sign_in(client, who)
    given = {"address-email": "nieuw@kring.example", "address-password": password}
    return client.post("/account/address", data=given).status_code


@pytest.mark.engine("sqlite")
@pytest.mark.parametrize(
    ("press", "password", "status"),
    [
        (sign_in, PASSWORD, 303),
        (sign_in, WRONG, 400),
        (accept, PASSWORD, 303),
        (change_password, PASSWORD, 303),
        (ask_for_address, PASSWORD, 303),
    ],
)
def test_nobody_waits_while_a_password_is_checked(
    client: FlaskClient, who: Account, press: Press, password: str, status: int
) -> None:
    began = time.perf_counter()
    SLOW.verify(who.password_hash, PASSWORD)
    alone, holds = time.perf_counter() - began, list[float]()

    def note(_session: Session, *, action: str, seconds: float) -> None:
        holds.append(seconds)

    with held.connected_to(note):
        answered = press(client, who, password)

    assert answered == status
    assert max(holds, default=0.0) < alone / 2


def change_it(who: Account) -> None:
    proof = services.prove_own(who, PASSWORD, field="old")
    services.change_password(system(), who, proof=proof, new=services.hash_for(who, GOOD))


def disable(who: Account) -> None:
    services.set_active(system(), who, is_active=False)


@pytest.mark.parametrize("meanwhile", [change_it, disable])
def test_a_password_that_was_right_a_moment_ago_lets_nobody_in(
    who: Account, meanwhile: Callable[[Account], None]
) -> None:
    factories.account(administrator=True)
    email = who.email
    token = factories.link(LinkPurpose.FIRST_ADMINISTRATOR, email=email).rpartition("/")[2]
    link, proof = queries.link_by_token(token), services.prove(email, PASSWORD)

    meanwhile(who)

    with pytest.raises(SignInRefused):
        services.sign_in(NOBODY, None, proof=proof, device="")
    with pytest.raises(SignInRefused):
        services.accept_with_password(NOBODY, link, proof=proof, token=token, device="")
    assert queries.link_by_token(token).is_open


def test_the_password_of_somebody_else_proves_nothing(who: Account) -> None:
    proof = services.prove(factories.account().email, PASSWORD)

    with pytest.raises(Forbidden):
        services.change_password(system(), who, proof=proof, new=services.hash_for(who, GOOD))
