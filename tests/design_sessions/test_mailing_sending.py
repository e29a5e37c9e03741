"""Sending mail to the people of a session: each message once, and none too late."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Ground
from crm.consent.services import note_ground
from crm.core import clock
from crm.core.db import session
from crm.core.mail import Priority, Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    DesignSession,
    SessionBatch,
)
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services import inviting
from crm.design_sessions.services.mailing import (
    SessionIsOver,
    TooLate,
    send,
)
from crm.messages.models import MessageState
from crm.messages.services.batches import InThePast, NobodyToSendTo, PossiblyTwice, Sending
from tests.design_sessions.mailbox import (
    bring,
    invitation,
    invited,
    messages,
    official,
    resident,
    to,
)

NOW = Sending("key")


def test_sending_puts_one_message_each_into_the_outbox(
    leader: Actor, planned: DesignSession
) -> None:
    first, second = official("Een"), official("Twee")
    invited(leader, planned, first, second)

    batch = send(leader, planned, purpose=Purpose.INVITE, how=NOW)

    rows = messages()
    mine = invitation(planned, first)
    assert [one.purpose for one in rows] == [Purpose.INVITE] * 2
    assert {one.dedup_key for one in rows} == {
        f"inv:{invitation(planned, one).id}:invite:1" for one in (first, second)
    }
    assert {one.batch_id for one in rows} == {batch.id}
    assert {one.template_id for one in rows} == {batch.templates["nl"]}
    assert {one.priority for one in rows} == {Priority.INVITE}
    assert {one.send_not_after for one in rows} == {planned.starts_at - timedelta(hours=2)}
    assert (mine.times_invited, mine.purpose) == (1, ContactPurpose.SESSION)
    assert session().scalars(select(SessionBatch)).one().batch_id == batch.id


def test_a_form_that_is_sent_twice_sends_once(leader: Actor, planned: DesignSession) -> None:
    invited(leader, planned, official())

    first = send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    second = send(leader, planned, purpose=Purpose.INVITE, how=NOW)

    assert first.id == second.id
    assert len(messages()) == 1


def test_who_has_an_invitation_is_not_written_to_again(
    leader: Actor, planned: DesignSession
) -> None:
    invited(leader, planned, official())
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)

    with pytest.raises(NobodyToSendTo):
        send(leader, planned, purpose=Purpose.INVITE, how=Sending("other"))


@pytest.mark.parametrize(
    "state", [MessageState.CANCELLED, MessageState.REJECTED, MessageState.BOUNCED]
)
def test_who_never_got_it_is_offered_again_under_a_new_number(
    leader: Actor, planned: DesignSession, state: MessageState
) -> None:
    person = official()
    invited(leader, planned, person)
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    bring(state)

    send(leader, planned, purpose=Purpose.INVITE, how=Sending("other"))

    assert messages()[-1].dedup_key == f"inv:{invitation(planned, person).id}:invite:2"


def test_who_is_invited_again_after_being_taken_off_gets_a_new_invitation(
    leader: Actor, planned: DesignSession
) -> None:
    person = official()
    invited(leader, planned, person)
    send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    bring(MessageState.ACCEPTED)
    inviting.change_invited(leader, planned, helixes={}, removed=[person.id])
    invited(leader, planned, person)

    assert to(mailing(planned, Purpose.INVITE)) == ["Ambtenaar"]


def test_who_agreed_to_further_sessions_is_invited_as_one_of_the_panel(
    leader: Actor, planned: DesignSession
) -> None:
    person = resident()
    note_ground(
        leader, person, purpose=ContactPurpose.PANEL, ground=Ground(Basis.CONSENT, "formulier")
    )
    invited(leader, planned, person)

    send(leader, planned, purpose=Purpose.INVITE, how=NOW)

    assert invitation(planned, person).purpose is ContactPurpose.PANEL


def test_an_address_of_two_people_stops_until_somebody_has_looked(
    leader: Actor, planned: DesignSession
) -> None:
    people = (
        official("Een", email="info@kring.example"),
        official("Twee", email="INFO@kring.example"),
    )
    invited(leader, planned, *people)

    with pytest.raises(PossiblyTwice):
        send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    send(leader, planned, purpose=Purpose.INVITE, how=Sending("key", despite_doubles=True))

    assert len(messages()) == 2


def test_a_batch_for_later_waits_and_never_lies_in_the_past(
    leader: Actor, planned: DesignSession
) -> None:
    invited(leader, planned, official())
    later = clock.now().replace(microsecond=0) + timedelta(days=1)

    with pytest.raises(InThePast):
        send(leader, planned, purpose=Purpose.INVITE, how=Sending("a", later - timedelta(days=2)))
    batch = send(leader, planned, purpose=Purpose.INVITE, how=Sending("b", later))

    assert batch.not_before == later
    assert [one.not_before for one in messages()] == [later]


def test_nobody_is_asked_when_it_is_too_late(leader: Actor, planned: DesignSession) -> None:
    invited(leader, planned, official())
    just_before = planned.starts_at - timedelta(hours=1)

    with clock.frozen(just_before), pytest.raises(TooLate):
        send(leader, planned, purpose=Purpose.INVITE, how=NOW)
    with clock.frozen(planned.starts_at), pytest.raises(SessionIsOver):
        send(leader, planned, purpose=Purpose.INVITE, how=NOW)
