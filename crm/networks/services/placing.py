"""Changes of where the points of a network stand."""

from crm.core import clock
from crm.core.audit import version_of
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.networks import queries
from crm.networks.models import NetworkLayout, NothingToPutBack
from crm.networks.policy import NetworkPermission
from crm.networks.queries import Placed
from crm.networks.selection import NetworkView
from crm.projects.models import Project


@command(NetworkPermission.ARRANGE)
def keep(_actor: Actor, project: Project, *, view: NetworkView, found: Placed) -> None:
    """
    Keep the places of a view, grown with what came since they were last kept.

    Where the project has changed since they were found, nothing is kept: the next time will do.
    """
    if version_of(project.id) != found.version:
        return
    kept = queries.kept_layout(view)
    if kept is None:
        session().add(_new(project, view, found))
    else:
        kept.put(found.places.written(), mark=found.mark, version=found.version)


@command(NetworkPermission.ARRANGE)
def lay_out_anew(
    _actor: Actor, project: Project, *, view: NetworkView, stood: Placed, found: Placed
) -> None:
    """Keep places that continue none; those that stood can be put back."""
    kept = queries.kept_layout(view)
    if kept is None:
        kept = _new(project, view, stood)
        session().add(kept)
    kept.put(stood.places.written(), mark=stood.mark, version=stood.version)
    kept.lay_out(found.places.written(), mark=found.mark, version=found.version, at=clock.now())


@command(NetworkPermission.ARRANGE)
def put_back(_actor: Actor, _project: Project, *, view: NetworkView) -> None:
    """
    Put the points back to where they stood before they were laid out anew.

    :raises NothingToPutBack: if those places are not kept
    """
    kept = queries.kept_layout(view)
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
