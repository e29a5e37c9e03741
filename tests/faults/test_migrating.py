"""A full database with parents and children in it: every row is there after its migration."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, create_engine, insert, text
from sqlalchemy.exc import IntegrityError

import crm
from config import Config
from crm.core import backup, clock, migrations
from crm.core.db import Database
from tests.migrating import NEW_WORD, NEXT, counted_at

SECRET = "a secret of the tests of Kring alone"
SQLITE = pytest.mark.engine("sqlite")
pytestmark = pytest.mark.both_engines("migrations")
QUEUED = {
    "stakeholders.carry_out_order": {"order": 7, "part": 250},
    "stakeholders.carry_out_import": {"import": 901, "account": 1},
    "design_sessions.look_at_list": {"list": 903, "account": 1},
    "networks.figures": {"view": "people", "by_strength": False},
    "steps.take_back": {"step": 901, "put_back": ["person.1"], "everything": False, "account": 1},
}
OF_ORDERS = "SELECT id, kind, state, done, total FROM long_task WHERE id < 9"
OF_LISTS = (
    "SELECT l.id, t.kind, t.state, t.done, t.total FROM contact_import l"
    " JOIN long_task t ON t.id = l.task_id WHERE l.id > 900"
)
# Of lists under way, failed before anything came in, looked at, and stopped.
LISTS = (
    ("mapped", True, 500, False, "[]"),
    ("mapped", False, 0, True, "[]"),
    ("mapped", False, 0, False, None),
    ("done", True, 500, False, "[]"),
)


def revision_at(url: str) -> str:
    engine = create_engine(url)
    with engine.connect() as connection:
        found: str = connection.execute(
            text("SELECT version_num FROM alembic_version")
        ).scalar_one()
    engine.dispose()
    return found


def put_helix(url: str, word: str) -> None:
    """Say of all roles in the register that they belong to one helix."""
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            connection.execute(text("UPDATE affiliation SET helix = :word"), {"word": word})
    finally:
        engine.dispose()


def put_long_work(url: str) -> None:
    """Let long work be under way as it stood at the baseline, and have failed."""
    engine = create_engine(url)
    before = MetaData()
    before.reflect(engine, only=("bulk_order", "contact_import", "attendance_list", "job", "step"))
    now = clock.now()
    order = {
        "project_id": 1, "action": "tag", "made_by_id": 1, "made_at": now, "moved_at": now,
        "asked": {"word": "sport"}, "person_ids": "[1]", "total": 600, "handled": 250,
        "changed": 250, "missing": 0,
    }  # fmt: skip
    job = {"project_id": 1, "state": "queued", "due_at": now, "attempts": 0, "error": ""}
    with engine.begin() as connection:
        for number, state, failed in ((7, "under_way", False), (8, "stopped", True)):
            row = {**order, "id": number, "state": state, "failed": failed}
            connection.execute(insert(before.tables["bulk_order"]), row)
        for number, (state, is_begun, handled, failed, overview) in enumerate(LISTS, 901):
            row = {
                **dict.fromkeys(("new", "changed", "duplicate", "rejected"), 0),
                "id": number, "project_id": 1, "file_name": "lijst.csv", "state": state,
                "made_at": now, "begun_at": now if is_begun else None, "table": "", "mapping": "",
                "rows": 900, "handled": handled, "failed": failed, "overview": overview,
            }  # fmt: skip
            connection.execute(insert(before.tables["contact_import"]), row)
        for number, (state, is_begun, handled, failed, look) in enumerate(LISTS, 901):
            row = {
                **dict.fromkeys(("encoding", "delimiter", "quote", "table", "columns"), ""),
                **dict.fromkeys(("left_out", "reasons", "decisions"), ""),
                "id": number, "project_id": 1, "design_session_id": 1, "file_name": "lijst.csv",
                "state": "chosen" if state == "mapped" else state, "made_at": now, "content": b"",
                "is_text": True, "heading_row": 1, "begun_at": now if is_begun else None,
                "rows": 900, "handled": handled, "failed": failed, "look": look, "noted": 0,
                "new": 0,
            }  # fmt: skip
            connection.execute(insert(before.tables["attendance_list"]), row)
        step = {"id": 901, "project_id": 1, "kind": "x", "about": {}, "made_at": now, "ranges": []}
        connection.execute(insert(before.tables["step"]), {**step, "changes": 9, "asked_at": now})
        for number, (kind, payload) in enumerate(QUEUED.items(), 901):
            row = {**job, "id": number, "kind": kind, "payload": payload}
            connection.execute(insert(before.tables["job"]), row)
    engine.dispose()


def rows_at(url: str, question: str) -> list[Any]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.execute(text(f"{question} ORDER BY 1"))]
    engine.dispose()
    return found


def told(payload: Any) -> Any:
    """Return what a job is told, as either database gives it."""
    return json.loads(payload) if isinstance(payload, str) else payload


def test_the_migrations_since_the_baseline_keep_every_row(baseline_url: str) -> None:
    before = counted_at(baseline_url)

    migrations.upgrade(baseline_url)

    after = counted_at(baseline_url)
    assert before["person"] > 30
    assert before["affiliation"] > 30
    assert {name: after[name] for name in before} == before
    assert revision_at(baseline_url) == migrations.newest()
    migrations.differences(baseline_url)


def test_long_work_goes_on_under_its_number_as_whoever_ordered_it(baseline_url: str) -> None:
    put_long_work(baseline_url)

    migrations.upgrade(baseline_url)

    assert rows_at(baseline_url, OF_ORDERS) == [
        (7, "stakeholders.carry_out_order", "running", 250, 600),
        (8, "stakeholders.carry_out_order", "failed", 250, 600),
    ]
    payloads = dict(rows_at(baseline_url, "SELECT kind, payload FROM job WHERE id > 900"))
    assert told(payloads["stakeholders.carry_out_order"]) == {"task": 7, "account": 1}
    assert rows_at(baseline_url, OF_LISTS) == [
        (901, "stakeholders.carry_out_import", "running", 500, 900),
        (902, "stakeholders.carry_out_import", "failed", 0, 900),
        (903, "stakeholders.look_at_import", "running", 0, 0),
        (904, "stakeholders.carry_out_import", "stopped", 500, 900),
    ]
    assert rows_at(baseline_url, OF_LISTS.replace("contact_import", "attendance_list")) == [
        (901, "design_sessions.note_list", "running", 500, 900),
        (902, "design_sessions.note_list", "failed", 0, 900),
        (903, "design_sessions.look_at_list", "running", 0, 0),
        (904, "design_sessions.note_list", "stopped", 500, 900),
    ]
    undoing = "SELECT id, state FROM long_task WHERE kind = 'steps.take_back'"
    ((last, state),) = rows_at(baseline_url, undoing)
    assert state == "running"
    assert told(payloads["steps.take_back"]) == {"task": last, "account": 1}
    figures = "SELECT id, state FROM long_task WHERE kind = 'networks.figures'"
    assert told(payloads["networks.figures"]) == {
        "task": rows_at(baseline_url, figures)[0][0], "account": None
    }  # fmt: skip
    ((task,),) = rows_at(baseline_url, "SELECT task_id AS id FROM contact_import WHERE id = 901")
    assert told(payloads["stakeholders.carry_out_import"]) == {"task": task, "account": 1}


@pytest.mark.usefixtures("next_kring")
def test_a_table_that_is_made_anew_keeps_its_rows_and_their_children(baseline_url: str) -> None:
    before = counted_at(baseline_url)

    migrations.upgrade(baseline_url)

    after = counted_at(baseline_url)
    assert {name: after[name] for name in before} == before
    assert revision_at(baseline_url) == NEXT


@pytest.mark.usefixtures("next_kring")
def test_a_column_holds_the_words_that_a_migration_allows_and_no_others(baseline_url: str) -> None:
    with pytest.raises(IntegrityError):
        put_helix(baseline_url, NEW_WORD)

    migrations.upgrade(baseline_url)

    put_helix(baseline_url, NEW_WORD)
    with pytest.raises(IntegrityError):
        put_helix(baseline_url, "weather")


@SQLITE
@pytest.mark.usefixtures("next_kring")
def test_the_database_is_copied_beside_itself_first_and_that_is_told(
    config: Config, baseline_url: str, tmp_path: Path
) -> None:
    before = counted_at(baseline_url)
    app = crm.create_app(replace(config, database_url=baseline_url))

    with app.app_context():
        ended = app.test_cli_runner().invoke(args=("migrate",))

    app.extensions["kring_database"].dispose()
    (copied,) = tmp_path.glob("baseline.sqlite3.*.bak")
    assert str(copied) in ended.output
    assert counted_at(f"sqlite:///{copied}") == before
    assert revision_at(f"sqlite:///{copied}") != revision_at(baseline_url) == NEXT


@SQLITE
@pytest.mark.usefixtures("next_kring")
def test_a_backup_comes_to_the_schema_of_who_restores_it(
    demo_file: Path, tmp_path: Path, elsewhere: tuple[str, Path]
) -> None:
    folder, file = tmp_path / "data", tmp_path / "all.kring"
    folder.mkdir()
    database = Database(f"sqlite:///{shutil.copy(demo_file, folder / 'kring.sqlite3')}")
    backup.write(database.engine, folder, file, secret=SECRET)
    database.dispose()

    backup.restore(*elsewhere, file, secret=SECRET)

    assert counted_at(elsewhere[0]) == counted_at(f"sqlite:///{demo_file}")
    assert revision_at(elsewhere[0]) == NEXT
