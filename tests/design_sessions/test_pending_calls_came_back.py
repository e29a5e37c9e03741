"""What did not arrive is seen: in Messages, where changes stand too, and on the call list."""

import pytest
from flask.testing import FlaskClient

from crm.core.db import session, unit_of_work
from crm.core.mail import Purpose
from crm.core.permissions import Actor, system
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.queries.mailing import batches_of
from crm.design_sessions.queries.notification_log import News, untold
from crm.design_sessions.services import inviting, planning
from crm.design_sessions.services.inviting import Said
from crm.messages.jobs import refusals
from crm.messages.models import BatchState, MessageBatch, MessageState
from crm.messages.rules.server_replies import Reply
from crm.messages.services import batches
from crm.messages.services.batches import NoticeGoes
from crm.projects.models import Project
from tests import pages
from tests.design_sessions.conftest import anew
from tests.design_sessions.mailbox import (
    deliver,
    edit,
    guests,
    messages,
    page_of,
    say,
    send_invitations,
)
from tests.messages.batching import bring

pytestmark = pytest.mark.usefixtures("words")
CAME_BACK = {
    MessageState.BOUNCED: "Came back: the address does not work",
    MessageState.REJECTED: "Address does not exist",
    MessageState.FAILED: "Refused by their mail filter – our side must look",
}


@pytest.fixture
def coming(made: DesignSession, leader: Actor) -> list[Invitation]:
    """Two people who said yes, and one who did not answer."""
    everybody = guests(made, leader, 3)
    send_invitations(made)
    for one in everybody[:2]:
        say(one, Answer.YES)
    deliver()
    return everybody


def change(leader: Actor, made: DesignSession, purpose: Purpose) -> None:
    if purpose is Purpose.CHANGE:
        edit(leader, made, day="2027-05-11")
    else:
        planning.cancel_session(leader, made)


@pytest.mark.usefixtures("coming")
@pytest.mark.parametrize("purpose", [Purpose.CHANGE, Purpose.CANCELLATION])
def test_a_change_stands_in_messages_as_a_batch_of_its_session(
    leader: Actor, made: DesignSession, planner: FlaskClient, project: Project, purpose: Purpose
) -> None:
    change(leader, made, purpose)

    [batch] = batches_of(made)
    listed = pages.text_of(planner.get(f"/projects/{project.slug}/messages"))
    page = planner.get(f"/projects/{project.slug}/messages/{batch.id}").text

    assert batch.purpose is purpose
    assert {one.batch_id for one in messages(purpose)} == {batch.id}
    assert len(messages(purpose)) == 3
    assert (
        f"{made.title} {'Cancellation' if purpose is Purpose.CANCELLATION else 'Change'}" in listed
    )
    assert "Proef0" in page
    assert f"/messages/{batch.id}/pause" not in page


def test_changes_after_each_other_and_people_taken_off_have_batches_of_their_own(
    leader: Actor, made: DesignSession, coming: list[Invitation]
) -> None:
    edit(leader, made, day="2027-05-11")
    edit(leader, made, day="2027-05-12")
    for one in coming[:2]:
        planning.uninvite(leader, one)

    kinds = [one.purpose for one in reversed(batches_of(made))]
    left = messages(Purpose.CANCELLATION)

    assert kinds == [Purpose.CHANGE, Purpose.CHANGE, Purpose.CANCELLATION]
    assert len({one.batch_id for one in left}) == 1


@pytest.mark.usefixtures("coming")
def test_what_people_must_know_is_not_held(leader: Actor, made: DesignSession) -> None:
    change(leader, made, Purpose.CANCELLATION)
    [batch] = batches_of(made)

    for hold in (batches.pause, batches.cancel):
        with pytest.raises(NoticeGoes):
            hold(leader, batch)

    assert session().get_one(MessageBatch, batch.id).state is BatchState.QUEUED


@pytest.mark.parametrize("state", CAME_BACK)
@pytest.mark.parametrize("purpose", [Purpose.CHANGE, Purpose.CANCELLATION])
def test_who_did_not_get_it_is_on_the_call_list_with_the_reason(
    leader: Actor,
    made: DesignSession,
    coming: list[Invitation],
    planner: FlaskClient,
    project: Project,
    purpose: Purpose,
    state: MessageState,
) -> None:
    change(leader, made, purpose)
    bring(messages(purpose)[0], state, last_code=550)
    first = coming[0].id

    listed = untold(made)
    seen = pages.text_of(planner.get(page_of(project, made, "calls")))
    anew()
    inviting.note_call(leader, coming[0], said=Said.TOLD, seen_sequence=made.sequence)

    news = News.CHANGED if purpose is Purpose.CHANGE else News.CANCELLED
    assert {number: one.news for number, one in listed.items()} == {first: news}
    assert CAME_BACK[state] in seen
    assert untold(made) == {}


def test_who_was_reached_by_a_later_message_is_not_called(
    leader: Actor, made: DesignSession, coming: list[Invitation]
) -> None:
    edit(leader, made, day="2027-05-11")
    first = messages(Purpose.CHANGE)[0]
    bring(first, MessageState.ACCEPTED)
    edit(leader, made, day="2027-05-12")
    later = messages(Purpose.CHANGE)[-3]
    assert later.about_id == first.about_id == coming[0].id

    bring(first, MessageState.BOUNCED)
    called = [set(untold(made))]
    bring(later, MessageState.ACCEPTED)
    called.append(set(untold(made)))

    assert called == [{coming[0].id}, set()]


def test_a_message_that_came_back_stays_so_when_all_is_as_it_was(
    leader: Actor, made: DesignSession, coming: list[Invitation]
) -> None:
    edit(leader, made, day="2027-05-11")
    bring(messages(Purpose.CHANGE)[0], MessageState.BOUNCED)
    edit(leader, made)

    assert untold(made) == {}
    assert messages(Purpose.CHANGE)[0].state is MessageState.BOUNCED
    edit(leader, made, day="2027-05-20")
    told = {one.about_id: one for one in messages(Purpose.CHANGE)}[coming[0].id]
    assert told.params["old"]["starts_at"].startswith("2027-05-04")


def test_a_failure_of_ours_does_not_hold_the_rest_of_a_cancellation(
    leader: Actor, made: DesignSession, coming: list[Invitation]
) -> None:
    assert coming
    change(leader, made, Purpose.CANCELLATION)
    [batch] = batches_of(made)

    bring(messages(Purpose.CANCELLATION)[0], MessageState.FAILED, last_code=554)
    with unit_of_work(system(made.project_id), "tests.failed"):
        refusals.pause_batch(batch.id, Reply(554, "5.7.1 spam"))

    assert session().get_one(MessageBatch, batch.id).state is BatchState.QUEUED
