"""What each command needs: settings, a session, and one way to answer."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import click
from flask import current_app
from flask_babel import force_locale

from config import Config
from crm.accounts.queries import account_by_email
from crm.core import migrations
from crm.core.db import Database
from crm.core.db.scope import project_scope
from crm.core.errors import DomainError
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
