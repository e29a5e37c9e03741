"""The demo, loaded; once for all tests that only read it."""

import shutil
from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

import crm
from config import Config
from crm.core.db import Database, project_scope
from crm.core.permissions import system
from crm.demo import services as demo
from crm.projects.models import Project
from tests import postgresql


@pytest.fixture(scope="session")
def demo_url(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> str:
    """The address of a database that holds the demo and nothing else."""
    folder = tmp_path_factory.mktemp("demo")
    if engine_name == "sqlite":
        source = request.getfixturevalue("migrated_sqlite")
        url = f"sqlite:///{shutil.copy(source, folder / 'kring.sqlite3')}"
    else:
        cluster: postgresql.Cluster = request.getfixturevalue("cluster")
        template = request.getfixturevalue("migrated_postgresql")
        url = cluster.url(cluster.create(template=template))
    settings = {"KRING_DATA": str(folder), "KRING_DATABASE_URL": url, "KRING_SECRET_KEY": "x" * 32}
    app = crm.create_app(Config.from_environment(settings))
    database: Database = app.extensions["kring_database"]
    with app.app_context(), database.opened():
        demo.load(system())
    database.dispose()
    return url


@pytest.fixture
def loaded(opened: Session) -> Iterator[Project]:
    """The demo, in scope."""
    project = demo.load(system())
    with project_scope(project.id):
        yield project
