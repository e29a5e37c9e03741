"""Full databases at the baseline, and a Kring with one migration more than this one."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, MetaData, Table, create_engine, func, insert, inspect, select

from crm.core import migrations
from crm.core.db import Base
from tests import postgresql

BASELINE = "0038"
NEXT = "9000"
NEW_WORD = "nature"
# It makes a table with children anew on SQLite, and lets a column hold one more word.
NEXT_MIGRATION = f"""
import sqlalchemy as sa
from alembic import op

from crm.core.db.checks import allow

revision, down_revision = "{NEXT}", "{migrations.newest()}"
HELIXES = ("government", "research", "business", "end_users")


def upgrade():
    with op.batch_alter_table("person") as table:
        table.alter_column("note", nullable=True, existing_type=sa.String())
    allow(op, "affiliation.helix", (*HELIXES, "{NEW_WORD}"), instead_of=HELIXES)
"""


@pytest.fixture
def baseline_url(
    engine_name: str, demo_file: Path, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[str]:
    """The address of a database at the baseline with the rows of the demo."""
    if engine_name == "sqlite":
        url = f"sqlite:///{tmp_path / 'baseline.sqlite3'}"
        migrations.make(url, BASELINE)
        _fill(url, demo_file)
        yield url
        return
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    name = cluster.create()
    migrations.make(cluster.url(name), BASELINE)
    _fill(cluster.url(name), demo_file)
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def next_kring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let there be one migration more from here on."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrations.MIGRATIONS, folder)
    (folder / "versions" / f"{NEXT}_next.py").write_text(NEXT_MIGRATION)
    monkeypatch.setattr(migrations, "MIGRATIONS", folder)


def _fill(url: str, demo_file: Path) -> None:
    source, target = create_engine(f"sqlite:///{demo_file}"), create_engine(url)
    with source.connect() as from_here, target.begin() as to_there:
        there = inspect(to_there)
        for table in Base.metadata.sorted_tables:
            if there.has_table(table.name):
                known = {column["name"] for column in there.get_columns(table.name)}
                columns = [column for column in table.columns if column.name in known]
                rows = [dict(row) for row in from_here.execute(select(*columns)).mappings()]
                if rows:
                    # Without what the models fill in today, for which there is no column yet.
                    before = Table(
                        table.name, MetaData(), *(Column(c.name, c.type) for c in columns)
                    )
                    to_there.execute(insert(before), rows)
    source.dispose()
    target.dispose()


def counted_at(url: str) -> dict[str, int]:
    """Return by table how many rows the database at `url` holds."""
    engine = create_engine(url)
    with engine.connect() as connection:
        there = inspect(connection)
        counted = {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if there.has_table(table.name)
        }
    engine.dispose()
    return counted
