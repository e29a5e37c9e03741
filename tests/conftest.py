"""What every test may ask for: a database of its own on each engine, and the application on it."""

import gc
import os
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from config import Config
from crm.core import migrations
from crm.core.db import Database, project_scope
from crm.core.permissions import Role
from crm.projects.models import Project
from tests import applications, depth, factories, layers, once, postgresql
from tests.pages import Enter

pytest_plugins = ["tests.demonstration", "tests.migrating", "tests.places", "tests.posting"]

ENGINES = ("sqlite", "postgresql")
# What the engines do each in their own way: a test of it runs on both whatever changed.
REASONS = frozenset({"locks", "scope", "search", "bulk work", "undo", "migrations", "own SQL"})

# Thousands of applications come and go: by the usual measure a tenth of the time went into tidying.
gc.set_threshold(50_000, 20, 20)
_files = count()  # that this process has tried

once.compile_addresses()
once.compile_statements()
once.find_files()
once.read_translations()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one ask for more than the gate, `--all`, or for one database, `--engine sqlite`."""
    parser.addoption("--all", action="store_true", help="all databases, histories and kills")
    parser.addoption("--engine", choices=ENGINES, help="run on this database only")


def pytest_configure(config: pytest.Config) -> None:
    """Choose how far to look, before any test is read, and where its files go."""
    depth.use(everything=config.getoption("--all"))
    folder = postgresql.place()
    if folder is not None:
        # A new database waits for the disk at its first write and at its last: in memory a test
        # gets and leaves it in a fifth of the time.
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the databases on which each test runs that uses one."""
    if "engine_name" not in metafunc.fixturenames:
        return
    only = metafunc.definition.get_closest_marker("engine")
    can = list(only.args if only else ENGINES)
    chosen = metafunc.config.getoption("--engine")
    if chosen:
        can = [name for name in can if name == chosen]
    elif not (metafunc.config.getoption("--all") or _differs(metafunc.definition)):
        can = can[:1]
    metafunc.parametrize("engine_name", can, scope="session")


def _differs(test: pytest.Item) -> bool:
    """Whether a mark says that the engines do this each in their own way."""
    marks = list(test.iter_markers("both_engines"))
    for mark in marks:
        if not (mark.args and REASONS.issuperset(mark.args)):
            message = f"{test.nodeid}: both_engines takes a reason of {sorted(REASONS)}"
            raise pytest.UsageError(message)
    return bool(marks)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep tests marked `serial` together, so that no two of them run at once; leave long ones."""
    for item in items:
        if item.get_closest_marker("serial"):
            item.add_marker(pytest.mark.xdist_group("serial"))
    if not config.getoption("--all"):
        long = [item for item in items if item.get_closest_marker("long")]
        items[:] = [item for item in items if item not in long]
        config.hook.pytest_deselected(items=long)


def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> None:
    """Put aside now and then what stays to the end, such as compiled statements and templates."""
    if nextitem is not None and item.path != nextitem.path and next(_files) % 10 == 0:
        # A whole look through all of it takes seconds, and work of ours asks for one each time.
        gc.collect()
        gc.freeze()


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
def app(features_declared: None, config: Config) -> Iterator[Flask]:
    """The application on a database of its own."""
    with applications.borrowed(config) as lent:
        yield lent


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
