"""The mail of one person: what went to them, and addresses that get none."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from crm.core.audit import AuditEntry
from crm.core.db import session, unit_of_work
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import Role, system
from crm.messages.models import SuppressionReason, SuppressionScope
from crm.messages.queries import suppressions as suppression_queries
from crm.messages.services import outbox, suppressions
from crm.projects.models import Project
from crm.stakeholders.models import Helix, Person
from tests import factories
from tests.pages import post, text_of

ADDRESS = "ans@proef.example"


@pytest.fixture
def leader(app: Flask, project: Project) -> FlaskClient:
    return factories.sign_in(app.test_client(), factories.member(project, Role.LEADER))


@pytest.fixture
def person(project: Project) -> Person:
    assert project
    return factories.person(helix=Helix.GOVERNMENT, email=ADDRESS)


@pytest.fixture
def base(project: Project, person: Person) -> str:
    return f"/projects/{project.slug}/persons/{person.id}"


def stop(reason: SuppressionReason, scope: SuppressionScope = SuppressionScope.ALL) -> None:
    suppressions.suppress(system(), ADDRESS.upper(), scope=scope, reason=reason)


def write(person: Person, number: int) -> None:
    recipient = Recipient(ADDRESS, "Ans Proef", "nl", person_id=person.id)
    with unit_of_work(system(person.project_id), "tests.cause"):
        outbox.queue(recipient, Letter(Purpose.THANKS, f"thanks:{number}"))


def test_the_page_of_a_person_says_that_an_address_is_stopped(
    leader: FlaskClient, base: str
) -> None:
    stop(SuppressionReason.HARD_BOUNCE)

    text = text_of(leader.get(base))

    assert f"Mail to {ADDRESS} is stopped: The address does not exist (" in text


def test_mail_goes_again_once_somebody_says_why(
    leader: FlaskClient, base: str, person: Person, opened: Session
) -> None:
    stop(SuppressionReason.UNSUBSCRIBED, SuppressionScope.BULK)
    address = f"{base}/addresses/{person.emails[0].id}/lift"

    refused = post(leader, address, {"reason": " "})
    lifted = post(leader, address, {"reason": "asked for it at the desk"})

    session().rollback()
    assert (refused.status_code, lifted.status_code) == (400, 303)
    assert suppression_queries.reasons_by_scope([ADDRESS]) == {}
    entry = opened.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry
    assert (entry.table, entry.reason) == ("suppression", "asked for it at the desk")


def test_an_address_of_somebody_else_is_not_found(
    leader: FlaskClient, base: str, project: Project
) -> None:
    assert project
    other = factories.person("Ander", email="ander@proef.example")

    assert leader.get(f"{base}/addresses/{other.emails[0].id}/lift").status_code == 404


@pytest.mark.usefixtures("kinds")
def test_the_last_messages_are_shown_and_the_others_on_a_page_of_their_own(
    leader: FlaskClient, base: str, person: Person
) -> None:
    for number in range(6):
        write(person, number)

    page = text_of(leader.get(base))
    every = text_of(leader.get(f"{base}/messages"))

    assert page.count("Thanks") == 5
    assert "All messages to this person" in page
    assert every.count("Thanks") == 6
    assert "Waiting to send" in every


def test_a_reviewer_sees_neither_messages_nor_addresses(
    app: Flask, project: Project, base: str
) -> None:
    stop(SuppressionReason.HARD_BOUNCE)
    reviewer = factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))

    assert "is stopped" not in reviewer.get(base).text
    assert reviewer.get(f"{base}/messages").status_code == 403
