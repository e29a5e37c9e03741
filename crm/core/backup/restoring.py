"""Restoring a backup into an empty place: all of it, or nothing."""

import os
import shutil
import tempfile
import zipfile
from pathlib import Path

from sqlalchemy import Connection, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError

from crm.core import migrations, private_files
from crm.core.backup.contents import Contents, mark_of, table_of
from crm.core.backup.filling import fill, go_on_from, writing
from crm.core.backup.placing import alone, clear_unfinished, put_in_place
from crm.core.backup.progress import Progress, Tell, silent
from crm.core.backup.reading import check, listed, open_backup, rows_of, unpack
from crm.core.backup.refusals import NEWER, OLDER, BackupRefused
from crm.core.backup.writing import UNFINISHED, stored_files
from crm.core.db.engine import make_engine
from crm.core.db.models import Base

KEY_FILE = "secret_key"
GB = 1e9


def restore(url: str, folder: Path, source: Path, *, secret: str, tell: Tell = silent) -> Contents:
    """
    Put the backup `source` into the database at `url` and the data folder, which hold nothing yet.

    It is loaded beside them first, at the schema that it was made with, and brought to the newest;
    a backup of one database may be restored into the other. If it is killed, the place can be
    restored into once more, or holds all of it.

    :param secret: what this installation signs with; the backup brings its own if it holds one
    :param tell: is told how far it is
    :raises BackupRefused: if the place holds anything, or the backup is damaged, or its schema is
        newer than this Kring's or older than the baseline
    """
    progress = Progress(tell)
    with open_backup(source) as archive:
        contents = listed(archive)
        _refuse_what_does_not_fit(contents, secret)
        _refuse_what_finds_no_room(contents, folder)
        check(archive, contents, progress)
        private_files.make_folder(folder)
        with alone(folder):
            _restore(url, folder, archive, contents, progress)
    return contents


def _restore(
    url: str, folder: Path, archive: zipfile.ZipFile, contents: Contents, progress: Progress
) -> None:
    full = _table_with_rows(url)
    clear_unfinished(folder, is_empty=not full)
    if full:
        raise BackupRefused(f"There are rows in the database already ({full}): it is not empty.")
    if any(path.name != KEY_FILE for path in stored_files(folder)):
        raise BackupRefused(f"There are files in {folder} already. Restore into an empty place.")
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as beside:
        loaded = _loaded(archive, contents, Path(beside) / "kring.sqlite3", progress)
        files = _unpacked(archive, contents, Path(beside) / "files", progress)
        put_in_place(url, folder, (loaded, files), contents, progress)


def _refuse_what_does_not_fit(contents: Contents, secret: str) -> None:
    if not migrations.is_known(contents.revision):
        raise BackupRefused(OLDER if migrations.is_too_old(contents.revision) else NEWER)
    brings_its_own = any(one.path == KEY_FILE for one in contents.files)
    if not brings_its_own and contents.key != mark_of(secret):
        raise BackupRefused(
            "This backup was made with another KRING_SECRET_KEY, which links and the list of "
            "addresses that get no mail are signed with. Set that key, and restore again."
        )


def _refuse_what_finds_no_room(contents: Contents, folder: Path) -> None:
    there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    if contents.size > free:
        needed = f"{contents.size / GB:.1f} GB, and there are {free / GB:.1f} GB free"
        raise BackupRefused(f"This backup needs {needed} at {there}. Make room first.")


def _table_with_rows(url: str) -> str:
    """Return the name of a table of ours that holds rows, if any does."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return ""
    try:
        with engine.connect() as connection:
            there = inspect(connection).get_table_names()
            ours = [one for one in Base.metadata.sorted_tables if one.name in there]
            full = (one.name for one in ours if connection.scalar(select(one.c.id).limit(1)))
            return next(full, "")
    finally:
        engine.dispose()


def _loaded(archive: zipfile.ZipFile, contents: Contents, path: Path, progress: Progress) -> Path:
    """Load the rows into an SQLite file at their schema, then bring it to the newest."""
    url = f"sqlite:///{path}"
    migrations.make(url, contents.revision)
    engine = make_engine(url)
    try:
        with writing(engine) as connection:
            _load(archive, contents, connection, progress)
            connection.commit()
    except SQLAlchemyError as fault:
        raise BackupRefused("The rows of this backup do not fit each other.") from fault
    finally:
        engine.dispose()
    path.chmod(0o600)
    migrations.upgrade(url)
    return path


def _load(
    archive: zipfile.ZipFile, contents: Contents, connection: Connection, progress: Progress
) -> None:
    progress.begin("Rows read", contents.rows)
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    _clear(connection)
    _hold_to(connection, contents)
    for one in contents.tables:
        fill(connection, table_of(one.name, one.columns), rows_of(archive, one), progress)
        go_on_from(connection, one.name, one.last_id)
    connection.execute(text("INSERT INTO search_index(search_index) VALUES('rebuild')"))


def _hold_to(connection: Connection, contents: Contents) -> None:
    """Refuse tables and columns that the schema of the backup does not have."""
    there = inspect(connection)
    names = set(there.get_table_names())
    for one in contents.tables:
        columns = there.get_columns(one.name) if one.name in names else []
        if {column["name"] for column in columns} != set(one.columns):
            raise BackupRefused(f"The table {one.name} of this backup does not fit its schema.")


def _clear(connection: Connection) -> None:
    """Take away what the migrations themselves have put in."""
    for table in reversed(Base.metadata.sorted_tables):
        if inspect(connection).has_table(table.name):
            connection.execute(text(f"DELETE FROM {table.name}"))  # noqa: S608 - names of our own tables


def _unpacked(
    archive: zipfile.ZipFile, contents: Contents, folder: Path, progress: Progress
) -> Path:
    progress.begin("Files", len(contents.files))
    folder.mkdir(mode=0o700)
    for one in contents.files:
        path = folder / one.path
        path.parent.mkdir(mode=private_files.FOLDER, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            unpack(archive, one, file)
        progress.add(1)
    return folder
