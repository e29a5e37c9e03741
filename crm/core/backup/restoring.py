"""A backup back into an empty place: read, checked, unpacked and put in place at once."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError

from crm.core import migrations, private_files
from crm.core.backup.contents import (
    LIST,
    NEWER,
    OLDER,
    BackupRefused,
    Contents,
    FileMember,
    Member,
    Progress,
    TableMember,
    Tell,
    has_seal,
    is_whole,
    kind_of,
    mark_of,
    read_contents,
    silent,
    table_of,
)
from crm.core.backup.writing import UNFINISHED, stored_files
from crm.core.db.engine import WRITING, make_engine
from crm.core.db.models import Base

BLOCK = 1 << 20
# A small archive may unpack to any size: of a list and of a row no more than this is read at once.
LARGEST_LIST = 64 << 20
LARGEST_ROW = 256 << 20
NO_BACKUP = (
    "{path} is no backup of Kring, or it is cut off. "
    "Give the file that `flask --app crm backup` wrote."
)
DAMAGED = "This backup is damaged or was changed: {name}. Take another one."
_UNREADABLE = (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_READ: dict[str, Callable[[Any], Any]] = {
    "moment": datetime.fromisoformat,
    "day": date.fromisoformat,
    "bytes": bytes.fromhex,
}


def open_backup(path: Path) -> zipfile.ZipFile:
    """
    Open a backup, of which nothing was altered if it has a seal.

    :raises BackupRefused: if there is none, or it is another file, cut off or altered
    """
    try:
        with path.open("rb") as file:
            archive = zipfile.ZipFile(path)
            if has_seal(archive.comment) and not is_whole(file):
                archive.close()
                raise BackupRefused(DAMAGED.format(name="its bytes are not those of its seal"))
    except FileNotFoundError as fault:
        raise BackupRefused(f"There is no file {path}.") from fault
    except OSError as fault:
        raise BackupRefused(f"{path} cannot be read: {fault.strerror or fault}.") from fault
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as fault:
        raise BackupRefused(NO_BACKUP.format(path=path)) from fault
    return archive


def listed(archive: zipfile.ZipFile) -> Contents:
    """
    Return the list of what a backup holds, without reading any of that.

    :raises BackupRefused: if there is none, or something is missing or there that is not in it
    """
    names = archive.namelist()
    if LIST not in names or archive.getinfo(LIST).file_size > LARGEST_LIST:
        raise BackupRefused(NO_BACKUP.format(path=archive.filename))
    contents = read_contents(b"".join(_blocks(archive, LIST, LARGEST_LIST)))
    # Only once the list was read: a backup of the first version had none, and is refused as too
    # old.
    if not has_seal(archive.comment):
        raise BackupRefused(DAMAGED.format(name="it has lost its seal"))
    if sorted([*_members(contents), LIST]) != sorted(names):
        raise BackupRefused(DAMAGED.format(name="its files are not those in its list"))
    return contents


def check(archive: zipfile.ZipFile, contents: Contents, progress: Progress) -> None:
    """
    Read all of a backup once.

    :raises BackupRefused: if anything is not as the list says
    """
    progress.begin("Bytes checked", contents.size)
    for name, member in _members(contents).items():
        size, digest = 0, hashlib.sha256()
        for block in _blocks(archive, name, member.size):
            size += len(block)
            digest.update(block)
        if size != member.size or digest.hexdigest() != member.sha256:
            raise BackupRefused(DAMAGED.format(name=name))
        progress.add(member.size)


def _members(contents: Contents) -> dict[str, Member]:
    found = {name_of(table): table.member for table in contents.tables}
    return found | {name_of(file): file.member for file in contents.files}


def name_of(part: TableMember | FileMember) -> str:
    """Return the name of a table or file inside the backup."""
    return f"tables/{part.name}.jsonl" if isinstance(part, TableMember) else f"files/{part.path}"


def rows_of(archive: zipfile.ZipFile, table: TableMember) -> Iterator[dict[str, Any]]:
    """
    Return the rows of a table, as the columns take them.

    :raises BackupRefused: if one cannot be read
    """
    readers = [_READ.get(kind) for kind in table.columns.values()]
    with archive.open(name_of(table)) as lines:
        while line := lines.readline(LARGEST_ROW):
            try:
                values = [
                    value if value is None or read is None else read(value)
                    for value, read in zip(json.loads(line), readers, strict=True)
                ]
            except (ValueError, TypeError) as fault:
                raise BackupRefused(DAMAGED.format(name=table.name)) from fault
            yield dict(zip(table.columns, values, strict=True))


def _blocks(archive: zipfile.ZipFile, name: str, most: int) -> Iterator[bytes]:
    """Return a member in blocks; one that is larger than the list says is not read further."""
    read = 0
    try:
        with archive.open(name) as file:
            while block := file.read(BLOCK):
                read += len(block)
                if read > most:
                    raise BackupRefused(DAMAGED.format(name=name))
                yield block
    except _UNREADABLE as fault:
        raise BackupRefused(DAMAGED.format(name=name)) from fault


AT_ONCE = 1_000
Row = dict[str, Any]


def writing(engine: Engine) -> Connection:
    """Return a connection that may write."""
    return engine.connect().execution_options(**{WRITING: True})


def fill(connection: Connection, table: Table, rows: Iterable[Row], progress: Progress) -> None:
    """Insert rows, which each name all columns."""
    given = iter(rows)
    while part := list(islice(given, AT_ONCE)):
        connection.execute(insert(table), part)
        progress.add(len(part))


def go_on_from(connection: Connection, name: str, last_id: int) -> None:
    """Let the next row of a table get an id that none has had."""
    if connection.dialect.name == "sqlite":
        change = "UPDATE sqlite_sequence SET seq = :last WHERE name = :name"
        given = {"last": last_id, "name": name}
        # A table in which nobody ever put a row has no line there.
        if not connection.execute(text(change), given).rowcount and last_id:
            connection.execute(text("INSERT INTO sqlite_sequence VALUES (:name, :last)"), given)
        return
    # A sequence takes no 0: one that gave nothing stands at 1, not yet used.
    sequence = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last, :used)"
    connection.execute(text(sequence), {"name": name, "last": max(last_id, 1), "used": last_id > 0})


# Of the files that are moved, written down before the first is: what a kill leaves can be told.
MOVED = "moved.json"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """
    Hold a folder inside a `with` block, so that no two restore into it at once.

    :raises BackupRefused: if somebody else does
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        # The system lets go of it when the process ends, by a kill too: nothing is left to clear.
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as fault:
        raise BackupRefused(f"Another restore into {folder} is at work.") from fault
    finally:
        os.close(handle)


def _put_in_place(
    url: str, folder: Path, beside: tuple[Path, Path], contents: Contents, progress: Progress
) -> None:
    """Move the files and then the rows; if the rows do not get in, the files go again."""
    loaded, files = beside
    paths = sorted(files.iterdir())
    names = json.dumps([path.name for path in paths])
    (files.parent / MOVED).write_text(names, encoding="utf-8")
    try:
        # The rows come last: where there are rows, all files are there as well.
        for path in paths:
            path.replace(folder / path.name)
        progress.begin("Rows put in place", contents.rows)
        _take_over(url, loaded, progress)
    except BaseException:
        _take_away(folder / path.name for path in paths if not path.exists())
        raise


def _take_away(paths: Iterable[Path]) -> None:
    # Only what the restore moved itself; a part of it may not have got there.
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def _take_over(url: str, loaded: Path, progress: Progress) -> None:
    target = make_engine(url)
    try:
        if target.dialect.name == "sqlite":
            place = Path(target.url.database or "")
            # Logs of an earlier file of this name do not belong to the one that comes.
            for ending in ("-wal", "-shm"):
                place.with_name(place.name + ending).unlink(missing_ok=True)
            try:
                loaded.replace(place)
            except OSError as fault:
                if fault.errno != errno.EXDEV:
                    raise
                # On another disk: it gets there whole before it bears the name.
                part = place.with_name(f"{place.name}.part")
                private_files.make_file(part)
                shutil.copy2(loaded, part)
                part.replace(place)
            return
        migrations.upgrade(url)
        source = make_engine(f"sqlite:///{loaded}")
        with source.connect() as rows, writing(target) as connection:
            _copy(rows, connection, progress)
            connection.commit()
        source.dispose()
    finally:
        target.dispose()


def _copy(source: Connection, target: Connection, progress: Progress) -> None:
    for model in reversed(Base.metadata.sorted_tables):
        target.execute(text(f"DELETE FROM {model.name}"))  # noqa: S608 - names of our own tables
    for model in Base.metadata.sorted_tables:
        table = table_of(model.name, {column.name: kind_of(column) for column in model.columns})
        own = [key.parent.name for key in model.foreign_keys if key.column.table is model]
        streamed = source.execution_options(yield_per=AT_ONCE)
        rows = streamed.execute(select(table).order_by(table.c.id))
        later: list[Row] = []
        plain = (dict(row) for row in rows.mappings())
        fill(target, table, _without(own, plain, later), progress)
        for row in later:
            target.execute(update(table).where(table.c.id == row["id"]).values(row))
        last = source.scalar(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": model.name}
        )
        go_on_from(target, model.name, int(last or 0))


def _without(own: Sequence[str], rows: Iterable[Row], later: list[Row]) -> Iterator[Row]:
    """Return rows without what names a row of their own table, which may come after them."""
    for row in rows:
        if any(row[name] is not None for name in own):
            later.append({"id": row["id"], **{name: row[name] for name in own}})
        yield {**row, **dict.fromkeys(own)}


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
        # The folder itself may not be there yet.
        there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
        free = shutil.disk_usage(there).free
        if contents.size > free:
            needed = f"{contents.size / GB:.1f} GB, and there are {free / GB:.1f} GB free"
            raise BackupRefused(f"This backup needs {needed} at {there}. Make room first.")
        # All of it is read before anything is made: one that is damaged leaves the place as it was.
        check(archive, contents, progress)
        private_files.make_folder(folder)
        with alone(folder):
            _restore(url, folder, archive, contents, progress)
    return contents


def _restore(
    url: str, folder: Path, archive: zipfile.ZipFile, contents: Contents, progress: Progress
) -> None:
    # Asked before anything is cleared: where rows got in, the files that were moved belong to them.
    full = _table_with_rows(url)
    for killed in folder.glob(f"{UNFINISHED}*/"):
        moved = killed / MOVED
        if not full and moved.exists():
            _take_away(folder / name for name in json.loads(moved.read_text(encoding="utf-8")))
        shutil.rmtree(killed)
    if full:
        raise BackupRefused(f"There are rows in the database already ({full}): it is not empty.")
    if any(path.name != KEY_FILE for path in stored_files(folder)):
        raise BackupRefused(f"There are files in {folder} already. Restore into an empty place.")
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=folder) as beside:
        loaded = _loaded(archive, contents, Path(beside) / "kring.sqlite3", progress)
        files = _unpacked(archive, contents, Path(beside) / "files", progress)
        _put_in_place(url, folder, (loaded, files), contents, progress)


def _refuse_what_does_not_fit(contents: Contents, secret: str) -> None:
    if not migrations.is_known(contents.revision):
        raise BackupRefused(OLDER if migrations.is_too_old(contents.revision) else NEWER)
    brings_its_own = any(file.path == KEY_FILE for file in contents.files)
    if not brings_its_own and contents.key != mark_of(secret):
        raise BackupRefused(
            "This backup was made with another KRING_SECRET_KEY, which links and the list of "
            "addresses that get no mail are signed with. Set that key, and restore again."
        )


def _table_with_rows(url: str) -> str:
    """Return the name of a table of ours that holds rows, if any does."""
    engine = make_engine(url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        return ""
    try:
        with engine.connect() as connection:
            there = inspect(connection).get_table_names()
            ours = [table for table in Base.metadata.sorted_tables if table.name in there]
            full = (table.name for table in ours if connection.scalar(select(table.c.id).limit(1)))
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
    # A row may name one of its own table that comes after it.
    connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    there = inspect(connection)
    names = set(there.get_table_names())
    # The migrations themselves have put rows in, and the backup has these too.
    for model in reversed(Base.metadata.sorted_tables):
        if model.name in names:
            connection.execute(text(f"DELETE FROM {model.name}"))  # noqa: S608 - names of our own tables
    for table in contents.tables:
        columns = there.get_columns(table.name) if table.name in names else []
        if {column["name"] for column in columns} != set(table.columns):
            raise BackupRefused(f"The table {table.name} of this backup does not fit its schema.")
    for table in contents.tables:
        fill(connection, table_of(table.name, table.columns), rows_of(archive, table), progress)
        go_on_from(connection, table.name, table.last_id)
    # The index is no table of ours, so it is in no backup: it is made anew of the documents.
    connection.execute(text("INSERT INTO search_index(search_index) VALUES('rebuild')"))


def _unpacked(
    archive: zipfile.ZipFile, contents: Contents, folder: Path, progress: Progress
) -> Path:
    progress.begin("Files", len(contents.files))
    folder.mkdir(mode=0o700)
    for member in contents.files:
        path = folder / member.path
        path.parent.mkdir(mode=private_files.FOLDER, parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            for block in _blocks(archive, name_of(member), member.member.size):
                file.write(block)
        progress.add(1)
    return folder
