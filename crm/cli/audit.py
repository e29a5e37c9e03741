"""`flask --app crm audit …`: see whether the trail is whole."""

import click

from crm.cli.context import answer, as_json, opened
from crm.core import audit as trail
from crm.projects import queries


@click.group()
def audit() -> None:
    """Audit trail: verify."""


@audit.command()
@as_json
def verify(as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """Check every chain row by row; status 1 if one is broken."""
    with opened():
        chains = {"installation": 0}
        for project in queries.projects():
            chains[project.slug] = project.id
        broken = {name: trail.broken_entry(chain) for name, chain in chains.items()}
    found = {name: number for name, number in broken.items() if number is not None}
    answer({"chains": len(chains), "broken": found}, as_json=as_json)
    if found:
        raise click.exceptions.Exit(1)
