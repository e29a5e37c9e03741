"""The demo, served to every kind of reader, for tests that look at every page."""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

import crm
from config import Config
from crm.core.db import Database
from crm.core.permissions import Role
from crm.projects import queries
from tests import demonstration, factories

Entering = Callable[[Role | None], FlaskClient]


@pytest.fixture(scope="session")
def demo_file(migrated_sqlite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database with the demo, to copy."""
    return demonstration.loaded(migrated_sqlite, tmp_path_factory.mktemp("demo") / "kring.sqlite3")


@pytest.fixture
def demo(demo_file: Path, tmp_path: Path) -> Iterator[Flask]:
    """The application with the demo, on a database of its own."""
    copy = shutil.copy(demo_file, tmp_path / "kring.sqlite3")
    read = Config.from_environment({"KRING_DATA": str(tmp_path), "KRING_SECRET_KEY": "a secret"})
    config = dataclasses.replace(
        read, database_url=f"sqlite:///{copy}", rate_limits=False, testing=True
    )
    app = crm.create_app(config)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    database: Database = app.extensions["kring_database"]
    database.dispose()


@pytest.fixture
def entering(demo: Flask) -> Entering:
    """Give a client signed in as somebody with a role in the demo project, or with none."""

    def enter(role: Role | None) -> FlaskClient:
        database: Database = demo.extensions["kring_database"]
        with demo.test_request_context(), database.opened():
            project = queries.by_slug(demonstration.SLUG)
            assert project is not None
            who = factories.member(project, role) if role else factories.account("Bo Buiten")
            return factories.sign_in(demo.test_client(), who)

    return enter
