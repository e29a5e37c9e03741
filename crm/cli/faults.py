"""What stops a command, in one sentence: a disk, a folder or a database that cannot be used."""

import errno
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from sqlalchemy.exc import DatabaseError

from crm.cli.context import stop
from crm.core.migrations import OtherSchema

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_ROOM = "The disk is full: nothing more can be written. Make room, and start again."
DAMAGED = "The database is damaged. Keep its file, and restore a backup into an empty place."
BUSY = "The database is held by somebody else. Try again in a minute."
# What SQLite says, in the words that it uses.
SAID_BY_SQLITE = {
    "disk is full": NO_ROOM,
    "disk i/o error": "The disk cannot be read or written: it is full or damaged.",
    "not a database": DAMAGED,
    "malformed": DAMAGED,
    "unable to open": "The database cannot be opened: its folder is not there or not yours.",
    "readonly database": "The database cannot be written: it belongs to somebody else.",
    "database is locked": BUSY,
}


def in_words(command: click.Command) -> click.Command:
    """Let a command, or all of a group, end in one sentence where such a thing stops it."""
    if isinstance(command, click.Group):
        for one in command.commands.values():
            in_words(one)
    if command.callback is not None:
        command.callback = _told(command.callback)
    return command


def _told(callback: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(callback)
    def told(*args: Any, **kwargs: Any) -> Any:
        with stopping():
            return callback(*args, **kwargs)

    return told


@contextmanager
def stopping() -> Iterator[None]:
    """End the command with a sentence and status 1 where it cannot go on; a fault of ours stays."""
    try:
        yield
    except OtherSchema as refusal:
        stop(str(refusal))
    except (DatabaseError, sqlite3.Error) as error:
        sentence = _of_database(error)
        if sentence is None:
            raise
        stop(sentence)
    except OSError as error:
        if error.errno is None:
            raise
        stop(_of_files(error))


def _of_database(error: DatabaseError | sqlite3.Error) -> str | None:
    said = str(getattr(error, "orig", error)).lower()
    found = next((words for part, words in SAID_BY_SQLITE.items() if part in said), None)
    if found is None and "connection" in said and not isinstance(error, sqlite3.Error):
        reason = " ".join(str(error.orig).split())
        return f"The database cannot be reached: {reason}"
    return found


def _of_files(error: OSError) -> str:
    if error.errno in FULL:
        return NO_ROOM
    return f"{error.filename or 'A file'} cannot be used: {error.strerror}."
