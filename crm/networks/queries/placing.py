"""Where the points of a whole view stand: as they were kept, and grown with what came since."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sqlalchemy import select

from crm.core.audit import version_of
from crm.core.db import session
from crm.networks import graph, layout
from crm.networks.graph import StakeholderGraph
from crm.networks.layout import Places
from crm.networks.models import NetworkLayout
from crm.networks.queries.materials import material
from crm.networks.selection import NetworkView, Selection


@dataclass(frozen=True, slots=True)
class Placed:
    """
    Where the points of a whole view stand.

    :param mark: mark of the network that the places were made for
    :param version: mark of the project as it was then
    """

    places: Places
    mark: str
    version: str


def kept_layout(view: NetworkView) -> NetworkLayout | None:
    """Return the kept places of a view of the project in scope, if there are any."""
    return session().scalar(select(NetworkLayout).where(NetworkLayout.view == view))


def can_put_back(view: NetworkView) -> bool:
    """Whether places that were given up for others are still kept."""
    statement = select(NetworkLayout.id).where(
        NetworkLayout.view == view, NetworkLayout.before.is_not(None)
    )
    return session().scalar(statement) is not None


def placed(project_id: int, view: NetworkView, whole: StakeholderGraph) -> Placed:
    """
    Return where the points of `whole`, every tie of a view, stand: the same for the same data.

    Nothing is written: what is kept is kept by a job, which finds the same.
    """
    version = version_of(project_id)
    kept = kept_layout(view)
    mark = layout.mark(whole)
    if kept is None:
        return Placed(layout.through(_history(whole, view)), mark, version)
    before = Places.read(kept.points, here=whole)
    go_on = layout.shelve if kept.mark == mark else layout.grow
    return Placed(replace(go_on(before, whole), away=before.away), mark, version)


def placed_apart(project_id: int, view: NetworkView) -> Placed:
    """Return where the points of a whole view stand, and keep no network in memory: for a job."""
    usual = Selection(view=view)
    return placed(project_id, view, graph.build(material(usual), usual))


def anew(project_id: int, whole: StakeholderGraph) -> Placed:
    """Return places for `whole` that continue none."""
    return Placed(layout.anew(whole), layout.mark(whole), version_of(project_id))


def _history(whole: StakeholderGraph, view: NetworkView) -> Iterator[StakeholderGraph]:
    """Yield the network as it was at each step of its history, and as it is."""
    usual = Selection(view=view)
    days = layout.dates(whole)
    if len(days) > 1:
        found = material(usual)
        for day in days[:-1]:
            yield graph.build(found, replace(usual, until=day))
    yield whole
