"""What stops Kring at its start is said in one sentence, with a status and without a traceback."""

import shutil
import signal
import socket
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import create_engine, text

import crm
from config import Config
from crm.core import jobs, migrations
from crm.core.db import Database, session, unit_of_work
from crm.core.jobs import Job, JobState
from crm.core.permissions import system
from crm.core.workers import Worker
from tests.room import no_room

pytestmark = pytest.mark.both_engines("migrations")

SQLITE = pytest.mark.engine("sqlite")


def told(config: Config, *words: str) -> Result:
    """Return how a command of Kring ended that is run with these settings."""
    app = crm.create_app(config)
    with app.app_context():
        ended = app.test_cli_runner().invoke(args=words or ("migrate",))
    app.extensions["kring_database"].dispose()
    return ended


def is_one_sentence(ended: Result, *words: str) -> bool:
    """Whether a command was stopped in words, and in no others."""
    lines = ended.output.strip().splitlines()
    spoken = len(lines) == 1 and lines[0].startswith("Error: ")
    return ended.exit_code == 1 and spoken and all(word in lines[0] for word in words)


def bring_to(url: str, revision: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :it"), {"it": revision})
    engine.dispose()


@pytest.fixture
def older(config: Config) -> Config:
    """Settings of an installation whose database is from before the baseline."""
    bring_to(config.database_url, "0037")
    return config


def test_a_database_from_before_the_baseline_is_refused_and_stays_as_it_is(
    older: Config, tmp_path: Path
) -> None:
    for words in (("migrate",), ("worker",), ("projects", "create", "x", "--name", "X")):
        assert is_one_sentence(told(older, *words), "older Kring", "docs/operations.md")

    assert list(tmp_path.glob("*.bak")) == []
    with pytest.raises(migrations.OtherSchema, match="older Kring"):
        migrations.upgrade(older.database_url)


@pytest.fixture
def newer(config: Config) -> Config:
    """Settings of an installation that a newer Kring was at."""
    bring_to(config.database_url, "9999")
    return config


def test_a_schema_of_a_newer_kring_is_refused_and_copied_nowhere(
    newer: Config, tmp_path: Path
) -> None:
    for words in (("migrate",), ("worker",), ("projects", "create", "x", "--name", "X")):
        assert is_one_sentence(told(newer, *words), "newer Kring")

    assert list(tmp_path.glob("*.bak")) == []


@pytest.mark.usefixtures("next_kring")
def test_a_database_that_was_not_migrated_yet_is_told_from_a_fault(config: Config) -> None:
    ended = told(config, "projects", "create", "x", "--name", "X")

    assert is_one_sentence(ended, "flask --app crm migrate")


def test_a_worker_stops_at_a_newer_schema_and_leaves_the_work(newer: Config) -> None:
    app: Flask = crm.create_app(newer)
    database: Database = app.extensions["kring_database"]
    with database.opened(), unit_of_work(system(), "tests.cause"):
        waiting = jobs.enqueue("once.forget")
    worker = Worker(database, nullcontext, 0)

    worker.run()

    with database.opened():
        assert session().get_one(Job, waiting.id).state is JobState.QUEUED
    assert "newer Kring" in worker.refusal
    database.dispose()


@SQLITE
@pytest.mark.parametrize("begins", [0, 40_000])
def test_a_damaged_database_is_told(config: Config, begins: int, tmp_path: Path) -> None:
    file = tmp_path / "kring.sqlite3"
    content = file.read_bytes()
    file.write_bytes(content[:begins] + b"nonsense" * 5_000 + content[begins + 40_000 :])

    assert is_one_sentence(told(config), "damaged", "backup")


@SQLITE
def test_a_folder_that_cannot_be_made_or_written_is_told(config: Config, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    ended = told(replace(config, data_dir=tmp_path / "file" / "data"))

    assert is_one_sentence(ended, "cannot be used")


@SQLITE
@pytest.mark.parametrize("room", [0, 300_000, 1_200_000])
def test_a_full_disk_is_told(config: Config, tmp_path: Path, room: int) -> None:
    data = tmp_path / "other"
    new = replace(config, data_dir=data, database_url=f"sqlite:///{data / 'kring.sqlite3'}")

    with no_room(room):
        ended = told(new)

    assert is_one_sentence(ended, "disk") or room > 1_000_000
    shutil.rmtree(data)
    assert told(new).exit_code == 0


@SQLITE
def test_a_port_in_use_is_told(config: Config) -> None:
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        ended = told(config, "serve", "--port", str(taken.getsockname()[1]))
    for number, handler in handlers.items():
        signal.signal(number, handler)

    assert is_one_sentence(ended, "cannot be used", "--port")


def test_a_database_that_is_up_to_date_is_copied_nowhere(config: Config, tmp_path: Path) -> None:
    assert migrations.upgrade(config.database_url) is None
    assert list(tmp_path.glob("*.bak")) == []


def test_the_newest_schema_is_known_by_the_name_of_its_file() -> None:
    from alembic.script import ScriptDirectory  # noqa: PLC0415 - slow, and only here

    script = ScriptDirectory(str(migrations.MIGRATIONS))

    assert migrations.newest() == script.get_current_head()
    assert all(migrations.is_known(one.revision) for one in script.walk_revisions())
