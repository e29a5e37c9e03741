"""A full database with parents and children in it: every row is there after its migration."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

import crm
from config import Config
from crm.core import backup, migrations
from crm.core.db import Database
from tests.migrating import NEW_WORD, NEXT, counted_at

SECRET = "a secret of the tests of Kring alone"
SQLITE = pytest.mark.engine("sqlite")
pytestmark = pytest.mark.both_engines("migrations")


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


def test_the_migrations_since_the_baseline_keep_every_row(baseline_url: str) -> None:
    before = counted_at(baseline_url)

    migrations.upgrade(baseline_url)

    after = counted_at(baseline_url)
    assert before["person"] > 30
    assert before["affiliation"] > 30
    assert {name: after[name] for name in before} == before
    assert revision_at(baseline_url) == migrations.newest()
    migrations.differences(baseline_url)


@pytest.mark.usefixtures("next_kring")
def test_a_table_that_is_made_anew_keeps_its_rows_and_their_children(baseline_url: str) -> None:
    before = counted_at(baseline_url)

    migrations.upgrade(baseline_url)

    assert counted_at(baseline_url) == before
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
