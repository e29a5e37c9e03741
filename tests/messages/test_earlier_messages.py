"""Who was written to: one message only for whoever was not asked."""

import pytest

from crm.consent import rules
from crm.consent.models import ContactPurpose
from crm.consent.rules import Asking
from crm.core.db import session, unit_of_work
from crm.core.mail import Purpose, Reason
from crm.core.permissions import system
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.queries import addressing
from crm.projects.models import Project
from crm.stakeholders.models import Person
from tests import factories


@pytest.fixture
def person(project: Project) -> Person:
    return factories.person(email="ans@proef.example")


def message(
    person: Person, purpose: Purpose, state: MessageState = MessageState.ACCEPTED
) -> OutboxMessage:
    with unit_of_work(system(person.project_id), "tests.message"):
        made = OutboxMessage(
            dedup_key=f"{purpose}:{state}:{person.id}",
            purpose=purpose,
            person_id=person.id,
            address="ans@proef.example",
            domain="proef.example",
            language="nl",
            state=state,
            message_id="<one@kring.example>",
            date_header="Tue, 24 Nov 2026 10:00:00 +0000",
        )
        session().add(made)
    return made


def first_invitation(person: Person, before: int | None = None) -> Reason | None:
    stands = addressing.standings([person], before=before)[person.id]
    return rules.refusal(stands, ContactPurpose.SESSION, Asking.FIRST)


def test_only_invitations_and_requests_for_consent_count(person: Person) -> None:
    message(person, Purpose.CONFIRMATION)
    assert addressing.firsts([person.id]) == {}
    assert first_invitation(person) is None

    first = message(person, Purpose.INVITE)

    assert addressing.firsts([person.id]) == {person.id: {Purpose.INVITE: first.id}}
    assert first_invitation(person) is Reason.ONCE_ONLY


@pytest.mark.parametrize("state", list(MessageState))
def test_what_never_left_does_not_count(person: Person, state: MessageState) -> None:
    message(person, Purpose.CONSENT_REQUEST, state)

    left = person.id in addressing.firsts([person.id])

    assert left == (state not in addressing.NEVER_LEFT)


def test_a_message_about_to_be_sent_does_not_count_against_itself(person: Person) -> None:
    sent = message(person, Purpose.INVITE, MessageState.CLAIMED)

    assert first_invitation(person, before=sent.id) is None
    assert first_invitation(person, before=sent.id + 1) is Reason.ONCE_ONLY
