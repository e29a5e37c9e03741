"""The empty chairs of a network, as they are drawn and told."""

from crm.core.db import session
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.networks import chairs
from crm.networks.picture import Seat
from crm.networks.queries.network_views import look, places
from crm.networks.selection import Selection
from crm.projects.models import Project
from crm.stakeholders.models import Helix

MOST = 400  # rather than more neighbourhoods than anybody can look at


def seats(actor: Actor, project_id: int, selection: Selection) -> list[Seat]:
    """Return an empty chair for each helix that has nobody in a neighbourhood of the project."""
    seen = look(actor, project_id, selection)
    if seen.is_too_small:
        return []
    areas = {
        area.id: area.name
        for area in neighbourhoods.in_use(session().get_one(Project, project_id))
        if not selection.neighbourhoods or area.id in selection.neighbourhoods
    }
    found = chairs.empty_chairs(seen.whole, areas, selection.helixes)[:MOST]
    spots = chairs.placed(found, places(actor, project_id, selection))
    return [Seat(one.helix, areas[one.area], spot) for one, spot in zip(found, spots, strict=True)]


def missing(found: list[Seat]) -> dict[str, list[Helix]]:
    """Return for each neighbourhood by name which helixes have nobody there."""
    told: dict[str, list[Helix]] = {}
    for seat in found:
        told.setdefault(seat.name, []).append(seat.helix)
    return told
