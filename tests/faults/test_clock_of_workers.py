"""A clock that jumps under the workers: nothing lost, nothing doubled, nothing stuck for ever."""

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from crm.core import clock, jobs, leases, mail
from crm.core.db import Database
from crm.core.mail import Purpose
from crm.messages.jobs import claiming, results
from crm.messages.jobs.checking import check
from crm.messages.jobs.claiming import Claimed
from crm.messages.jobs.relay import Handover, Sealed
from crm.messages.models import MessageState, RelayState
from crm.messages.rules.server import Lane, lanes
from crm.messages.rules.server_replies import Reply, Verdict
from crm.projects.models import Project
from tests.posting import Post, Said, batch
from tests.smtp import Sink

pytestmark = pytest.mark.usefixtures("server", "project")

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
# Of the night of 28 March 2027 and of 31 October: one hour less, one hour more.
DAYLIGHT = [timedelta(hours=1), timedelta(hours=-1)]
JUMPS = [3 * HOUR, -3 * HOUR, *DAYLIGHT]


def claim(post: Post, owner: str) -> list[Claimed]:
    return claiming.claim(post.database, owner, lanes()[0], 1)


def begin(post: Post, owner: str) -> tuple[Claimed, Sealed]:
    [claimed] = claim(post, owner)
    sealed = check(post.database, claimed)
    assert isinstance(sealed, Sealed)
    assert results.begin(post.database, claimed, sealed)
    return claimed, sealed


def work_on(post: Post, now: datetime) -> None:
    """Let the other worker look at once, and a while after that."""
    for later in (timedelta(0), leases.patience() + timedelta(seconds=1)):
        with clock.frozen(now + later):
            post.work()


@pytest.mark.parametrize("jump", JUMPS)
@pytest.mark.parametrize("purpose", [Purpose.INVITE, Purpose.REMINDER])
def test_what_a_worker_hands_over_while_the_clock_jumps_leaves_once(
    post: Post, sink: Sink, said: Said, purpose: Purpose, jump: timedelta
) -> None:
    message_id = post.put(purpose=purpose)
    claimed, _sealed = begin(post, "living")

    with clock.frozen(clock.now() + jump):
        post.work()
        results.note(post.database, claimed, Handover(Verdict.ACCEPTED, Reply(250, "ok")))
    work_on(post, clock.now() + jump + HOUR)

    assert post.message(message_id).state is MessageState.ACCEPTED
    assert (sink.arrived, said.accepted) == ([], [message_id])


@pytest.mark.parametrize("jump", JUMPS)
def test_what_a_killed_worker_had_is_free_though_the_clock_was_set_back(
    post: Post, sink: Sink, jump: timedelta
) -> None:
    claimed, begun = post.put("claimed@kring.example"), post.put("begun@kring.example")
    claim(post, "killed")
    begin(post, "killed")

    work_on(post, clock.now() + jump)

    assert sorted(sink.recipients) == ["begun@kring.example", "claimed@kring.example"]
    assert {post.message(one).state for one in (claimed, begun)} == {MessageState.ACCEPTED}


@pytest.mark.parametrize("jump", JUMPS)
def test_what_another_took_over_meanwhile_does_not_leave_a_second_time(
    post: Post, sink: Sink, jump: timedelta
) -> None:
    post.put()
    [claimed] = claim(post, "living")
    sealed = check(post.database, claimed)

    work_on(post, clock.now() + jump)

    assert isinstance(sealed, Sealed)
    assert not results.begin(post.database, claimed, sealed)
    assert len(sink.arrived) == 1


def test_a_machine_whose_clock_is_a_little_late_takes_nothing_from_another(post: Post) -> None:
    post.put()
    now = clock.now()
    with clock.frozen(now):
        claim(post, "living")

    with clock.frozen(now - 4 * MINUTE):
        taken = claim(post, "another")

    assert taken == []


@pytest.mark.parametrize("jump", JUMPS)
def test_a_batch_that_was_planned_leaves_once_and_not_later_than_its_clock_says(
    post: Post, sink: Sink, project: Project, jump: timedelta
) -> None:
    planned = batch(project)
    now = clock.now()
    post.put(batch_id=planned.id, not_before=now + HOUR)
    sent = []

    for moment in (now, now + jump, now, now + HOUR, now + 2 * HOUR):
        with clock.frozen(moment):
            post.work()
        sent.append(len(sink.arrived))

    early = int(jump >= HOUR)
    assert sent == [0, early, early, 1, 1]


@pytest.mark.parametrize("jump", JUMPS)
def test_a_refusal_for_now_is_tried_again_once_and_soon(
    post: Post, sink: Sink, jump: timedelta
) -> None:
    sink.answer("DATA", "451 4.7.1 greylisted")
    message_id = post.put()
    now = clock.now()
    with clock.frozen(now):
        post.work()

    with clock.frozen(now + jump):
        post.work()
    work_on(post, now + 3 * MINUTE)

    assert len(sink.arrived) == 1
    assert post.message(message_id).state is MessageState.ACCEPTED


@pytest.mark.parametrize("jump", JUMPS)
def test_a_server_in_trouble_is_left_alone_no_longer_than_a_pause_and_the_jump(
    post: Post, sink: Sink, jump: timedelta
) -> None:
    sink.answer("MAIL", "421 4.3.2 closing")
    message_id = post.put()
    now = clock.now()
    with clock.frozen(now + jump):
        post.work()

    work_on(post, now + max(jump, timedelta(0)) + MINUTE)

    assert len(sink.arrived) == 1
    assert post.message(message_id).state is MessageState.ACCEPTED
    assert post.opened.scalars(select(RelayState)).one().failures == 0


@pytest.fixture
def limited(server: str) -> Lane:
    """A server that allows three connections."""
    mail.use_settings(replace(mail.settings(), throttle="microsoft365"))
    return lanes()[0]


@pytest.mark.parametrize("jump", JUMPS)
def test_connections_of_killed_workers_are_free_though_the_clock_was_set_back(
    post: Post, limited: Lane, jump: timedelta
) -> None:
    for number in range(4):
        post.put(f"p{number}@d{number}.example")
    now = clock.now()
    with clock.frozen(now):
        for owner in ("one", "two", "three"):
            assert claiming.claim(post.database, owner, limited, 1)

    with clock.frozen(now + jump + MINUTE):
        taken = claiming.claim(post.database, "four", limited, 1)

    assert len(taken) == 1


@pytest.mark.parametrize("jump", JUMPS)
def test_no_more_than_a_burst_leaves_because_the_clock_jumped(
    post: Post, sink: Sink, limited: Lane, jump: timedelta
) -> None:
    for number in range(9):
        post.put(f"p{number}@d{number}.example")
    now, sent = clock.now(), []

    for moment in (now, now + jump, now, now + MINUTE):
        with clock.frozen(moment):
            post.work()
        sent.append(len(sink.arrived))

    burst = limited.preset.burst
    assert sent[0] == burst
    assert sent[2] <= 3 * burst
    assert sent[3] > sent[2] or sent[2] == 9


def test_a_job_that_comes_back_was_planned_by_a_clock_that_ran_ahead_and_still_runs(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    database: Database = app.extensions["kring_database"]
    ran: list[datetime] = []
    monkeypatch.setattr(jobs, "_handlers", {"tests.look": lambda _payload: ran.append(clock.now())})
    monkeypatch.setattr(jobs, "_recurring", {"tests.look": MINUTE})
    now = clock.now()
    with clock.frozen(now + timedelta(days=3650)):
        jobs.run_due(database, "one")

    for moment in (now, now + timedelta(seconds=30), now + MINUTE):
        with clock.frozen(moment):
            jobs.run_due(database, "one")

    assert ran[1:] == [now, now + MINUTE]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_clock_does_each_message_arrives_once(
    post: Post, sink: Sink, seed: int
) -> None:
    chance = random.Random(seed)
    begun = now = clock.now()
    everybody = [f"p{number}@kring.example" for number in range(8)]
    for number, to in enumerate(everybody):
        post.put(to, not_before=now + number * HOUR)
    workers = [post.another(), post.another()]

    for step in range(30):
        now += chance.choice([*JUMPS, MINUTE, 6 * MINUTE])
        with clock.frozen(now):
            if chance.random() < 0.4:
                claim(post, f"killed {step}")
            chance.choice(workers).round()
    last = max(now, begun) + timedelta(days=2)
    for minutes in range(0, 20, 6):
        with clock.frozen(last + minutes * MINUTE):
            post.work(workers[0])
    for one in workers:
        one._leave()

    assert Counter(sink.recipients) == Counter(everybody)
