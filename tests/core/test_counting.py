"""How often something was done: one number for all processes, without a word of what it was."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.accounts import jobs
from crm.core import clock, counting
from crm.core.counting import UseCount
from crm.core.db import Database, unscoped

pytestmark = pytest.mark.both_engines("locks")

HOUR = timedelta(hours=1)
NOON = datetime(2026, 12, 2, 12, tzinfo=UTC)
OPTIONS = unscoped("the test looks at everything")


@pytest.fixture
def database(app: Flask) -> Database:
    made: Database = app.extensions["kring_database"]
    return made


def test_those_who_count_at_once_count_together(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        counts = pool.map(lambda _: counting.add(database, "link", 1, within=HOUR), range(24))

    assert sorted(counts) == list(range(1, 25))


def test_it_counts_until_an_hour_after_the_first(database: Database) -> None:
    with clock.frozen(NOON):
        counting.add(database, "link", 1, within=HOUR)
    with clock.frozen(NOON + HOUR - timedelta(seconds=1)):
        assert counting.add(database, "link", 1, within=HOUR) == 2
        assert counting.read(database, "link") == (2, NOON + HOUR)
    with clock.frozen(NOON + HOUR):
        assert counting.read(database, "link")[0] == 0
        assert counting.add(database, "link", 1, within=HOUR) == 1


def test_what_is_given_back_never_becomes_an_extra(database: Database) -> None:
    with clock.frozen(NOON):
        assert counting.add(database, "link", -1, within=HOUR) == 0
        assert counting.add(database, "link", 2, within=HOUR) == 2
        assert counting.add(database, "link", -1, within=HOUR) == 1
    with clock.frozen(NOON + HOUR):
        assert counting.add(database, "link", -1, within=HOUR) == 0


def test_what_counts_no_more_is_cleared_away(
    app: Flask, database: Database, opened: Session
) -> None:
    with clock.frozen(NOON):
        counting.add(database, "past", 1, within=HOUR)
        counting.add(database, "kept", 1, within=2 * HOUR)
    with clock.frozen(NOON + HOUR):
        jobs.clear_past_counts({})

        assert counting.read(database, "kept")[0] == 1
    assert opened.scalar(select(func.count(UseCount.id)), execution_options=OPTIONS) == 1


def test_names_are_kept_as_digests(database: Database, opened: Session) -> None:
    counting.add(database, "bep@kring.example from 192.0.2.1", 1, within=HOUR)

    (name,) = opened.scalars(select(UseCount.name), execution_options=OPTIONS)
    assert len(name) == 64
    assert not {"bep", "192.0.2.1"} & set(name.split("@"))


def statuses(config: Config, tries: int) -> list[int]:
    """Ask a process of its own for new passwords, from one address."""
    app = crm.create_app(replace(config, rate_limits=True))
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    given = [{"email": f"nobody{number}@kring.example"} for number in range(tries)]
    answered = [client.post("/forgotten", data=data).status_code for data in given]
    app.extensions["kring_database"].dispose()
    return answered


def test_a_limit_holds_for_another_process_and_after_a_restart(config: Config) -> None:
    assert 429 not in statuses(config, 10)

    assert statuses(config, 1) == [429]
