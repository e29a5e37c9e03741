"""The link to unsubscribe: one click of a mail programme, or a choice and a button."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.core import tokens
from crm.core.db import session, unit_of_work
from crm.core.mail import Letter, MailKind, Purpose, Recipient
from crm.core.permissions import system
from crm.messages.models import MessageState, OutboxMessage, Suppression, SuppressionScope
from crm.messages.queries.suppressions import reasons_by_scope
from crm.messages.rules.links import unsubscribe_link
from crm.messages.services import outbox
from crm.projects.models import Project
from tests import factories, kept, pages

ADDRESS = "noa@kring.example"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
Kinds = dict[Purpose, MailKind]


@pytest.fixture
def message(project: Project, kinds: Kinds) -> OutboxMessage:
    """An invitation that waits to be sent."""
    return written("inv:1:invite:1", Purpose.INVITE, about_id=1)


@pytest.fixture
def address(message: OutboxMessage) -> str:
    """Where the link in its head leads."""
    return path_of(message)


def written(key: str, purpose: Purpose, **more: int) -> OutboxMessage:
    person = factories.person("Lindeman", first_name="Noa", email=ADDRESS)
    recipient = Recipient(ADDRESS, "Noa Lindeman", "en", person_id=person.id)
    with unit_of_work(system(), "tests.queue"):
        outbox.queue(recipient, Letter(purpose, key, **more))  # type: ignore[arg-type]  # whole numbers
    found = session().scalar(select(OutboxMessage).where(OutboxMessage.dedup_key == key))
    assert found is not None
    return found


def path_of(message: OutboxMessage) -> str:
    return "/u/" + unsubscribe_link(message.public_name).rpartition("/u/")[2]


def stopped() -> set[SuppressionScope]:
    session().rollback()
    return set(reasons_by_scope([ADDRESS]).get(ADDRESS, {}))


def test_looking_changes_nothing(app: Flask, client: FlaskClient, address: str) -> None:
    session().rollback()
    before = kept.everything(app)

    for method in ("GET", "HEAD", "GET"):
        assert client.open(address, method=method).status_code == 200

    assert kept.everything(app) == before


def test_one_click_needs_no_page_and_no_cookie(client: FlaskClient, address: str) -> None:
    answers = [client.post(address, data=ONE_CLICK) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.headers.get("Set-Cookie") for answer in answers] == [None, None, None]
    assert stopped() == {SuppressionScope.BULK}
    assert len(session().scalars(select(Suppression)).all()) == 1


def test_one_click_may_come_as_parts(client: FlaskClient, address: str) -> None:
    client.post(address, data=ONE_CLICK, content_type="multipart/form-data")

    assert stopped() == {SuppressionScope.BULK}


def test_an_invitation_after_that_is_withheld(
    client: FlaskClient, message: OutboxMessage, address: str
) -> None:
    client.post(address, data=ONE_CLICK)
    session().rollback()

    later = written("inv:2:invite:1", Purpose.INVITE, about_id=2)

    assert later.state is MessageState.WITHHELD


@pytest.mark.parametrize(
    ("wish", "scope"), [("bulk", SuppressionScope.BULK), ("all", SuppressionScope.ALL)]
)
def test_one_chooses_and_presses(
    client: FlaskClient, address: str, wish: str, scope: SuppressionScope
) -> None:
    answer = client.post(address, data={"wish": wish})

    assert answer.status_code == 303
    assert "You get no more of this" in client.get(answer.location).text
    assert stopped() == {scope}


def test_a_choice_that_is_none_is_refused(client: FlaskClient, address: str) -> None:
    answer = client.post(address, data={"wish": "everything"})

    assert answer.status_code == 400
    assert stopped() == set()


def test_a_message_about_no_session_offers_none(
    client: FlaskClient, project: Project, kinds: Kinds
) -> None:
    news = written("batch:1:1", Purpose.NEWS)

    page = client.get(path_of(news))

    assert 'value="session"' not in page.text
    assert client.post(path_of(news), data={"wish": "session"}).status_code == 400


def test_the_page_speaks_the_language_of_the_message(client: FlaskClient, address: str) -> None:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "nl"

    own, other = client.get(address), client.get(f"{address}?language=nl")

    assert 'lang="en"' in own.text
    assert 'lang="nl"' in other.text
    assert f"{address}?language=nl" in other.text


def test_the_page_tells_nothing_of_the_person(client: FlaskClient, address: str) -> None:
    page = client.get(address).text

    assert not [word for word in ("Noa", "Lindeman", ADDRESS) if word in page]


def test_the_page_is_for_its_reader_alone(client: FlaskClient, address: str) -> None:
    answer = client.get(address)

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "Set-Cookie" not in answer.headers


def test_links_that_open_nothing_look_alike(
    client: FlaskClient, message: OutboxMessage, address: str
) -> None:
    name = message.public_name
    broken = [
        f"/u/{tokens.signed('unsubscribe', tokens.public())}",
        f"/u/{tokens.signed('answer', name)}",
        f"/u/{name}.{'x' * 22}",
        f"/u/{name}",
        "/u/%00",
        "/u/" + "x" * 5_000,
        "/u/%ff",
    ]

    answers = [client.get(link) for link in broken] + [client.post(broken[0], data=ONE_CLICK)]

    assert {answer.status_code for answer in answers} == {404}
    assert len({pages.text_of(answer) for answer in answers}) == 1
    assert {answer.headers.get("Set-Cookie") for answer in answers} == {None}


@pytest.fixture
def limited(config: Config) -> Iterator[FlaskClient]:
    """A client of a Kring that counts, from one address."""
    app = crm.create_app(replace(config, rate_limits=True))
    yield app.test_client()
    app.extensions["kring_database"].dispose()


def test_a_link_is_counted_and_its_address_is_not(
    limited: FlaskClient, address: str, opened: Session
) -> None:
    other = path_of(written("inv:3:invite:1", Purpose.INVITE, about_id=3))

    codes = [limited.post(address, data=ONE_CLICK).status_code for _ in range(11)]

    assert codes == [200] * 10 + [429]
    assert limited.get(address).status_code == 200
    assert limited.post(other, data=ONE_CLICK).status_code == 200


def test_trying_links_is_stopped_and_real_ones_still_open(
    limited: FlaskClient, address: str
) -> None:
    tried = [limited.get(f"/u/{tokens.public()}").status_code for _ in range(301)]

    assert tried == [404] * 300 + [429]
    assert limited.get(address).status_code == 200
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert limited.get(f"/u/{tokens.public()}", environ_base=elsewhere).status_code == 404
