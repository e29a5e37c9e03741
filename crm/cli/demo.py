"""`flask --app crm demo …`: load the demo project."""

from typing import Any

import click

from crm.cli.context import answer, as_json, config, opened, stop
from crm.core.db import project_scope
from crm.core.permissions import system
from crm.demo import services as demo_project


@click.group()
def demo() -> None:
    """Demo: load."""


@demo.command()
@click.option("--accounts", is_flag=True, help="Also make a leader, a planner and a reviewer.")
@as_json
def load(accounts: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Load the demo project assen-i2i; where it is there already, nothing changes."""
    if accounts and config().secure_cookies:
        stop("Demo accounts are for trying things out, not for an installation in use.")
    with opened():
        answer(_loaded(accounts=accounts), as_json=as_json)


def load_demo() -> None:
    """Load the demo project when Kring starts, and say so."""
    with opened():
        loaded = _loaded(accounts=False)
    click.echo(f"The demo is there: project {loaded['project']}.")


def _loaded(*, accounts: bool) -> dict[str, Any]:
    was_there = demo_project.is_loaded()
    project = demo_project.load(system())
    with project_scope(project.id):
        counts = demo_project.counts()
    made = demo_project.add_accounts(system(), project) if accounts else {}
    return {
        "project": project.slug,
        "was_there": was_there,
        **counts,
        **({"accounts": made} if accounts else {}),
    }
