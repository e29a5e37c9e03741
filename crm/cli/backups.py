"""`flask --app crm backup` and `restore`: a whole installation in one file, and back."""

import time
from pathlib import Path
from typing import Any

import click

from crm.cli.context import answer, as_json, config, database, opened, stop
from crm.core import access
from crm.core import backup as backups
from crm.core.permissions import system

EVERY_SECONDS = 1.0
PURPOSE = "operations.backup"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def backup(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write everything into FILE, while Kring runs; it holds personal data."""
    settings = config()
    try:
        made = backups.write(
            database().engine,
            settings.data_dir,
            file,
            secret=settings.secret_key,
            tell=Line(),
        )
    except backups.BackupRefused as refusal:
        stop(str(refusal))
    with opened():
        access.note(access.Access("installation.backup", PURPOSE))
        access.write(database(), system())
    answer({"file": str(file), **_told(made)}, as_json=as_json)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def restore(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Put everything from FILE into this place, which must be empty."""
    settings = config()
    try:
        made = backups.restore(
            settings.database_url,
            settings.data_dir,
            file,
            secret=settings.secret_key,
            tell=Line(),
        )
    except backups.BackupRefused as refusal:
        stop(str(refusal))
    answer({"made_at": made.made_at, **_told(made)}, as_json=as_json)


def _told(made: backups.Contents) -> dict[str, Any]:
    return {"tables": len(made.tables), "rows": made.rows, "files": len(made.files)}


class Line:
    """A line beside the answer that says how far long work is, once a second."""

    def __init__(self) -> None:
        """Say nothing of what takes no time."""
        self._next = time.monotonic() + EVERY_SECONDS

    def __call__(self, what: str, done: int, total: int) -> None:
        """Say it, if it is time."""
        if time.monotonic() >= self._next:
            click.echo(f"{what}: {done:,} of {total:,}", err=True)
            self._next = time.monotonic() + EVERY_SECONDS
