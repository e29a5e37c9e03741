"""What a backup holds, its seal, and why one is refused."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from typing import IO, Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.types import TypeDecorator, TypeEngine

from crm.core.db.models import UtcDateTime

MARK = b"kring-sha256:"
LENGTH = 64
BLOCK = 1 << 20
UNSEALED = MARK + b"0" * LENGTH
"""The comment of the archive while it is made; the seal takes the place of the zeros."""


def seal(file: IO[bytes]) -> None:
    """Seal a file, open for reading and writing, that ends in `UNSEALED`."""
    digest = _digest(file)
    file.seek(-LENGTH, 2)
    file.write(digest)


def has_seal(comment: bytes) -> bool:
    """Whether the comment of an archive is a seal."""
    return len(comment) == len(UNSEALED) and comment.startswith(MARK)


def is_whole(file: IO[bytes]) -> bool:
    """Whether not one byte of a sealed file was altered."""
    digest = _digest(file)
    return file.read(LENGTH) == digest


def _digest(file: IO[bytes]) -> bytes:
    """Return the checksum of all but the seal itself, and stop in front of that."""
    left, digest = file.seek(0, 2) - LENGTH, hashlib.sha256()
    file.seek(0)
    while left > 0 and (block := file.read(min(left, BLOCK))):
        digest.update(block)
        left -= len(block)
    return digest.hexdigest().encode()


Tell = Callable[[str, int, int], None]
"""Takes what is at hand, how much of it is done, and how much there is."""


def silent(_what: str, _done: int, _total: int) -> None:
    """Tell nobody."""


class Progress:
    """One part of the work after another, each with what there is of it."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._what, self._done, self._total = "", 0, 0

    def begin(self, what: str, total: int) -> None:
        """Begin a part."""
        self._what, self._done, self._total = what, 0, total

    def add(self, number: int) -> None:
        """Add what was done of it."""
        self._done += number
        self._tell(self._what, self._done, self._total)


NEWER = "This backup was made by a newer Kring. Install that first."
OLDER = (
    "This backup was made by an older Kring than this one can bring to the newest schema: see "
    "“Older databases” in docs/operations.md."
)


class BackupRefused(Exception):
    """The file or the place is not as it must be; the message says what, for who has a shell."""


FORMAT = "kring-backup"
# The first had no seal; all backups of that kind are older than the baseline (ADR 31).
VERSION = 2
LIST = "contents.json"
# By the kind of a column: how its values go in and out of either database.
KINDS: dict[str, TypeEngine[Any]] = {
    "moment": UtcDateTime(),
    "day": Date(),
    # What is NULL in a row comes back as that, and not as the "null" of JSON.
    "json": JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"),
    "bytes": LargeBinary(),
    "truth": Boolean(create_constraint=False),
    "whole": Integer(),
    "number": Float(),
    "text": String(),
}


@dataclass(frozen=True, slots=True)
class Member:
    """One file inside a backup: its size in bytes and the SHA-256 of what is in it."""

    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class TableMember:
    """
    The rows of one table.

    :ivar columns: name → kind, in the order in which a row holds them
    :ivar last_id: the highest id that was ever given, so that none is given twice
    """

    name: str
    columns: dict[str, str]
    rows: int
    last_id: int
    member: Member


@dataclass(frozen=True, slots=True)
class FileMember:
    """One file of the data folder, by its path in it."""

    path: str
    member: Member


@dataclass(frozen=True, slots=True)
class Contents:
    """
    All that stands in a backup.

    :ivar revision: the schema that the rows fit
    :ivar key: a mark of the secret that links and digests in the rows are signed with
    """

    revision: str
    made_at: str
    key: str
    tables: list[TableMember] = field(default_factory=list)
    files: list[FileMember] = field(default_factory=list)
    version: int = VERSION

    @property
    def rows(self) -> int:
        """How many rows there are in all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """How many bytes there are in all tables and files, unpacked."""
        members = [part.member for part in self.tables] + [part.member for part in self.files]
        return sum(member.size for member in members)

    def text(self) -> str:
        """Return the list as it is written down."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1)


def read_contents(text: bytes) -> Contents:
    """
    Return the list that `text` holds.

    :raises BackupRefused: if it is none, or written in another way than this Kring does
    """
    try:
        given = json.loads(text)
        if given.pop("format") != FORMAT:
            raise BackupRefused("This file is no backup of Kring.")
        if given["version"] != VERSION:
            raise BackupRefused(NEWER if given["version"] > VERSION else OLDER)
        tables = [
            TableMember(**{**table, "member": Member(**table["member"])})
            for table in given.pop("tables")
        ]
        files = [
            FileMember(_safe(file["path"]), Member(**file["member"])) for file in given.pop("files")
        ]
        revision = str(given.pop("revision"))
        return Contents(revision, **given, tables=tables, files=files)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise BackupRefused("The list in this backup cannot be read.") from fault


def table_of(name: str, columns: dict[str, str]) -> Table:
    """
    Return a table by its columns and their kinds, which are the same on both databases.

    :raises BackupRefused: if a kind is not known
    """
    try:
        made = [Column(column, KINDS[kind]) for column, kind in columns.items()]
    except KeyError as fault:
        raise BackupRefused(f"The table {name} holds what this Kring does not know.") from fault
    return Table(name, MetaData(), *made)


def kind_of(column: Column[Any]) -> str:
    """Return the kind of a column of the models."""
    kind: TypeEngine[Any] = column.type
    while isinstance(kind, TypeDecorator):
        kind = kind.impl_instance
    if isinstance(kind, DateTime):
        return "moment"
    return next(name for name, known in KINDS.items() if isinstance(kind, type(known)))


def mark_of(secret: str) -> str:
    """Return by what a secret is known again, and that does not give it away."""
    return hashlib.sha256(f"{FORMAT}|{secret}".encode()).hexdigest()[:16]


def _safe(path: str) -> str:
    # A backup is a file that anybody may have changed: nothing of it lands outside its folder.
    parts = PurePosixPath(path).parts
    inside = parts and not path.startswith("/") and "\\" not in path and "\0" not in path
    if not inside or ".." in parts or ":" in path:
        raise BackupRefused(f"A file in this backup would be written elsewhere: {path!r}.")
    return path
