"""`flask --app crm network …`: the figures of a network."""

from dataclasses import asdict
from datetime import datetime

import click

from crm.cli.context import answer, as_json, in_project
from crm.core import ties
from crm.networks import graph, metrics, queries
from crm.networks.selection import NetworkView, Selection, TieWeight

DAY = click.DateTime(["%Y-%m-%d"])


def _known(
    _context: click.Context, _option: click.Parameter, kinds: tuple[str, ...]
) -> frozenset[str]:
    """Return the kinds of tie that are asked for; later features may have added some."""
    offered = [source.kind for source in ties.sources()]
    for kind in kinds:
        if kind not in offered:
            raise click.BadParameter(f"{kind}: choose from {', '.join(offered)}")
    return frozenset(kinds)


@click.group()
def network() -> None:
    """Network: metrics."""


@network.command(name="metrics")
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option(
    "--view",
    type=click.Choice([view.value for view in NetworkView]),
    default=NetworkView.PEOPLE.value,
)
@click.option(
    "--tie",
    "kinds",
    multiple=True,
    callback=_known,
    help="Kind of tie; may be given more than once. All kinds if not given.",
)
@click.option(
    "--weight", type=click.Choice([way.value for way in TieWeight]), default=TieWeight.COUNT.value
)
@click.option("--from", "since", type=DAY, help="First day of the window.")
@click.option("--until", type=DAY, help="Last day of the window.")
@as_json
def show_metrics(  # noqa: PLR0913 - click hands each option over by name
    *,
    slug: str,
    view: str,
    kinds: frozenset[str],
    weight: str,
    since: datetime | None,
    until: datetime | None,
    as_json: bool,
) -> None:
    """Print how many people or organisations are tied, how, and how much across helixes."""
    selection = Selection(
        view=NetworkView(view),
        kinds=kinds,
        weight=TieWeight(weight),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )
    with in_project(slug):
        found = queries.material(selection)
    answer(asdict(metrics.measure(graph.build(found, selection))), as_json=as_json)
