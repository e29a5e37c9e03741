"""Invitations that waited when a session was cancelled: sent once it goes on, and only once."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from crm.core import clock
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries.mailing import mailing
from crm.design_sessions.services import planning
from crm.design_sessions.services.mailing import send
from crm.messages.models import MessageBatch, MessageState
from crm.messages.services import batches
from crm.messages.services.batches import NobodyToSendTo, Sending
from crm.projects.models import Project
from tests import pages
from tests.design_sessions import mailbox
from tests.design_sessions.conftest import anew

pytestmark = pytest.mark.usefixtures("words")


def waiting(leader: Actor, planned: DesignSession, how: str) -> MessageBatch:
    """Send an invitation that waits: in the queue, for a moment or in a batch that is paused."""
    mailbox.invited(leader, planned, mailbox.official())
    at = clock.now() + timedelta(days=1) if how == "scheduled" else None
    batch = send(leader, planned, purpose=Purpose.INVITE, how=Sending("key", at))
    if how == "paused":
        batches.pause(leader, batch)
    return batch


@pytest.mark.parametrize("how", ["queued", "scheduled", "paused"])
def test_what_waited_when_a_session_was_cancelled_is_sent_once_it_goes_on(
    leader: Actor, planned: DesignSession, how: str
) -> None:
    batch = waiting(leader, planned, how)

    planning.cancel_session(leader, planned)
    planning.reopen_session(leader, planned)
    batches.resume(leader, batch)
    before = mailbox.queued(Purpose.INVITE)
    send(leader, planned, purpose=Purpose.INVITE, how=Sending("other"))
    left = mailbox.deliver(at=clock.now() + timedelta(days=2))

    assert before == []
    assert left == [Purpose.INVITE]
    with pytest.raises(NobodyToSendTo):
        send(leader, planned, purpose=Purpose.INVITE, how=Sending("third"))


def test_the_page_says_that_invitations_are_to_be_sent_anew(
    planner: FlaskClient, project: Project, leader: Actor, planned: DesignSession
) -> None:
    waiting(leader, planned, "queued")
    at = f"/projects/{project.slug}/sessions/{planned.id}"
    before = pages.text_of(planner.get(at))
    planning.cancel_session(leader, planned)

    pages.post(planner, f"{at}/reopen", form_at=at)

    anew()
    after = pages.text_of(planner.get(at))
    assert "1 invitation waits to be sent." in before
    assert "1 person has no invitation yet, or it was taken back. Send it anew." in after
    assert "1 person did not get an invitation yet." in after


def test_an_invitation_that_may_have_arrived_is_not_sent_a_second_time(
    leader: Actor, planned: DesignSession
) -> None:
    waiting(leader, planned, "queued")
    [message] = mailbox.queued()
    mailbox.break_off(message)

    planning.cancel_session(leader, planned)
    planning.reopen_session(leader, planned)

    assert mailing(planned, Purpose.INVITE).selection.to == []
    assert mailbox.messages(Purpose.INVITE)[0].state is MessageState.UNCERTAIN


def test_bytes_that_tell_of_another_time_are_not_sent_once_more(
    leader: Actor, planned: DesignSession
) -> None:
    waiting(leader, planned, "queued")
    [message] = mailbox.queued()
    mailbox.break_off(message)

    mailbox.edit(leader, planned, day="2027-05-05", capacity=40)
    left = mailbox.deliver(at=clock.now() + timedelta(minutes=11))

    assert left == [Purpose.CHANGE]
    assert mailbox.messages(Purpose.INVITE)[0].state is MessageState.UNCERTAIN
