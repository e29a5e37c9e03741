"""Pages of batches, in a browser without JavaScript."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.mail import Reason
from crm.core.permissions import Actor, Role
from crm.messages.models import DeliveryEvent, DeliveryKind, MessageBatch, MessageState
from crm.projects.models import Project
from tests import factories, pages
from tests.messages.batching import batch, bring, message_of

pytestmark = pytest.mark.usefixtures("kinds")


@pytest.fixture
def actor(project: Project) -> Actor:
    """Somebody who sends messages."""
    return factories.leader_of(project)


@pytest.fixture
def planner(project: Project, client: FlaskClient) -> FlaskClient:
    """A browser in which a planner of the project is signed in."""
    return factories.sign_in(client, factories.member(project, Role.PLANNER))


@pytest.fixture
def made(actor: Actor, project: Project) -> MessageBatch:
    """A batch of three messages."""
    return batch(actor, project)


def address(project: Project, made: MessageBatch, more: str = "") -> str:
    return f"/projects/{project.slug}/messages/{made.id}{more}"


def press(client: FlaskClient, project: Project, made: MessageBatch, button: str) -> TestResponse:
    """Press a button of a batch, and go where it leads."""
    data = {"csrf_token": pages.token(client, address(project, made))}
    return client.post(address(project, made, button), data=data, follow_redirects=True)


def test_an_empty_list_teaches_what_to_do_first(planner: FlaskClient, project: Project) -> None:
    answer = planner.get(f"/projects/{project.slug}/messages")

    assert "Nothing sent yet" in answer.text
    assert "To the sessions" in answer.text


def test_the_list_says_how_far_each_batch_is(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made), MessageState.ACCEPTED)

    answer = planner.get(f"/projects/{project.slug}/messages")

    assert "Nieuws" in answer.text
    assert "1 of 3" in answer.text


def test_a_batch_says_of_each_recipient_where_the_message_stands(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.WITHHELD, reason=Reason.UNSUBSCRIBED)
    bring(message_of(made, 1), MessageState.QUEUED, attempts=1)
    bring(message_of(made, 2), MessageState.UNCERTAIN)

    answer = planner.get(address(project, made))

    assert "Not sent (unsubscribed)" in answer.text
    assert "Mailbox refuses for now – trying again until" in answer.text
    assert "Not sure whether it arrived" in answer.text
    assert "Ontvanger 0" in answer.text
    assert "Send again" in answer.text


def test_a_message_that_a_mailbox_kept_refusing_is_not_our_fault(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.FAILED, last_code=451)
    bring(message_of(made, 1), MessageState.FAILED, last_code=554)

    answer = planner.get(address(project, made))

    assert "Mailbox kept refusing – given up" in answer.text
    assert "Refused by their mail filter – our side must look" in answer.text


def test_recipients_are_narrowed_to_a_state_in_the_address(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.ACCEPTED)

    accepted = planner.get(address(project, made, "?status=accepted"))
    nonsense = planner.get(address(project, made, "?status=nonsense"))

    assert "Ontvanger 0" in accepted.text
    assert "Ontvanger 1" not in accepted.text
    assert "Ontvanger 1" in nonsense.text


def test_a_batch_is_paused_resumed_and_cancelled_by_buttons(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    paused = press(planner, project, made, "/pause")
    resumed = press(planner, project, made, "/resume")
    cancelled = press(planner, project, made, "/cancel")
    again = press(planner, project, made, "/resume")

    assert "Paused. What waits is held until you resume." in paused.text
    assert "Sending." in resumed.text
    assert "3 messages are cancelled." in cancelled.text
    assert again.status_code == 409


def test_a_message_that_may_have_arrived_is_sent_again_or_left(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    first, second = message_of(made, 0), message_of(made, 1)
    bring(first, MessageState.UNCERTAIN)
    bring(second, MessageState.UNCERTAIN)

    press(planner, project, made, f"/recipients/{first.id}/send-again")
    press(planner, project, made, f"/recipients/{second.id}/leave")
    answer = planner.get(address(project, made))

    session().rollback()
    session().expire_all()
    assert first.state is MessageState.QUEUED
    assert "Not sure whether it arrived, and left so" in answer.text


def test_the_way_of_one_message_is_shown(
    planner: FlaskClient, project: Project, made: MessageBatch, actor: Actor
) -> None:
    message = message_of(made)
    with unit_of_work(actor, "tests.delivery"):
        session().add(
            DeliveryEvent(
                message_id=message.id, kind=DeliveryKind.DEFERRED, code=451, text="greylisted"
            )
        )

    answer = planner.get(address(project, made, f"/recipients/{message.id}"))

    assert "Tried again later" in answer.text
    assert "451 greylisted" in answer.text


def test_a_file_names_states_and_no_addresses(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.ACCEPTED)

    answer = planner.get(address(project, made, "/recipients.csv?status=accepted"))

    assert "Ontvanger 0" in answer.text
    assert "Accepted by their mail server" in answer.text
    assert "@" not in answer.text
    assert "Ontvanger 1" not in answer.text
    assert planner.get(address(project, made, "/recipients.xlsx")).status_code == 200


def test_a_message_that_became_a_file_is_never_called_sent(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.FILED)
    bring(message_of(made, 1), MessageState.ACCEPTED)

    seen = pages.text_of(planner.get(address(project, made)))
    filed = pages.text_of(planner.get(address(project, made, "?status=filed")))

    assert "Written to a file, not sent : 1" in seen
    assert "Accepted by their mail server : 1" in seen
    assert "Ontvanger 0" in filed
    assert "Ontvanger 1" not in filed
    file = planner.get(address(project, made, "/recipients.csv?status=filed")).text
    assert "Written to a file, not sent" in file
    assert "Accepted" not in file


def test_pages_say_that_mail_is_written_to_files(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    answer = planner.get(address(project, made))

    assert "Nothing leaves this computer" in answer.text


def test_pages_say_that_no_worker_runs_while_messages_wait(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    fresh = planner.get(address(project, made))
    with clock.frozen(clock.now() + timedelta(minutes=2)):
        later = planner.get(address(project, made))

    assert "No worker is running" not in fresh.text
    assert "No worker is running" in later.text


def test_progress_is_a_part_of_the_page_that_says_whether_it_goes_on(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    going = planner.get(address(project, made, "/progress"))
    press(planner, project, made, "/cancel")
    over = planner.get(address(project, made, "/progress"))

    assert "data-live-going" in going.text
    assert "<!doctype html>" not in going.text
    assert "data-live-going" not in over.text


def test_a_reviewer_sees_no_messages(app: Flask, project: Project, made: MessageBatch) -> None:
    reviewer = factories.sign_in(app.test_client(), factories.member(project, Role.REVIEWER))

    assert reviewer.get(f"/projects/{project.slug}/messages").status_code == 403
    assert reviewer.get(address(project, made)).status_code == 403


def test_the_start_page_says_what_waits_about_mail(
    planner: FlaskClient, project: Project, made: MessageBatch
) -> None:
    bring(message_of(made, 0), MessageState.UNCERTAIN)
    bring(message_of(made, 1), MessageState.REJECTED)
    press(planner, project, made, "/pause")

    answer = planner.get(f"/projects/{project.slug}/")

    assert "Decide about 1 message that may not have arrived" in answer.text
    assert "Mend 1 address that does not work" in answer.text
    assert "A batch is paused: Nieuws" in answer.text
