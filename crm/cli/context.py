"""What each command needs: settings, a session, one way to answer, and words for what stops it."""

import errno
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import click
from flask import current_app
from flask_babel import force_locale
from sqlalchemy.exc import DatabaseError

from config import Config
from crm.accounts.queries import account_by_email
from crm.core import migrations
from crm.core.db import Database
from crm.core.db.scope import project_scope
from crm.core.errors import DomainError
from crm.core.migrations import OtherSchema
from crm.core.permissions import Actor
from crm.projects import queries
from crm.projects.models import Project

as_json = click.option("--json", "as_json", is_flag=True, help="Answer as JSON.")


def config() -> Config:
    """Return the settings of this installation."""
    return cast("Config", current_app.extensions["kring_config"])


def database() -> Database:
    """Return the database of this installation."""
    return cast("Database", current_app.extensions["kring_database"])


@contextmanager
def opened() -> Iterator[None]:
    """
    Open a session for a command; a refusal ends the command with its text and status 1.

    :raises OtherSchema: if the database is of another Kring, or was not migrated yet
    """
    with database().opened() as session, force_locale(config().locale):
        migrations.refuse_other(session.connection())
        try:
            yield
        except DomainError as refusal:
            stop(str(refusal))


@contextmanager
def in_project(slug: str) -> Iterator[Project]:
    """Open a session in a project."""
    with opened():
        project = queries.by_slug(slug)
        if project is None:
            stop(f"There is no project {slug}.")
        with project_scope(project.id):
            yield project


def as_seen_by(project: Project, email: str) -> Actor:
    """Return the member of a project with this e-mail address; without one the command ends."""
    account = account_by_email(email)
    member = queries.membership(project, account.id) if account else None
    if account is None or member is None:
        stop(f"{email} has no role in this project.")
    return Actor(account.id, account.name).in_project(project.id, member.role)


def answer(values: Mapping[str, Any], *, as_json: bool) -> None:
    """Print the outcome: one JSON value, or a line for each key."""
    if as_json:
        click.echo(json.dumps(values, ensure_ascii=False, default=str))
        return
    for key, value in values.items():
        click.echo(f"{key}: {value}")


def stop(message: str) -> NoReturn:
    """End the command with a message and status 1."""
    raise click.ClickException(message)


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
        for part in command.commands.values():
            in_words(part)
    if command.callback is not None:
        # Around each call anew: what `contextmanager` makes is a decorator as well.
        command.callback = stopping()(command.callback)
    return command


@contextmanager
def stopping() -> Iterator[None]:
    """End the command with a sentence and status 1 where it cannot go on; a fault of ours stays."""
    try:
        yield
    except OtherSchema as refusal:
        stop(str(refusal))
    except (DatabaseError, sqlite3.Error) as error:
        said = str(getattr(error, "orig", error)).lower()
        found = next((words for part, words in SAID_BY_SQLITE.items() if part in said), None)
        if found is None and "connection" in said and not isinstance(error, sqlite3.Error):
            found = f"The database cannot be reached: {' '.join(str(error.orig).split())}"
        if found is None:
            raise
        stop(found)
    except OSError as error:
        if error.errno is None:
            raise
        name = error.filename or "A file"
        stop(NO_ROOM if error.errno in FULL else f"{name} cannot be used: {error.strerror}.")
