"""An older database with parents and children in it: every row is there after its migration."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from sqlalchemy import (
    MetaData,
    create_engine,
    func,
    insert,
    select,
    text,
)

from crm.core import migrations
from crm.stakeholders.importing.plan import Outcome
from crm.stakeholders.importing.plan_lines import LINES_IN_PART, lines_of, overview_of
from crm.stakeholders.importing.row_messages import Problem
from tests import postgresql
from tests.older import counted_at, fill

pytestmark = pytest.mark.both_engines("migrations")

OLDEST = "0001"
NOW = datetime(2027, 3, 30, 7, 0, tzinfo=UTC)


@pytest.fixture
def older_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database with the oldest schema and no rows."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'older.sqlite3'}"
        command.upgrade(migrations._settings(url), OLDEST)
        number_as_before(tmp_path / "older.sqlite3")
        yield url
        return
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    command.upgrade(migrations._settings(cluster.url(name)), OLDEST)
    yield cluster.url(name)
    cluster.drop(name)


def number_as_before(file: Path) -> None:
    """Let the tables number their rows as they did before ids were given once."""
    own = r"sql LIKE '%PRIMARY KEY AUTOINCREMENT%'"
    cut = "rtrim(substr(sql, 1, length(sql) - 1), char(10) || ' ')"
    once = f"replace({cut}, ' PRIMARY KEY AUTOINCREMENT', '')"
    key = "', CONSTRAINT pk_' || name || ' PRIMARY KEY (id))'"
    with closing(sqlite3.connect(file)) as older:
        older.execute("PRAGMA writable_schema = ON")
        older.execute(f"UPDATE sqlite_master SET sql = {once} || {key} WHERE {own}")  # noqa: S608 - no user's word
        older.commit()


def test_a_migration_keeps_every_row(older_url: str, demo_file: Path) -> None:
    before = fill(older_url, demo_file)

    migrations.upgrade(older_url)

    after = counted_at(older_url)
    assert before["person"] > 30
    assert before["affiliation"] > 30
    assert {name: after[name] for name in before} == before
    migrations.differences(older_url)


def test_messages_that_became_files_are_told_from_sent_ones(older_url: str) -> None:
    command.upgrade(migrations._settings(older_url), "0003")
    for words in ("2.0.0 ok", "written to a file"):
        put_message(older_url, words)

    migrations.upgrade(older_url)

    assert messages_at(older_url) == [
        ("accepted", 250, "2.0.0 ok", "accepted"),
        ("filed", None, "", "filed"),
    ]


@pytest.mark.engine("sqlite")
def test_words_that_are_not_for_all_are_hidden_as_they_would_be_now(
    engine_name: str, demo_file: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "words.sqlite3"
    copied.write_bytes(demo_file.read_bytes())
    url = f"sqlite:///{copied}"
    now = bodies_at(url)
    command.downgrade(migrations._settings(url), "0026")
    before = bodies_at(url)

    migrations.upgrade(url)

    assert not any("§" in body or "¶" in body for body in before)
    assert any("§" in body for body in now)
    assert bodies_at(url) == now


def bodies_at(url: str) -> list[str]:
    """Return what the index holds of each record."""
    engine = create_engine(url)
    with engine.connect() as connection:
        found = list(connection.scalars(text("SELECT body FROM search_document ORDER BY id")))
    engine.dispose()
    return found


def put_message(url: str, words: str) -> None:
    """Put a message that was handed over into an older schema, with the line of its history."""
    engine = create_engine(url)
    known = MetaData()
    known.reflect(engine, only=["outbox_message", "delivery_event"])
    message, event = known.tables["outbox_message"], known.tables["delivery_event"]
    row = {
        "dedup_key": words, "public_name": words, "purpose": "news", "sequence": 0, "params": {},
        "address": "a@kring.example", "domain": "kring.example", "language": "nl", "priority": 3,
        "not_before": NOW, "queued_at": NOW, "state": "accepted", "attempts": 1, "message_id": "",
        "date_header": "", "last_code": 250, "last_enhanced": "", "last_text": words,
    }  # fmt: skip
    with engine.begin() as connection:
        connection.execute(insert(message).values(row))
        number = connection.scalar(select(func.max(message.columns.id)))
        told = {"message_id": number, "at": NOW, "kind": "accepted", "enhanced": "", "text": words}
        connection.execute(insert(event).values(told))
    engine.dispose()


def messages_at(url: str) -> list[tuple[object, ...]]:
    """Return where each message stands, and what its history says."""
    engine = create_engine(url)
    told = text(
        "SELECT m.state, m.last_code, m.last_text, e.kind FROM outbox_message m "
        "JOIN delivery_event e ON e.message_id = m.id ORDER BY m.id"
    )
    with engine.connect() as connection:
        found = [(*row,) for row in connection.execute(told)]
    engine.dispose()
    return found


def test_what_there_was_to_say_of_imported_rows_stays(older_url: str, demo_file: Path) -> None:
    command.upgrade(migrations._settings(older_url), "0024")
    fill(older_url, demo_file)
    said = [told_before(row) for row in range(2, 2 + LINES_IN_PART + 1)]
    for number, state in ((101, "done"), (102, "mapped")):
        put_import(older_url, number, state, said)

    migrations.upgrade(older_url)

    engine = create_engine(older_url)
    with engine.connect() as connection:
        kept = connection.execute(text("SELECT state, overview FROM contact_import ORDER BY id"))
        *_of_demo, done, waiting = kept.all()
        parts = connection.execute(
            text("SELECT first_row, text FROM contact_import_part ORDER BY number")
        ).all()
    engine.dispose()
    found = [line for part in parts for line in lines_of(part[1])]
    assert (waiting[0], waiting[1], done[0]) == ("uploaded", None, "done")
    assert [part[0] for part in parts] == [2, 2 + LINES_IN_PART]
    assert overview_of(done[1]).places(Outcome.REJECTED, None) == list(range(LINES_IN_PART + 1))
    assert [(one.row, one.messages[0].problem) for one in found] == [
        (one["row"], Problem.NO_NAME) for one in said
    ]


def told_before(row: int) -> dict[str, Any]:
    """Return what was kept of a row when a report was one text."""
    message = {"row": row, "problem": "no_name", "field": None, "raw": ""}
    nothing: dict[str, object] = {
        "person_id": None,
        "known_as": "",
        "repeats": None,
        "fields": [],
        "cells": [],
    }
    more = {"reason": None, "choice": None, "beside": "", "organisation_id": None}
    told = {"row": row, "outcome": "rejected", "name": "", "organisation": ""}
    return {**told, **nothing, **more, "messages": [message]}


def put_import(url: str, number: int, state: str, said: list[dict[str, Any]]) -> None:
    """Put an import into an older schema, with what there is to say of its rows."""
    engine = create_engine(url)
    known = MetaData()
    known.reflect(engine, only=["contact_import", "project"])
    project, made = known.tables["project"], known.tables["contact_import"]
    row = {
        "id": number, "file_name": "lijst.csv", "state": state, "made_at": NOW, "table": "",
        "mapping": "{}", "messages": json.dumps(said), "rows": len(said), "new": 0, "changed": 0,
        "duplicate": 0, "rejected": len(said),
    }  # fmt: skip
    with engine.begin() as connection:
        project_id = connection.scalar(select(func.min(project.columns.id)))
        connection.execute(insert(made).values({**row, "project_id": project_id}))
    engine.dispose()


@pytest.mark.engine("sqlite")
def test_the_older_database_is_copied_beside_itself_first(older_url: str, demo_file: Path) -> None:
    before = fill(older_url, demo_file)

    copied = migrations.upgrade(older_url)

    assert copied is not None
    assert copied.parent == Path(older_url.removeprefix("sqlite:///")).parent
    assert counted_at(f"sqlite:///{copied}") == before
