"""`flask --app crm sessions …`: the meetings of a project, planned and listed."""

from datetime import datetime
from typing import Any

import click

from crm.cli.context import answer, as_json, in_project, stop
from crm.core.permissions import system
from crm.design_sessions.models import DesignPhase, DesignSession, SessionKind
from crm.design_sessions.queries import sessions as queries
from crm.design_sessions.services.planning import LocalTime, SessionDetails, add_session
from crm.design_sessions.values.local_times import DEFAULT_ZONE
from crm.stakeholders.models import Helix

MINUTE = "%Y-%m-%d %H:%M"
KINDS = [kind.value for kind in SessionKind]
PHASES = [phase.value for phase in DesignPhase]


@click.group()
def sessions() -> None:
    """Meetings of a project: create, list."""


def _targets(_context: click.Context, _option: click.Parameter, told: tuple[str, ...]) -> Any:
    targets: dict[Helix, int] = {}
    for text in told:
        helix, _sign, seats = text.partition("=")
        if helix not in list(Helix) or not seats.isdecimal():
            stop(f"{text} is no target: write one as research=4.")
        targets[Helix(helix)] = int(seats)
    return targets


_moment = click.DateTime([MINUTE])


@sessions.command(name="create")
@click.argument("title")
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--starts", type=_moment, required=True, help="As clocks there say: 2027-03-01 19:30")
@click.option("--ends", type=_moment, required=True, help="Likewise.")
@click.option("--zone", default=DEFAULT_ZONE, show_default=True, help="Time zone of the place.")
@click.option("--kind", type=click.Choice(KINDS), default="design_session")
@click.option("--phase", type=click.Choice(PHASES), help="Of a design session.")
@click.option("--place", default="", help="Where it is held.")
@click.option("--goal", default="", help="What it is for.")
@click.option("--capacity", type=click.IntRange(1), help="How many places there are.")
@click.option("--target", "targets", multiple=True, callback=_targets, help="Places: research=4")
@as_json
def create_session(  # noqa: PLR0913 - click gives each option by its name
    *,
    slug: str,
    as_json: bool,
    starts: datetime,
    ends: datetime,
    kind: str,
    phase: str,
    **told: Any,
) -> None:
    """Plan a session with this TITLE; people are invited on its page."""
    with in_project(slug) as project:
        details = SessionDetails(
            kind=SessionKind(kind),
            phase=DesignPhase(phase) if phase else None,
            starts=LocalTime(starts),
            ends=LocalTime(ends),
            **told,
        )
        answer(_told(add_session(system(project.id), project, details=details)), as_json=as_json)


@sessions.command(name="list")
@click.option("--project", "slug", required=True, help="Short name of the project.")
@click.option("--past", is_flag=True, help="Those that are over, the latest first.")
@as_json
def list_sessions(slug: str, past: bool, as_json: bool) -> None:  # noqa: FBT001 - click passes flags so
    """List the sessions to come, or those that are over, with their numbers."""
    with in_project(slug):
        chosen = (queries.past if past else queries.upcoming)(queries.SessionFilter())
        told = list(map(_told, queries.sessions(chosen)))
        if as_json:
            answer({"sessions": told}, as_json=True)
        else:
            for line in told:
                click.echo("\t".join(map(str, line.values())))


def _told(held: DesignSession) -> dict[str, Any]:
    starts = held.starts_local.replace("T", " ")
    return {"id": held.id, "starts": starts, "kind": held.kind.value, "title": held.title}
