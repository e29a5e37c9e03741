"""`flask --app crm backup` and `restore`: a whole installation in one file, and back."""

from pathlib import Path
from typing import Any

import click

from crm.cli.context import answer, as_json, config, database, opened, stop
from crm.core import access
from crm.core import backup as backups
from crm.core.permissions import system

PURPOSE = "operations.backup"


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def backup(file: Path, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Write everything into FILE, while Kring runs; it holds personal data."""
    settings = config()
    try:
        made = backups.write(database().engine, settings.data_dir, file, secret=settings.secret_key)
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
            settings.database_url, settings.data_dir, file, secret=settings.secret_key
        )
    except backups.BackupRefused as refusal:
        stop(str(refusal))
    answer({"made_at": made.made_at, **_told(made)}, as_json=as_json)


def _told(made: backups.Contents) -> dict[str, Any]:
    rows = sum(one.rows for one in made.tables)
    return {"tables": len(made.tables), "rows": rows, "files": len(made.files)}
