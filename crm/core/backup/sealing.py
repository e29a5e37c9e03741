"""The seal of a backup: a checksum over all of its bytes, at their end."""

import hashlib
from typing import IO

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
