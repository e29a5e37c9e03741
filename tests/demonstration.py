"""The demo as a database to copy, loaded once for all tests of a process."""

import shutil
from pathlib import Path

import crm
from config import Config
from crm.core.db import Database

SLUG = "assen-i2i"


def loaded(empty: Path, target: Path) -> Path:
    """Load the demo into a copy of an empty SQLite database, and return its path."""
    from crm.cli.demo import load_demo  # noqa: PLC0415 - only who looks at the demo waits for it

    shutil.copy(empty, target)
    app = crm.create_app(
        Config.from_environment(
            {
                "KRING_DATA": str(target.parent),
                "KRING_DATABASE_URL": f"sqlite:///{target}",
                "KRING_SECRET_KEY": "a secret of the tests",
            }
        )
    )
    with app.app_context():
        load_demo()
    database: Database = app.extensions["kring_database"]
    database.dispose()
    return target
