"""Making a backup while Kring runs: one snapshot of the database, and the files beside it."""

import hashlib
import json
import os
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, func, select, text

from crm.core import clock, progress, served_address
from crm.core.backup.contents import (
    LIST,
    UNSEALED,
    BackupRefused,
    Contents,
    FileMember,
    Member,
    Progress,
    TableMember,
    Tell,
    kind_of,
    mark_of,
    seal,
    silent,
    table_of,
)
from crm.core.db.models import Base
from crm.core.libraries import alembic

AT_ONCE = 1_000
# What the database keeps beside itself, and copies of it.
OF_THE_DATABASE = (".sqlite3", ".sqlite3-wal", ".sqlite3-shm", ".sqlite3-journal", ".bak")

# What a restore that was killed leaves behind.
UNFINISHED = ".restoring-"
PASSING = (UNFINISHED, progress.FOLDER, served_address.FILE)


def write(
    engine: Engine, folder: Path, target: Path, *, secret: str, tell: Tell = silent
) -> Contents:
    """
    Write everything into a new file `target`, which only its owner may read.

    It holds the database as it was at one moment, though others go on writing, and every file of
    the data folder. It appears under its name when it is whole.

    :param tell: is told how far it is
    :raises BackupRefused: if there is a file already, the folder cannot be written in, or it is
        in the data folder, of which each backup would then hold all earlier ones
    """
    _refuse_place(folder, target)
    part = target.with_name(f"{target.name}.part")
    try:
        # Nobody else may read it, not even while it is made.
        handle = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as fault:
        raise BackupRefused(f"{part} cannot be made: {fault.strerror}.") from fault
    try:
        with os.fdopen(handle, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                archive.comment = UNSEALED
                contents = _fill(archive, (engine, folder), secret, Progress(tell))
            # Only now: what is written when the archive is closed is sealed with the rest.
            seal(file)
            file.flush()
            # On the disk before it has its name: no power cut leaves half a backup that looks
            # whole.
            os.fsync(file.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)
    return contents


def _refuse_place(folder: Path, target: Path) -> None:
    if folder.resolve() in target.resolve().parents:
        raise BackupRefused(
            f"{target} is in the data folder, of which a backup holds every file. "
            "Put it somewhere else."
        )
    if target.exists():
        raise BackupRefused(f"{target} is there already. Give the backup a name of its own.")


def _fill(
    archive: zipfile.ZipFile, place: tuple[Engine, Path], secret: str, progress: Progress
) -> Contents:
    engine, folder = place
    with engine.connect() as plain:
        connection = plain
        if plain.dialect.name != "sqlite":  # a transaction reads one snapshot there
            connection = plain.execution_options(isolation_level="REPEATABLE READ")
        revision = alembic.migration.MigrationContext.configure(connection).get_current_revision()
        models = Base.metadata.sorted_tables
        counts = [select(func.count()).select_from(model) for model in models]
        progress.begin("Rows", sum(connection.scalar(count) or 0 for count in counts))
        tables = [_put_table(archive, connection, model, progress) for model in models]
    paths = stored_files(folder)
    progress.begin("Files", len(paths))
    files: list[FileMember] = []
    for path in paths:
        inside = path.relative_to(folder).as_posix()
        with suppress(FileNotFoundError):  # it may go while the backup is made
            member = _put(archive, f"files/{inside}", [path.read_bytes()])
            files.append(FileMember(inside, member))
        progress.add(1)
    made_at = clock.now().isoformat()
    contents = Contents(revision or "", made_at, mark_of(secret), tables, files)
    archive.writestr(LIST, contents.text())
    return contents


def stored_files(folder: Path) -> list[Path]:
    """Return the files of the data folder that are not of the database, in their order."""
    if not folder.exists():
        return []
    found = (path for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    ours = (path for path in found if not path.name.endswith(OF_THE_DATABASE))
    return [path for path in ours if not path.relative_to(folder).parts[0].startswith(PASSING)]


def _put_table(
    archive: zipfile.ZipFile, connection: Connection, model: Table, progress: Progress
) -> TableMember:
    columns = {column.name: kind_of(column) for column in model.columns}
    table = table_of(model.name, columns)
    rows = 0

    def lines() -> Iterator[bytes]:
        nonlocal rows
        statement = select(table).order_by(table.c.id)
        found = connection.execution_options(yield_per=AT_ONCE).execute(statement)
        for part in found.partitions():
            rows += len(part)
            yield b"".join(_encoder.encode(list(row)).encode() + b"\n" for row in part)
            progress.add(len(part))

    member = _put(archive, f"tables/{model.name}.jsonl", lines())
    highest = connection.scalar(select(func.max(table.c.id)))
    if connection.dialect.name == "sqlite":
        last = text("SELECT seq FROM sqlite_sequence WHERE name = :name")
        given = connection.scalar(last, {"name": table.name})
    else:
        sequence = connection.scalar(select(func.pg_get_serial_sequence(table.name, "id")))
        given = connection.scalar(text(f"SELECT last_value * is_called::int FROM {sequence}"))  # noqa: S608 - PostgreSQL's own name for it
    return TableMember(model.name, columns, rows, max(int(highest or 0), int(given or 0)), member)


def _put(archive: zipfile.ZipFile, name: str, parts: Iterable[bytes]) -> Member:
    size, digest = 0, hashlib.sha256()
    # How large a table becomes is not known when its part begins.
    with archive.open(name, "w", force_zip64=True) as out:
        for part in parts:
            size += len(part)
            digest.update(part)
            out.write(part)
    return Member(size, digest.hexdigest())


def _as_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, date | datetime):
        return value.isoformat()
    message = f"no way to write a {type(value).__name__}"
    raise TypeError(message)


# Sorted, for PostgreSQL keeps no order of keys: the same rows give the same text on both.
_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, default=_as_text)
