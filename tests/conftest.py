"""What every test may ask for: a database of its own on each engine, and the application on it."""

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.core import migrations
from crm.core.db import Database, project_scope
from crm.core.permissions import Role
from crm.projects.models import Project
from tests import factories, layers, once, postgresql
from tests.pages import Enter

pytest_plugins = ["tests.demonstration", "tests.places", "tests.posting"]

ENGINES = ("sqlite", "postgresql")

# The gate says the same twice, also on a slow machine; HYPOTHESIS_PROFILE=explore looks further.
settings.register_profile("gate", derandomize=True, deadline=None)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

# Thousands of applications come and go: by the usual measure a tenth of the time went into tidying.
gc.set_threshold(50_000, 20, 20)

once.compile_addresses()
once.compile_statements()
once.find_files()
once.read_translations()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whoever is in a hurry leave an engine out: `--engine sqlite`."""
    parser.addoption("--engine", choices=ENGINES, help="run on this database only")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what uses a database on both, except where a marker says `engine("sqlite")`."""
    if "engine_name" not in metafunc.fixturenames:
        return
    marker = metafunc.definition.get_closest_marker("engine")
    chosen = metafunc.config.getoption("--engine")
    names = marker.args if marker else ENGINES
    metafunc.parametrize(
        "engine_name", [name for name in names if chosen in {None, name}], scope="session"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests marked `serial` together, so that no two of them run at once."""
    for item in items:
        if item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group("serial"))


@pytest.fixture(scope="session")
def cluster() -> Iterator[postgresql.Cluster]:
    """A PostgreSQL for this process; without one the test is skipped, under CI it fails."""
    programs = postgresql.programs()
    if programs is None:
        layers.missing("PostgreSQL")
    running = postgresql.Cluster(programs)
    yield running
    running.stop()


@pytest.fixture(scope="session")
def migrated_postgresql(cluster: postgresql.Cluster) -> str:
    """The name of a database with the newest schema, to copy."""
    name = cluster.create()
    migrations.upgrade(cluster.url(name))
    return name


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the newest schema, to copy."""
    path = tmp_path_factory.mktemp("migrated") / "kring.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture
def database_url(engine_name: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """
    The address of a database with the newest schema, for one test.

    It has no rows, or those of the demo where the test is marked `on_demo`.
    """
    on_demo = request.node.get_closest_marker("on_demo") is not None
    if engine_name == "sqlite":
        source: Path = request.getfixturevalue("demo_file" if on_demo else "migrated_sqlite")
        yield f"sqlite:///{shutil.copy(source, tmp_path / 'kring.sqlite3')}"
        return
    cluster: postgresql.Cluster = request.getfixturevalue("cluster")
    template = "demo_postgresql" if on_demo else "migrated_postgresql"
    name = cluster.create(template=request.getfixturevalue(template))
    yield cluster.url(name)
    cluster.drop(name)


@pytest.fixture
def config(database_url: str, tmp_path: Path) -> Config:
    """Settings for one test; nothing of the machine's environment gets in."""
    return Config.from_environment(
        {
            "KRING_DATA": str(tmp_path / "data"),
            "KRING_DATABASE_URL": database_url,
            "KRING_SECRET_KEY": "a secret of the tests of Kring alone",
            "KRING_RATE_LIMITS": "no",
            "KRING_TESTING": "yes",
        }
    )


@pytest.fixture
def app(config: Config) -> Iterator[Flask]:
    """The application on a database of its own."""
    made = crm.create_app(config)
    once.compile_templates(made)
    yield made
    made.extensions["kring_database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """Somebody who has not signed in, without JavaScript."""
    return app.test_client()


@pytest.fixture
def opened(app: Flask) -> Iterator[Session]:
    """A session on the database of the application; requests of a client have their own."""
    database: Database = app.extensions["kring_database"]
    with database.opened() as session:
        yield session


@pytest.fixture
def project(opened: Session) -> Iterator[Project]:
    """A project, in scope."""
    made = factories.project()
    with project_scope(made.id):
        yield made


@pytest.fixture
def enter(app: Flask, project: Project) -> Enter:
    """Sign in somebody with a role in the project, whose forms need no token."""

    def entered(role: Role) -> FlaskClient:
        app.config["WTF_CSRF_ENABLED"] = False
        return factories.sign_in(app.test_client(), factories.member(project, role))

    return entered
