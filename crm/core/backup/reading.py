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
from crm.core.backup.refusals import BackupRefused

BLOCK = 1 << 20
LARGEST_LIST = 64 << 20
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
    Open a backup.

    :raises BackupRefused: if there is none, or it is cut off
    """
    try:
        return zipfile.ZipFile(path)
    except FileNotFoundError as fault:
        raise BackupRefused(f"There is no file {path}.") from fault
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise BackupRefused(f"{path} is no backup, or it is cut off.") from fault


def checked(archive: zipfile.ZipFile) -> Contents:
    """
    Return what a backup holds, after reading all of it once.

    :raises BackupRefused: if anything is missing, altered, or there that is not in the list
    """
    names = archive.namelist()
    if LIST not in names or archive.getinfo(LIST).file_size > LARGEST_LIST:
        raise BackupRefused("This file is no backup of Kring, or it is cut off.")
    contents = read_contents(b"".join(_blocks(archive, LIST, LARGEST_LIST)))
    listed = {name_of(one): one.member for one in contents.tables}
    listed |= {name_of(one): one.member for one in contents.files}
    if sorted([*listed, LIST]) != sorted(names):
        raise BackupRefused(DAMAGED.format(name="its files are not those in its list"))
    for name, member in listed.items():
        _check(archive, name, member)
    return contents


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
        for line in lines:
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
