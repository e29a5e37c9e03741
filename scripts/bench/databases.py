"""Fresh databases of both kinds for a measurement, and the application on one of them."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from figures import ROOT  # its import lets our own modules be found
from flask import Flask

import crm
from config import Config
from crm.core import migrations
from tests import postgresql

Fresh = Callable[[], str]


def each() -> Iterator[tuple[str, Fresh]]:
    """Give SQLite and then PostgreSQL by name, with what returns the address of an empty one."""
    numbers = count(1)
    with tempfile.TemporaryDirectory() as folder:
        yield "SQLite", lambda: f"sqlite:///{Path(folder)}/{next(numbers)}.sqlite3"
    programs = postgresql.programs()
    if programs is None:
        raise SystemExit("PostgreSQL is not installed")
    cluster = postgresql.Cluster(programs)
    try:
        yield "PostgreSQL", lambda: cluster.url(cluster.create())
    finally:
        cluster.stop()


@contextmanager
def application(url: str, **settings: str) -> Iterator[Flask]:
    """
    Give the application on a database that is brought to the newest schema.

    Its context is for who asks to push: a client that works inside one would remember too much.
    """
    migrations.upgrade(url)
    with tempfile.TemporaryDirectory() as folder:
        given = {"KRING_DATA": folder, "KRING_DATABASE_URL": url, "KRING_RATE_LIMITS": "no"}
        app = crm.create_app(Config.from_environment({**given, **settings}))
        try:
            yield app
        finally:
            app.extensions["kring_database"].dispose()


__all__ = ["ROOT", "Fresh", "application", "each"]
