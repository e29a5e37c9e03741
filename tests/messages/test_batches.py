"""Batches: begun once, paused, resumed and cancelled, and counted from their messages."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.errors import NotFound
from crm.core.mail import MailSettings, Purpose, Reason, settings, use_settings
from crm.core.permissions import Actor, system
from crm.messages.models import BatchState, MessageBatch, MessageState, WorkerHeartbeat
from crm.messages.queries import batches as queries
from crm.messages.queries import outbox
from crm.messages.rules.progress import Phase, Progress, Status, phase_of
from crm.messages.services import batches
from crm.messages.services.batches import BatchOver, NewBatch
from crm.projects.models import Project
from tests import factories
from tests.messages.batching import batch, bring, message_of

pytestmark = pytest.mark.usefixtures("kinds")

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def planner(project: Project) -> Actor:
    """Somebody who sends messages."""
    return factories.leader_of(project)


def progress(made: MessageBatch) -> Progress:
    session().expire_all()
    return queries.progress_of([made])[made.id]


def phase(made: MessageBatch) -> Phase:
    return phase_of(made, progress(made), clock.now())


def test_a_key_that_is_sent_twice_is_one_batch(planner: Actor, project: Project) -> None:
    made = batches.make(planner, project, new=NewBatch("key", Purpose.NEWS, "Nieuws"))

    assert batches.begun(planner, project, key="key") == made
    assert batches.begun(planner, project, key="other") is None


def test_a_batch_whose_messages_are_all_handed_over_is_finished(
    planner: Actor, project: Project
) -> None:
    made = batch(planner, project, size=2)
    before = phase(made)

    bring(message_of(made, 0), MessageState.ACCEPTED)
    between = phase(made)
    bring(message_of(made, 1), MessageState.WITHHELD, reason=Reason.UNSUBSCRIBED)

    assert (before, between, phase(made)) == (Phase.SENDING, Phase.SENDING, Phase.FINISHED)
    assert progress(made).shown == [(Status.ACCEPTED, 1), (Status.WITHHELD, 1)]


def test_a_batch_for_later_is_scheduled_until_then(planner: Actor, project: Project) -> None:
    with clock.frozen(NOON):
        made = batch(planner, project, size=1)
    with unit_of_work(planner, "tests.later"):
        made.not_before = NOON + timedelta(hours=1)

    with clock.frozen(NOON):
        before = phase(made)
    with clock.frozen(NOON + timedelta(hours=1)):
        after = phase(made)

    assert (before, after) == (Phase.SCHEDULED, Phase.SENDING)


def test_a_paused_batch_goes_on_when_it_is_resumed(planner: Actor, project: Project) -> None:
    made = batch(planner, project)

    batches.pause(planner, made)
    paused = phase(made)
    batches.resume(planner, made)

    assert (paused, phase(made)) == (Phase.PAUSED, Phase.SENDING)


def test_cancelling_stops_what_waits_and_leaves_what_was_sent(
    planner: Actor, project: Project
) -> None:
    made = batch(planner, project, size=3)
    bring(message_of(made, 0), MessageState.ACCEPTED)
    bring(message_of(made, 1), MessageState.HANDING_OVER)

    stopped = batches.cancel(planner, made)

    assert stopped == 1
    counts = progress(made).counts
    assert counts == {Status.ACCEPTED: 1, Status.SENDING: 1, Status.CANCELLED: 1}
    assert (made.state, phase(made)) == (BatchState.CANCELLED, Phase.CANCELLED)


def test_a_cancelled_batch_does_not_go_on(planner: Actor, project: Project) -> None:
    made = batch(planner, project)
    batches.cancel(planner, made)

    with pytest.raises(BatchOver):
        batches.resume(planner, made)
    with pytest.raises(BatchOver):
        batches.pause(planner, made)


def test_messages_are_counted_and_found_by_what_a_planner_reads(
    planner: Actor, project: Project
) -> None:
    made = batch(planner, project, size=5)
    bring(message_of(made, 0), MessageState.QUEUED, attempts=2)
    bring(message_of(made, 1), MessageState.CLAIMED)
    bring(message_of(made, 2), MessageState.UNCERTAIN)
    bring(message_of(made, 3), MessageState.UNCERTAIN, finished_at=clock.now())

    expected = {
        Status.WAITING: 1, Status.TRYING_AGAIN: 1, Status.SENDING: 1,
        Status.UNCERTAIN: 1, Status.LEFT: 1,
    }  # fmt: skip
    found = {one: len(queries.all_recipients(planner, made, one)) for one in Status}
    assert progress(made).counts == expected
    assert {one: number for one, number in found.items() if number} == expected
    assert progress(made).to_look_at == 1


def test_the_end_is_told_by_the_rate_that_is_set(
    planner: Actor, project: Project, opened: Session
) -> None:
    before = settings()
    with clock.frozen(NOON):
        made = batch(planner, project, size=60)
        use_settings(MailSettings(throttle="microsoft365"))
        slow = outbox.expected_end(made)
        use_settings(MailSettings(throttle="none"))
        unknown = outbox.expected_end(made)
    use_settings(before)

    assert slow == NOON + timedelta(minutes=2)
    assert unknown is None


def test_without_a_rate_the_end_is_told_by_what_went_lately(
    planner: Actor, project: Project
) -> None:
    with clock.frozen(NOON):
        made = batch(planner, project, size=9)
        for number in range(3):
            bring(message_of(made, number), MessageState.ACCEPTED)
        end = outbox.expected_end(made)

    assert end == NOON + timedelta(minutes=2)


def test_the_end_is_not_told_before_the_next_try_of_what_was_refused(
    planner: Actor, project: Project, opened: Session
) -> None:
    before, next_try = settings(), NOON + timedelta(minutes=15)
    with clock.frozen(NOON):
        made = batch(planner, project, size=2)
        bring(message_of(made, 0), MessageState.ACCEPTED)
        bring(message_of(made, 1), MessageState.QUEUED, attempts=1, not_before=next_try)
        use_settings(MailSettings(throttle="own"))
        end = outbox.expected_end(made)
    use_settings(before)

    assert end == next_try


def test_messages_of_other_projects_go_first_when_they_came_first(
    planner: Actor, project: Project
) -> None:
    with clock.frozen(NOON):
        batch(planner, project, size=4, key="first")
        made = batch(planner, project, size=2, key="second")

        assert outbox.ahead_of(made) == 6


def test_a_worker_without_a_sign_of_life_for_a_minute_counts_as_gone(
    planner: Actor, project: Project, opened: Session
) -> None:
    with clock.frozen(NOON):
        batch(planner, project)
        with unit_of_work(system(), "tests.heartbeat"):
            session().add(WorkerHeartbeat(worker="one", at=clock.now()))
        fresh = outbox.workers()
    with clock.frozen(NOON + timedelta(minutes=2)):
        later = outbox.workers()

    assert (fresh.is_alive, fresh.has_due) == (True, False)
    assert (later.is_alive, later.has_due) == (False, True)


def test_a_message_is_found_only_in_its_own_batch(planner: Actor, project: Project) -> None:
    mine, other = (batch(planner, project, key=key) for key in ("mine", "other"))

    with pytest.raises(NotFound):
        queries.message_of(mine, message_of(other).id)
