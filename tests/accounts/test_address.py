"""Another address to sign in with counts once its mailbox has answered."""

from collections import Counter
from threading import Barrier, Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import services
from crm.accounts.models import Account, LinkPurpose, SignInRefused
from crm.accounts.rules import links
from crm.core.db import session, unscoped
from crm.messages.declared import mail_content
from crm.messages.models import OutboxMessage
from tests import factories, pages
from tests.factories.accounts import PASSWORD
from tests.messages.test_colleagues import outgoing

GOOD = "paard fiets wolk kaars"
NEW = "nieuw@kring.example"
EVERYWHERE = unscoped("a test looks at all messages")


@pytest.fixture
def who(opened: Session) -> Account:
    """Somebody with an account."""
    return factories.account("Ada Proef", email="oud@kring.example")


@pytest.fixture
def own(client: FlaskClient, who: Account) -> FlaskClient:
    """Their browser."""
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return factories.sign_in(client, who)


def ask(client: FlaskClient, email: str = NEW, password: str = PASSWORD) -> int:
    given = {"address-email": email, "address-password": password}
    return pages.post(client, "/account/address", given, form_at="/account").status_code


def letters() -> list[OutboxMessage]:
    session().rollback()
    newest = select(OutboxMessage).order_by(OutboxMessage.id.desc())
    return list(session().scalars(newest, execution_options=EVERYWHERE))


def mailed() -> str:
    """Return the address of the link that was mailed last."""
    return f"/links/{links.mailed(letters()[0].params['name'])}"


def address_of(who: Account) -> str:
    session().rollback()
    session().refresh(who)
    return who.email


def test_another_address_counts_after_the_button_of_its_link(
    own: FlaskClient, who: Account
) -> None:
    asked = ask(own)
    seen = own.get(mailed()).status_code
    before = address_of(who)

    answer = pages.post(own, f"{mailed()}/confirm", form_at=mailed())

    assert (asked, seen, before, answer.status_code) == (303, 200, "oud@kring.example", 303)
    assert address_of(who) == NEW
    assert who.email_confirmed_at is not None
    assert own.get(mailed()).status_code == 410
    assert services.prove(NEW, PASSWORD)
    with pytest.raises(SignInRefused):
        services.prove("oud@kring.example", PASSWORD)


def test_the_mail_goes_to_the_other_address_and_does_not_tell_the_present_one(
    own: FlaskClient, who: Account
) -> None:
    ask(own)

    (letter,) = letters()
    said = mail_content.of_link(outgoing(letter))

    assert letter.address == NEW
    assert "oud@kring.example" not in str(said)


def test_asking_takes_the_password(own: FlaskClient, who: Account) -> None:
    assert ask(own, password="iets heel anders") == 400
    assert letters() == []


def test_an_address_of_somebody_else_is_not_told_and_not_taken(
    own: FlaskClient, who: Account
) -> None:
    other = factories.account(email=NEW)
    asked = ask(own)
    shown = pages.text_of(own.get("/account"))

    answer = pages.post(own, f"{mailed()}/confirm", form_at=mailed())

    assert asked == 303
    assert "We mail a link to that address." in shown
    assert answer.status_code == 409
    assert (address_of(who), address_of(other)) == ("oud@kring.example", NEW)


def test_only_who_asked_confirms(app: Flask, own: FlaskClient, who: Account) -> None:
    ask(own)
    other = factories.sign_in(app.test_client(), factories.account())

    answer = pages.post(other, f"{mailed()}/confirm", form_at="/account")

    assert answer.status_code == 404
    assert app.test_client().get(mailed()).status_code == 200
    assert address_of(who) == "oud@kring.example"


@pytest.mark.parametrize("change", ["asked again", "password", "confirmed"])
def test_a_link_to_another_address_ends_with(
    app: Flask, own: FlaskClient, who: Account, change: str
) -> None:
    ask(own)
    first = mailed()
    reset = factories.link(LinkPurpose.RESET, account_id=who.id, email=who.email)

    if change == "asked again":
        ask(own, email="anders@kring.example")
    elif change == "password":
        given = {"old": PASSWORD, "password": GOOD}
        pages.post(own, "/account/password", given, form_at="/account")
    else:
        pages.post(own, f"{first}/confirm", form_at=first)

    seen = [app.test_client().get(address).status_code for address in (first, reset)]
    assert seen == ([410, 200] if change == "asked again" else [410, 410])


@pytest.mark.both_engines("locks")
def test_of_eight_who_confirm_at_once_one_does(app: Flask, own: FlaskClient, who: Account) -> None:
    ask(own)
    address, cookie = mailed(), own.get_cookie("kring")
    assert cookie
    app.config["WTF_CSRF_ENABLED"] = False
    start, answered = Barrier(8), Counter[int]()

    def press() -> None:
        client = app.test_client()
        client.set_cookie("kring", cookie.value)
        start.wait()
        answered[client.post(f"{address}/confirm").status_code] += 1

    threads = [Thread(target=press) for _one in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answered == {303: 1, 410: 7}
    assert address_of(who) == NEW
