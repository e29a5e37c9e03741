"""Workers killed or told to end in the middle of mail, and a database that others hold."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from config import Config
from crm.core.db import Database, engine, session, unit_of_work, unscoped
from crm.core.mail import Letter, Purpose, Recipient
from crm.core.permissions import system
from crm.messages.models import MessageState, OutboxMessage
from crm.messages.services import outbox
from crm.projects.models import Project
from tests.posting import Post
from tests.smtp import Sink, serving

ROOT = Path(__file__).resolve().parents[2]
ALL = unscoped("the test looks at everything")
MESSAGES = 120
KILLS = 4
PATIENCE = 60

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("locks")]


@contextmanager
def working(config: Config, place: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker until the end of a `with` block, and kill it there."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.delivering", f"smtp://{place}"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "KRING_DATA": str(config.data_dir),
            "KRING_DATABASE_URL": config.database_url,
            "KRING_SECRET_KEY": config.secret_key,
        },
    )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait(PATIENCE)


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < until, "it did not happen"
        time.sleep(0.02)


def has_at_least(sink: Sink, messages: int) -> bool:
    return len(sink.arrived) >= messages


def put(project: Project, purpose: Purpose, number: int) -> None:
    letters = [
        (
            Recipient(f"{purpose}{n}@kring.example", "Ans", "nl"),
            Letter(purpose, f"{purpose} {n}", params={"to": f"{purpose}{n}@kring.example"}),
        )
        for n in range(number)
    ]
    with unit_of_work(system(project.id), "tests.cause"):
        assert outbox.queue_many(letters) == number


def count(database: Database, *states: MessageState) -> int:
    with database.opened():
        chosen = select(func.count()).where(OutboxMessage.state.in_(states))
        return session().scalar(chosen, execution_options=ALL) or 0


def test_killed_at_any_moment_nothing_is_lost_unsaid_and_no_reminder_goes_twice(
    post: Post, config: Config, project: Project
) -> None:
    sink, chance = Sink(delay=0.005), random.Random(1)
    put(project, Purpose.INVITE, MESSAGES // 2)
    put(project, Purpose.REMINDER, MESSAGES // 2)
    done = (MessageState.ACCEPTED, MessageState.UNCERTAIN)

    with serving(sink) as place:
        for _kill in range(KILLS):
            enough = len(sink.arrived) + chance.randrange(5, MESSAGES // KILLS)
            with working(config, place):
                wait_for(partial(has_at_least, sink, min(enough, MESSAGES)))
        with working(config, place):
            wait_for(lambda: count(post.database, *done) == MESSAGES)

    times = Counter(sink.recipients)
    doubled = {who for who, number in times.items() if number > 1}
    unknown = count(post.database, MessageState.UNCERTAIN)
    assert len(times) >= MESSAGES - unknown
    assert unknown <= KILLS
    assert [who for who in doubled if who.startswith("reminder")] == []
    assert sum(times.values()) - len(times) <= KILLS
    for who in doubled:
        assert len({one.data for one in sink.arrived if one.recipient == who}) == 1


def test_told_to_end_a_worker_finishes_its_message_and_gives_the_rest_back(
    post: Post, config: Config, project: Project
) -> None:
    sink = Sink(delay=0.2)
    put(project, Purpose.INVITE, 40)

    with serving(sink) as place, working(config, place) as worker:
        wait_for(lambda: len(sink.arrived) >= 2)
        worker.send_signal(signal.SIGTERM)
        ended = worker.wait(30)

    assert ended == 0
    assert count(post.database, MessageState.CLAIMED, MessageState.HANDING_OVER) == 0
    assert count(post.database, MessageState.ACCEPTED) == len(sink.arrived) < 40


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is waited for half a second instead of ten."""
    monkeypatch.setattr(engine, "BUSY_MILLISECONDS", 500)


@pytest.mark.engine("sqlite")
def test_a_database_that_is_held_while_a_message_leaves_loses_no_outcome(
    impatient: None, post: Post, config: Config, project: Project, sink: Sink, server: str
) -> None:
    message_id = post.put()
    holding: list[threading.Timer] = []
    path = config.database_url.removeprefix("sqlite:///")

    def hold() -> None:
        other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        other.execute("BEGIN IMMEDIATE")
        holding.append(threading.Timer(1.5, other.close))
        holding[0].start()

    sink.when_data = hold
    post.work()
    holding[0].join()

    assert post.message(message_id).state is MessageState.ACCEPTED
    assert len(sink.arrived) == 1


@pytest.mark.engine("sqlite")
def test_a_worker_outlives_a_database_that_is_held(
    impatient: None, post: Post, config: Config, project: Project, sink: Sink, server: str
) -> None:
    message_id = post.put()
    post.opened.rollback()
    worker = post.another()
    path = config.database_url.removeprefix("sqlite:///")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    thread = threading.Thread(target=worker.run)

    thread.start()
    time.sleep(1)
    before = list(sink.arrived)
    other.close()
    wait_for(lambda: len(sink.arrived) == 1)
    worker.stop()
    thread.join(PATIENCE)

    assert before == []
    assert post.message(message_id).state is MessageState.ACCEPTED
