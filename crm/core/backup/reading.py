"""Reading a backup: nothing of it is believed before its sizes and checksums are."""

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any

from crm.core.backup.contents import LIST, Contents, FileMember, Member, TableMember, read_contents
from crm.core.backup.progress import Progress
from crm.core.backup.refusals import BackupRefused
from crm.core.backup.sealing import has_seal, is_whole

BLOCK = 1 << 20
LARGEST_LIST = 64 << 20
LARGEST_ROW = 256 << 20
NO_BACKUP = (
    "{path} is no backup of Kring, or it is cut off. "
    "Give the file that `flask --app crm backup` wrote."
)
DAMAGED = "This backup is damaged or was changed: {name}. Take another one."
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError,
)  # fmt: skip
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
        _check(archive, name, member)
        progress.add(member.size)


def _members(contents: Contents) -> dict[str, Member]:
    found = {name_of(one): one.member for one in contents.tables}
    return found | {name_of(one): one.member for one in contents.files}


def name_of(one: TableMember | FileMember) -> str:
    """Return the name of a table or file inside the backup."""
    return f"tables/{one.name}.jsonl" if isinstance(one, TableMember) else f"files/{one.path}"


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


def unpack(archive: zipfile.ZipFile, file: FileMember, target: IO[bytes]) -> None:
    """Write one file of a checked backup."""
    for block in _blocks(archive, name_of(file), file.member.size):
        target.write(block)


def _check(archive: zipfile.ZipFile, name: str, member: Member) -> None:
    size, digest = 0, hashlib.sha256()
    for block in _blocks(archive, name, member.size):
        size += len(block)
        digest.update(block)
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BackupRefused(DAMAGED.format(name=name))


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
