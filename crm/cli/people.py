"""`flask --app crm export …`: lists of people out of a project."""

from typing import BinaryIO

import click

from crm.cli.context import as_seen_by, database, in_project
from crm.core import access
from crm.stakeholders.queries import condition_filter, segments
from crm.stakeholders.queries.persons import PersonFilter
from crm.stakeholders.views.exports import table_of
from crm.web.downloads import csv_text


@click.group(name="export")
def exporting() -> None:
    """Lists to take along: persons."""


@exporting.command()
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--where", default="", help="Conditions, as they stand in an address after where=.")
@click.option("--segment", type=click.IntRange(min=1), help="Number of a segment.")
@click.option(
    "--as",
    "email",
    required=True,
    help="E-mail address of an account: what it may see, and in whose name it is noted.",
)
@click.option(
    "--output", "out", type=click.File("wb"), default="-", help="File to write; else the terminal."
)
def persons(*, slug: str, where: str, segment: int | None, email: str, out: BinaryIO) -> None:
    """Write the persons of a project who fit to a file (CSV), as the list of people gives it."""
    parts = [where, segments.address_of(segment) if segment else ""]
    with in_project(slug) as project:
        actor = as_seen_by(project, email)
        meant = condition_filter.read(",".join(filter(None, parts)), actor).held()
        content = csv_text(*table_of(actor, PersonFilter(where=meant)))
        access.write(database(), actor)
    out.write(content)
