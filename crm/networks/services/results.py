"""What is dear to work out and is kept: figures of large networks, and where points stand."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import delete, select

from crm.core import clock
from crm.core.audit import version_of
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.networks.models import KeptFigures, NetworkLayout, NothingToPutBack
from crm.networks.policy import NetworkPermission
from crm.networks.queries import network_views
from crm.networks.queries.figures import WORK_OUT, Subject, are_kept
from crm.networks.queries.network_views import Placed
from crm.networks.rules.figures import Figures, packed
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.projects.models import Project
from crm.stakeholders.models import Helix
from crm.tasks import services as tasks
from crm.tasks.models import LongTask
from crm.tasks.queries import newest_about

# The newest of a project that are kept; each is about a megabyte for 5,000 people.
KEPT = 20

_DAYS = ("since", "until", "month")


@command(NetworkPermission.READ)
def ask_for_figures(actor: Actor, project: Project, *, subject: Subject) -> None:
    """Let the figures of a network be worked out in the background, unless they are already."""
    # Two who ask at once come one after the other, so that there is one task.
    session().execute(select(Project.id).where(Project.id == project.id).with_for_update())
    going = newest_about(WORK_OUT, "digest", subject.digest)
    if not are_kept(subject) and (going is None or not going.is_open):
        about = {"digest": subject.digest, "points": subject.network.count}
        asked = {**as_payload(subject.selection), "by_strength": subject.by_strength}
        tasks.start(actor, WORK_OUT, about=about, asked=asked)


@command(NetworkPermission.READ)
def keep_figures(_actor: Actor, _task: LongTask, *, prepared: tuple[str, Figures]) -> int:
    """Keep figures that were worked out, and give up the oldest; return of how many points."""
    digest, figures = prepared
    found = session().scalar(select(KeptFigures).where(KeptFigures.digest == digest))
    kept = found or KeptFigures(digest=digest)
    kept.values, kept.finished_at = packed(figures), clock.now()
    session().add(kept)
    session().flush()
    # In the same command, so that they never pile up.
    newest = select(KeptFigures.id).order_by(KeptFigures.finished_at.desc(), KeptFigures.id.desc())
    old = list(session().scalars(newest.offset(KEPT)))
    if old:
        session().execute(delete(KeptFigures).where(KeptFigures.id.in_(old)))
    return len(figures.keys)


def as_payload(selection: Selection) -> dict[str, Any]:
    """Return a selection as values that a job can carry."""
    found: dict[str, Any] = {}
    for field in fields(selection):
        value = getattr(selection, field.name)
        if isinstance(value, frozenset):
            value = sorted(value)
        found[field.name] = value.isoformat() if isinstance(value, date) else value
    return found


def from_payload(payload: Mapping[str, Any]) -> Selection:
    """Return the selection that `as_payload` made these values of."""
    # By name, so that a job from before a question was added still asks the same.
    names = (field.name for field in fields(Selection))
    values = {name: payload[name] for name in names if name in payload}
    for name, value in values.items():
        if isinstance(value, list):
            values[name] = frozenset(value)
        elif name in _DAYS and value is not None:
            values[name] = date.fromisoformat(value)
    values["view"], values["weight"] = NetworkView(values["view"]), TieWeight(values["weight"])
    values["helixes"] = frozenset(map(Helix, values["helixes"]))
    return Selection(**values)


@command(NetworkPermission.ARRANGE)
def keep_places(_actor: Actor, project: Project, *, view: NetworkView, found: Placed) -> None:
    """Keep the places of a view, grown with what came since they were last kept."""
    # Where the project has changed since they were found, nothing is kept: the next time will do.
    if version_of(project.id) != found.version:
        return
    kept = network_views.kept_layout(view)
    if kept is None:
        session().add(_new(project, view, found))
    else:
        kept.put(found.places.written(), mark=found.mark, version=found.version)


@command(NetworkPermission.ARRANGE)
def lay_out_anew(
    _actor: Actor, project: Project, *, view: NetworkView, stood: Placed, found: Placed
) -> None:
    """Keep places that continue none; those that stood can be put back."""
    kept = network_views.kept_layout(view)
    if kept is None:
        kept = _new(project, view, stood)
        session().add(kept)
    kept.put(stood.places.written(), mark=stood.mark, version=stood.version)
    kept.lay_out(found.places.written(), mark=found.mark, version=found.version, at=clock.now())


@command(NetworkPermission.ARRANGE)
def put_back(_actor: Actor, _project: Project, *, view: NetworkView) -> None:
    """Put the points back to where they stood before, or raise `NothingToPutBack`."""
    kept = network_views.kept_layout(view)
    if kept is None:
        raise NothingToPutBack
    kept.put_back(clock.now())


def _new(project: Project, view: NetworkView, found: Placed) -> NetworkLayout:
    return NetworkLayout(
        project_id=project.id,
        view=view,
        points=found.places.written(),
        mark=found.mark,
        version=found.version,
    )
