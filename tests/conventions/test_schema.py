"""The schema: models equal migrations, keys are indexed, references to people are registered."""

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import PrimaryKeyConstraint, Table, UniqueConstraint, create_engine, text

from crm.core import migrations, references
from crm.core.db import Base
from tests.conventions import source

pytestmark = pytest.mark.both_engines("migrations")

TABLES = list(Base.metadata.tables.values())
PEOPLE = {"person", "organisation"}
OF_THE_INSTALLATION = {
    "account",
    "area",
    "audit_value",
    "inbound_message",
    "project",
    "relay_connection",
    "relay_state",
    "sent_form",
    "suppression",
    "use_count",
    "user_session",
    "visit",
    "worker_heartbeat",
}


def leading_columns(table: Table) -> set[str]:
    indexes = [index.columns.keys()[0] for index in table.indexes]
    constraints = [
        constraint.columns.keys()[0]
        for constraint in table.constraints
        if isinstance(constraint, PrimaryKeyConstraint | UniqueConstraint)
    ]
    return {*indexes, *constraints}


def test_the_models_equal_the_migrations(database_url: str) -> None:
    migrations.differences(database_url)


def test_an_upgrade_of_the_newest_schema_changes_nothing(database_url: str) -> None:
    assert migrations.upgrade(database_url) is None


@pytest.mark.engine("sqlite")
def test_no_id_is_given_twice(database_url: str) -> None:
    engine = create_engine(database_url)
    declared = text("SELECT name FROM sqlite_master WHERE sql LIKE '%PRIMARY KEY AUTOINCREMENT%'")
    with engine.connect() as connection:
        once = set(connection.scalars(declared))
    engine.dispose()

    assert {table.name for table in TABLES} - once == set()


def test_the_migrations_are_one_line() -> None:
    script = ScriptDirectory(str(source.ROOT / "migrations"))

    assert len(script.get_heads()) == 1
    assert all(not revision.is_branch_point for revision in script.walk_revisions())


@pytest.mark.engine("sqlite")
def test_every_reference_to_people_is_registered(app: Flask) -> None:
    assert app
    known = references.known()

    unregistered = [
        f"{table.name}.{key.parent.name}"
        for table in TABLES
        for key in table.foreign_keys
        if key.column.table.name in PEOPLE and (table.name, key.parent.name) not in known
    ]

    assert unregistered == []


@pytest.mark.engine("sqlite")
def test_every_registered_reference_exists(app: Flask) -> None:
    assert app
    keys = {(table.name, key.parent.name) for table in TABLES for key in table.foreign_keys}

    assert references.known().keys() - keys == set()


def test_every_key_to_a_record_of_a_project_begins_an_index() -> None:
    bare = [
        f"{table.name}.{key.parent.name}"
        for table in TABLES
        for key in table.foreign_keys
        if key.column.table.name not in {"account", "project"}
        and key.parent.name not in leading_columns(table)
    ]

    assert bare == []


def test_a_row_belongs_to_a_project_unless_it_is_listed_here() -> None:
    free = {table.name for table in TABLES if "project_id" not in table.columns}

    assert free == OF_THE_INSTALLATION
