"""`flask --app crm projects …`: make projects."""

import click

from crm.cli.context import answer, as_json, opened
from crm.core.permissions import system
from crm.projects.services import ProjectDetails, create


@click.group()
def projects() -> None:
    """Projects: create."""


@projects.command(name="create")
@click.argument("slug")
@click.option("--name", required=True, help="Name of the project as people read it.")
@as_json
def create_project(slug: str, name: str, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Make the project SLUG."""
    with opened():
        project = create(system(), None, details=ProjectDetails(name=name, slug=slug))
        answer({"slug": project.slug, "name": project.name}, as_json=as_json)
