"""Messages that wait longer than they make sense end while they wait, and never leave late."""

from datetime import timedelta

import pytest

from crm.core import clock
from crm.core.db import session, unit_of_work
from crm.core.leases import OPTIONS
from crm.core.mail import Reason
from crm.core.permissions import system
from crm.messages.jobs import housekeeping, lost_messages
from crm.messages.models import BatchState, MessageBatch, MessageState, OutboxMessage
from crm.messages.queries import batches as queries
from crm.messages.rules import progress
from crm.messages.rules.progress import Phase
from crm.messages.services import batches
from crm.projects.models import Project
from tests.posting import Post, batch
from tests.smtp import Sink

pytestmark = pytest.mark.usefixtures("server")
HOUR = timedelta(hours=1)


@pytest.fixture
def paused(project: Project) -> MessageBatch:
    return batch(project, state=BatchState.PAUSED)


def test_what_waits_in_a_paused_batch_ends_when_it_makes_no_sense_any_more(
    post: Post, sink: Sink, project: Project, paused: MessageBatch
) -> None:
    now = clock.now()
    late = post.put(batch_id=paused.id, send_not_after=now + HOUR)
    early = post.put("bo@kring.example", batch_id=paused.id, send_not_after=now + 3 * HOUR)

    with clock.frozen(now + 2 * HOUR):
        housekeeping.expire({})
        ended, waits = post.message(late).state, post.message(early).state
        batches.resume(system(project.id), session().get_one(MessageBatch, paused.id))
        post.work()

    assert (ended, waits) == (MessageState.EXPIRED, MessageState.QUEUED)
    assert post.message(late).reason is Reason.TOO_LATE
    assert sink.recipients == ["bo@kring.example"]


def test_a_batch_that_goes_on_sends_nothing_late_though_nobody_had_looked(
    post: Post, sink: Sink, project: Project, paused: MessageBatch
) -> None:
    now = clock.now()
    late = post.put(batch_id=paused.id, send_not_after=now + HOUR)

    with clock.frozen(now + 2 * HOUR):
        batches.resume(system(project.id), session().get_one(MessageBatch, paused.id))
        post.work()

    assert post.message(late).state is MessageState.EXPIRED
    assert sink.arrived == []


def test_a_batch_of_which_nothing_makes_sense_any_more_is_finished(
    post: Post, paused: MessageBatch
) -> None:
    now = clock.now()
    post.put(batch_id=paused.id, send_not_after=now + HOUR)

    with clock.frozen(now + 2 * HOUR):
        housekeeping.expire({})
        counted = queries.progress_of([paused])[paused.id]
        stands = progress.phase_of(paused, counted, clock.now())

    assert stands is Phase.FINISHED


def test_one_that_may_have_arrived_stays_uncertain(post: Post, paused: MessageBatch) -> None:
    now = clock.now()
    maybe = post.put(batch_id=paused.id, send_not_after=now + HOUR)
    with unit_of_work(system(), "tests.killed"):
        message = session().get_one(OutboxMessage, maybe, execution_options=OPTIONS)
        message.data_started_at = now
        session().flush()
        lost_messages.lose(maybe, message.project_id, message.purpose)

    with clock.frozen(now + 2 * HOUR):
        housekeeping.expire({})

    assert post.message(maybe).state is MessageState.UNCERTAIN
