"""Restoring a backup into an empty place: all of it, or nothing."""

import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Table, insert, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from crm.core import migrations
from crm.core.backup.contents import Contents, kind_of, mark_of, table_of
from crm.core.backup.reading import checked, open_backup, rows_of, unpack
from crm.core.backup.refusals import BackupRefused
from crm.core.backup.writing import UNFINISHED, stored_files
from crm.core.db.engine import WRITING, make_engine
from crm.core.db.models import Base

AT_ONCE = 1_000
KEY_FILE = "secret_key"
Row = dict[str, Any]
T = TypeVar("T")


def restore(url: str, folder: Path, source: Path, *, secret: str) -> Contents:
    """
    Put the backup `source` into the database at `url` and the data folder, which hold nothing yet.

    It is loaded beside them first, at the schema that it was made with, and brought to the newest;
    a backup of one database may be restored into the other.

    :param secret: what this installation signs with; the backup brings its own if it holds one
    :raises BackupRefused: if the place holds anything, or the backup is damaged or of a newer Kring
    """
    with open_backup(source) as archive:
        contents = checked(archive)
        _refuse_what_does_not_fit(contents, secret)
        _refuse_what_is_not_empty(url, folder)
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as beside:
            loaded = _loaded(archive, contents, Path(beside) / "kring.sqlite3")
            files = _unpacked(archive, contents, Path(beside) / "files")
            _put_in_place(url, folder, loaded, files)
    return contents


def _refuse_what_does_not_fit(contents: Contents, secret: str) -> None:
    if not migrations.is_known(contents.revision):
        raise BackupRefused("This backup was made by a newer Kring. Install that first.")
    brings_its_own = any(one.path == KEY_FILE for one in contents.files)
    if not brings_its_own and contents.key != mark_of(secret):
        raise BackupRefused(
            "This backup was made with another KRING_SECRET_KEY, which links and the list of "
            "addresses that get no mail are signed with. Set that key, and restore again."
        )


def _refuse_what_is_not_empty(url: str, folder: Path) -> None:
    if any(path.name != KEY_FILE for path in stored_files(folder)):
        raise BackupRefused(f"There are files in {folder} already. Restore into an empty place.")
    engine = make_engine(url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return
    try:
        with engine.connect() as connection:
            there = inspect(connection).get_table_names()
            ours = [one for one in Base.metadata.sorted_tables if one.name in there]
            full = [one.name for one in ours if connection.scalar(select(one.c.id).limit(1))]
    finally:
        engine.dispose()
    if full:
        raise BackupRefused(f"There are rows in the database already ({full[0]}): it is not empty.")


def _loaded(archive: zipfile.ZipFile, contents: Contents, path: Path) -> Path:
    """Load the rows into an SQLite file at their schema, then bring it to the newest."""
    url = f"sqlite:///{path}"
    migrations.make(url, contents.revision)
    engine = make_engine(url)
    try:
        with _writing(engine) as connection:
            _load(archive, contents, connection)
            connection.commit()
    except SQLAlchemyError as fault:
        raise BackupRefused("The rows of this backup do not fit each other.") from fault
    finally:
        engine.dispose()
    path.chmod(0o600)
    migrations.upgrade(url)
    return path


def _load(archive: zipfile.ZipFile, contents: Contents, connection: Connection) -> None:
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    _clear(connection)
    _hold_to(connection, contents)
    for one in contents.tables:
        _insert(connection, table_of(one.name, one.columns), rows_of(archive, one))
        _go_on_from(connection, one.name, one.last_id)
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


def _unpacked(archive: zipfile.ZipFile, contents: Contents, folder: Path) -> Path:
    folder.mkdir(mode=0o700)
    for one in contents.files:
        path = folder / one.path
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            unpack(archive, one, file)
    return folder


def _put_in_place(url: str, folder: Path, loaded: Path, files: Path) -> None:
    """Move the files and then the rows; if the rows do not get in, the files go again."""
    moved = []
    try:
        for path in sorted(files.iterdir()):
            path.replace(folder / path.name)
            moved.append(folder / path.name)
        _take_over(url, loaded)
    except BaseException:
        for path in moved:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        raise


def _take_over(url: str, loaded: Path) -> None:
    target = make_engine(url)
    try:
        if target.dialect.name == "sqlite":
            place = Path(target.url.database or "")
            for ending in ("-wal", "-shm"):
                place.with_name(place.name + ending).unlink(missing_ok=True)
            loaded.replace(place)
            return
        migrations.upgrade(url)
        source = make_engine(f"sqlite:///{loaded}")
        with source.connect() as rows, _writing(target) as connection:
            _copy(rows, connection)
            connection.commit()
        source.dispose()
    finally:
        target.dispose()


def _copy(source: Connection, target: Connection) -> None:
    for model in reversed(Base.metadata.sorted_tables):
        target.execute(text(f"DELETE FROM {model.name}"))  # noqa: S608 - names of our own tables
    for model in Base.metadata.sorted_tables:
        table = table_of(model.name, {one.name: kind_of(one) for one in model.columns})
        own = [one.parent.name for one in model.foreign_keys if one.column.table is model]
        rows = source.execution_options(yield_per=AT_ONCE).execute(
            select(table).order_by(table.c.id)
        )
        later: list[Row] = []
        _insert(target, table, _without(own, (dict(row) for row in rows.mappings()), later))
        for row in later:
            target.execute(update(table).where(table.c.id == row["id"]).values(row))
        last = source.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": model.name}
        )
        _go_on_from(target, model.name, int(last or 0))


def _without(own: Sequence[str], rows: Iterable[Row], later: list[Row]) -> Iterator[Row]:
    """Return rows without what names a row of their own table, which may come after them."""
    for row in rows:
        if any(row[name] is not None for name in own):
            later.append({"id": row["id"], **{name: row[name] for name in own}})
        yield {**row, **dict.fromkeys(own)}


def _insert(connection: Connection, table: Table, rows: Iterable[Row]) -> None:
    for part in _parts(rows):
        connection.execute(insert(table), part)


def _parts(rows: Iterable[T]) -> Iterator[list[T]]:
    given = iter(rows)
    while part := list(islice(given, AT_ONCE)):
        yield part


def _go_on_from(connection: Connection, name: str, last_id: int) -> None:
    """Let the next row of a table get an id that none has had."""
    if connection.dialect.name == "sqlite":
        change = "UPDATE sqlite_sequence SET seq = :last WHERE name = :name"
        given = {"last": last_id, "name": name}
        if not connection.execute(text(change), given).rowcount and last_id:
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), given)
        return
    sequence = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, :used)"
    connection.execute(text(sequence), {"name": name, "last": max(last_id, 1), "used": last_id > 0})


def _writing(engine: Engine) -> Connection:
    return engine.connect().execution_options(**{WRITING: True})
