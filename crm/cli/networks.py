"""`flask --app crm network …`: the figures of a network, and the network as a file."""

from dataclasses import asdict
from datetime import datetime
from typing import BinaryIO, cast
from urllib.parse import parse_qsl

import click
from werkzeug.datastructures import MultiDict

from crm.cli.context import answer, as_json, as_seen_by, database, in_project
from crm.core import access, ties
from crm.core.permissions import NOBODY
from crm.networks.policy import NetworkPermission
from crm.networks.queries import materials
from crm.networks.rules import graph, helix_mixing
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.networks.views.exports import ExportFormat, written
from crm.networks.views.packing import takeaway
from crm.stakeholders.models import Helix

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
    """Network: metrics, export."""


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
        found = materials.material(selection)
    measured = helix_mixing.measure(graph.build(found, selection))
    answer(asdict(measured), as_json=as_json)


@network.command()
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option(
    "--format",
    "form",
    required=True,
    type=click.Choice([form.value for form in ExportFormat]),
    help="Format, by the ending of its files: zip is two CSV tables, net is Pajek.",
)
@click.option(
    "--output", "out", type=click.File("wb"), default="-", help="File to write; else the terminal."
)
@click.option(
    "--as",
    "email",
    default="",
    help="E-mail address of an account: what it may see. Else everybody has a pseudonym.",
)
@click.option("--view", type=click.Choice([view.value for view in NetworkView]))
@click.option("--tie", multiple=True, callback=_known, help="Kind of tie; all if not given.")
@click.option("--helix", multiple=True, type=click.Choice([helix.value for helix in Helix]))
@click.option("--weight", type=click.Choice([way.value for way in TieWeight]))
@click.option("--from", type=DAY, help="First day of the window.")
@click.option("--until", type=DAY, help="Last day of the window.")
@click.option("--minimum", type=float, help="Lightest tie; 0 for every tie.")
@click.option("--query", default="", help="More filters, as they stand in an address after the ?.")
def export(*, slug: str, form: str, out: BinaryIO, email: str, **asked: object) -> None:
    """Write the network of a project to a file, as the page of the network shows it."""
    # As the options would stand in an address, which the page reads.
    args = MultiDict(parse_qsl(cast("str", asked.pop("query"))))
    for name, value in asked.items():
        for part in value if isinstance(value, tuple | frozenset) else (value,):
            if part is not None:
                args.add(name, str(part.date() if isinstance(part, datetime) else part))
    with in_project(slug) as project:
        # By default one looks with the eyes of nobody.
        actor = as_seen_by(project, email) if email else NOBODY.in_project(project.id, None)
        access.note(access.Access("network.export", NetworkPermission.EXPORT))
        content = written(ExportFormat(form), takeaway(actor, project, args))
        access.write(database(), actor)
    out.write(content)
