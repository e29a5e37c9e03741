"""Wrong passwords are counted, and nobody is locked out by who guesses."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

import crm
from config import Config
from crm.accounts import services
from crm.accounts.models import Account, LinkPurpose
from crm.accounts.views import attempts
from crm.core.permissions import system
from crm.web import security
from crm.web.security import Allowance, TooOften
from tests import factories, pages
from tests.factories.accounts import PASSWORD

GOOD = "paard fiets wolk kaars"
WRONG = "iets heel anders dan dat"
MOST = 30


@pytest.fixture
def guarded(config: Config) -> Iterator[Flask]:
    """A Kring that counts; forms need no token here."""
    app = crm.create_app(replace(config, rate_limits=True))
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.extensions["kring_database"].dispose()


@pytest.fixture
def who(guarded: Flask) -> Iterator[Account]:
    """Somebody with an account, in a session that is open."""
    with guarded.extensions["kring_database"].opened():
        yield factories.account()


def enter(
    client: FlaskClient, email: str, password: str = PASSWORD, *, address: str = "192.0.2.1"
) -> TestResponse:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    given = {"email": email, "password": password}
    return client.post("/sign-in", data=given, environ_base={"REMOTE_ADDR": address})


def guess(app: Flask, email: str, times: int) -> list[int]:
    """Guess from as many addresses."""
    tried = [
        enter(app.test_client(), email, WRONG, address=f"198.51.100.{number}")
        for number in range(1, times + 1)
    ]
    return [answer.status_code for answer in tried]


def use_up(app: Flask, email: str) -> None:
    """Let as much go wrong as unknown devices may, without the pages."""
    with app.test_request_context(), app.extensions["kring_database"].opened():
        for _ in range(MOST):
            security.take(attempts.allowances(email))


def test_ten_wrong_passwords_close_nothing(guarded: Flask, who: Account) -> None:
    wrong = [enter(guarded.test_client(), who.email, WRONG).status_code for _ in range(10)]

    assert wrong == [400] * 10
    assert enter(guarded.test_client(), who.email).status_code == 303


def test_right_passwords_are_never_counted(guarded: Flask, who: Account) -> None:
    answers = [enter(guarded.test_client(), who.email).status_code for _ in range(MOST + 5)]

    assert set(answers) == {303}


@pytest.mark.parametrize("is_known", [True, False])
def test_unknown_devices_share_what_may_go_wrong_and_are_told_when_to_try_again(
    guarded: Flask, who: Account, *, is_known: bool
) -> None:
    email = who.email if is_known else "niemand@kring.example"

    assert guess(guarded, email, MOST) == [400] * MOST

    right = enter(guarded.test_client(), email)
    wrong = enter(guarded.test_client(), email.upper(), WRONG, address="203.0.113.9")
    assert right.status_code == wrong.status_code == 429
    assert pages.text_of(right) == pages.text_of(wrong).replace(email.upper(), email)
    assert "Try again in 60 minutes" in pages.text_of(right)
    assert 3500 < int(right.headers["Retry-After"]) <= 3600


def test_a_device_that_signed_in_before_signs_in_while_others_guess(
    guarded: Flask, who: Account
) -> None:
    own = guarded.test_client()
    enter(own, who.email)
    own.post("/sign-out")

    assert guess(guarded, who.email, MOST + 2)[-1] == 429

    assert enter(own, who.email, address="198.51.100.1").status_code == 303
    assert enter(guarded.test_client(), who.email).status_code == 429


def test_a_known_device_has_an_allowance_of_its_own(guarded: Flask, who: Account) -> None:
    own = guarded.test_client()
    enter(own, who.email)
    own.post("/sign-out")

    wrong = [enter(own, who.email, WRONG).status_code for _ in range(MOST + 1)]

    assert wrong == [400] * MOST + [429]
    assert enter(own, who.email).status_code == 429
    assert enter(guarded.test_client(), who.email).status_code == 303


def test_a_device_is_known_for_each_account_that_signed_in_on_it(
    guarded: Flask, who: Account
) -> None:
    other, shared = factories.account(), guarded.test_client()
    enter(shared, who.email)
    enter(shared, other.email)
    shared.post("/sign-out")
    use_up(guarded, who.email)
    use_up(guarded, other.email)

    assert enter(shared, who.email).status_code == 303
    assert enter(shared, other.email).status_code == 303


def test_a_new_password_ends_the_devices_of_the_old_one(guarded: Flask, who: Account) -> None:
    own, elsewhere = guarded.test_client(), guarded.test_client()
    for client in (own, elsewhere):
        enter(client, who.email)
    use_up(guarded, who.email)
    own.post("/account/password", data={"old": PASSWORD, "password": GOOD})

    assert enter(own, who.email, GOOD).status_code == 303
    assert enter(elsewhere, who.email, GOOD).status_code == 429


def test_the_cookie_of_a_device_says_nothing_and_cannot_be_made(
    guarded: Flask, who: Account
) -> None:
    client, thief = guarded.test_client(), guarded.test_client()
    answer = enter(client, who.email)
    cookie = client.get_cookie("kring_device")
    assert cookie is not None
    thief.set_cookie(
        "kring_device", f"{cookie.value[:-1]}{'B' if cookie.value[-1] == 'A' else 'A'}"
    )
    use_up(guarded, who.email)

    kept = next(one for one in answer.headers.getlist("Set-Cookie") if "kring_device" in one)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(kept.split("; "))
    assert who.email not in kept
    assert enter(thief, who.email).status_code == 429


def test_an_address_may_be_wrong_so_often_over_all_accounts(guarded: Flask, who: Account) -> None:
    household = "2001:db8:1:2::/64"
    with guarded.test_request_context():
        for _ in range(100):
            security.take([Allowance(attempts.OF_AN_ADDRESS, ("address", household))])

    assert enter(guarded.test_client(), who.email, address="2001:db8:1:2::9").status_code == 429
    assert enter(guarded.test_client(), who.email, address="2001:db8:1:3::9").status_code == 303


@pytest.mark.both_engines("locks")
def test_tries_at_one_time_do_not_exceed_what_is_allowed(guarded: Flask) -> None:
    def took(_number: int) -> bool:
        with guarded.test_request_context():
            try:
                security.take([Allowance("30/hour", ("account", "at once"))])
            except TooOften:
                return False
            return True

    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(took, range(200)))

    assert sum(taken) == MOST


def test_a_try_that_must_wait_costs_no_hash(guarded: Flask, who: Account) -> None:
    unknown = "niemand@kring.example"
    client = guarded.test_client()
    enter(client, unknown, WRONG)
    costs = [_cost(client, unknown) for _ in range(MOST + 10)]

    assert min(costs[MOST:]) < min(costs[: MOST - 1]) / 2


def _cost(client: FlaskClient, email: str) -> float:
    started = time.thread_time()
    enter(client, email, WRONG)
    return time.thread_time() - started


def test_the_owner_comes_in_by_a_mailed_link_while_others_guess(
    guarded: Flask, who: Account
) -> None:
    use_up(guarded, who.email)
    details = services.LinkDetails(
        LinkPurpose.RESET, timedelta(hours=1), account_id=who.id, email=who.email
    )
    token = services.make_link(system(), None, details=details)
    owner = guarded.test_client()

    assert owner.post(f"/links/{token}/password", data={"password": GOOD}).status_code == 303
    owner.post("/sign-out")

    assert enter(owner, who.email, GOOD).status_code == 303


def test_the_own_page_counts_wrong_passwords_too(guarded: Flask, who: Account) -> None:
    client = factories.sign_in(guarded.test_client(), who)

    def change(old: str) -> int:
        given = {"old": old, "password": GOOD}
        return client.post("/account/password", data=given).status_code

    assert [change(WRONG) for _ in range(MOST)] == [400] * MOST
    assert change(PASSWORD) == 429
    assert enter(guarded.test_client(), who.email).status_code == 303
