"""A restore that is killed half-way: the place can be restored into again, and holds all then."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from config import Config
from crm.core import backup
from crm.core.backup import BackupRefused
from crm.core.db import Database
from tests import factories
from tests.faults.restoring import KILLED, SECRET

pytestmark = [pytest.mark.serial, pytest.mark.both_engines("migrations")]


@pytest.fixture
def file(app: Flask, config: Config, tmp_path: Path) -> Path:
    """A backup with somebody and two files in it."""
    database: Database = app.extensions["kring_database"]
    with database.opened():
        factories.account("Rie Eerst")
    (config.data_dir / "mail").mkdir(parents=True)
    (config.data_dir / "mail" / "1.eml").write_text("Subject: een")
    (config.data_dir / "secret_key").write_text(SECRET)
    backup.write(database.engine, config.data_dir, tmp_path / "one.kring", secret=SECRET)
    return tmp_path / "one.kring"


def test_what_was_killed_between_files_and_rows_is_restored_again(
    file: Path, elsewhere: tuple[str, Path]
) -> None:
    url, folder = elsewhere
    command = [sys.executable, "-m", "tests.faults.restoring", url, str(folder), str(file), "2"]

    ended = subprocess.run(command, check=False, timeout=120)
    half = sorted(path.name for path in folder.iterdir() if not path.name.startswith("."))
    backup.restore(url, folder, file, secret=SECRET)

    assert ended.returncode == KILLED
    assert half == ["mail", "secret_key"]
    assert [path.name for path in folder.glob(".*")] == []
    assert (folder / "mail" / "1.eml").read_text() == "Subject: een"
    with pytest.raises(BackupRefused, match="not empty"):
        backup.restore(url, folder, file, secret=SECRET)
