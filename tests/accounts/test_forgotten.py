"""Who forgot their password is mailed a link, and nobody learns who has an account."""

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.accounts import jobs, services
from crm.accounts.models import AccessLink, LinkPurpose
from crm.core.jobs import Job
from crm.core.permissions import system
from tests import factories, pages


def ask(client: FlaskClient, email: str) -> str:
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    answer = pages.post(client, "/forgotten", {"email": email})
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    return pages.text_of(client.get("/sign-in"))


def asked_for(opened: Session) -> list[int]:
    opened.rollback()
    waiting = select(Job).where(Job.kind == "accounts.post_reset").order_by(Job.id)
    return [job.payload["account_id"] for job in opened.scalars(waiting)]


def test_known_and_unknown_addresses_get_the_same_answer(
    client: FlaskClient, opened: Session
) -> None:
    who = factories.account()

    known, unknown = ask(client, who.email), ask(client, "niemand@kring.example")

    assert known == unknown
    assert "a link is on its way" in known
    assert asked_for(opened) == [who.id, 0]


def test_a_word_that_is_no_address_is_refused(client: FlaskClient, opened: Session) -> None:
    answer = pages.post(client, "/forgotten", {"email": "geen adres"})

    assert answer.status_code == 400
    assert asked_for(opened) == []


def test_the_background_makes_a_link_of_one_hour_for_who_has_an_account(opened: Session) -> None:
    who = factories.account()

    jobs.post_reset({"account_id": who.id})
    jobs.post_reset({"account_id": 0})

    link = opened.scalars(select(AccessLink)).one()
    assert (link.purpose, link.account_id) == (LinkPurpose.RESET, who.id)
    assert (link.expires_at - link.made_at).total_seconds() <= 3600 + 1


def test_nobody_who_may_not_sign_in_is_mailed(opened: Session) -> None:
    who = factories.account()
    services.set_active(system(), who, is_active=False)

    jobs.post_reset({"account_id": who.id})

    assert opened.scalars(select(AccessLink)).all() == []
