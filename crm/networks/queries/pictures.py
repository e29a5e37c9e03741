"""The picture of a network as data, with its empty chairs, kept for those who may see the same."""

import hashlib
import json
from collections.abc import Hashable, Mapping

from crm.core.db import session
from crm.core.i18n import _l, written_number
from crm.core.memory import Memory
from crm.core.permissions import Actor
from crm.neighbourhoods import queries as neighbourhoods
from crm.networks.queries.figures import measured
from crm.networks.queries.network_views import Look, allowed, eyes_of, look, places, state_of
from crm.networks.rules.figures import PointMeasure
from crm.networks.rules.graph import Lines
from crm.networks.rules.picture import (
    AT_HAND,
    MOST_NAMES,
    Appearance,
    Seat,
    Shelf,
    Values,
    at_hand,
    beside,
    draw,
    empty_chairs,
    written,
)
from crm.networks.rules.selection import Selection
from crm.projects.models import Project
from crm.stakeholders.models import Helix

MOST = 400  # rather than more neighbourhoods than anybody can look at
ABOVE = 42  # units between the middle of a mark and the words above its shelf
SHELVES = {Lines.WITHOUT: _l("No tie"), Lines.LIGHTER: _l("Only lighter ties")}
# Of 35,000 ties it takes 3 megabytes.
_pictures = Memory(12)


def seats(actor: Actor, project_id: int, selection: Selection) -> list[Seat]:
    """Return an empty chair for each helix that has nobody in a neighbourhood of the project."""
    seen = look(actor, project_id, selection)
    # Who is missing would tell of the few who are there.
    if seen.is_too_small:
        return []
    areas = {
        area.id: area.name
        for area in neighbourhoods.in_use(session().get_one(Project, project_id))
        if not selection.neighbourhoods or area.id in selection.neighbourhoods
    }
    found = empty_chairs(seen.whole, areas, selection.helixes)[:MOST]
    spots = beside(found, places(actor, project_id, selection))
    return [
        Seat(helix, areas[area], spot) for (area, helix), spot in zip(found, spots, strict=True)
    ]


def missing(found: list[Seat]) -> dict[str, list[Helix]]:
    """Return for each neighbourhood by name which helixes have nobody there."""
    told: dict[str, list[Helix]] = {}
    for seat in found:
        told.setdefault(seat.name, []).append(seat.helix)
    return told


def picture(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance | None = None
) -> bytes:
    """Return the data of the picture as JSON, for `actor`."""
    chosen = appearance or Appearance()

    def made() -> bytes:
        seen = look(actor, project_id, selection)
        where = places(actor, project_id, selection)
        values = sizes(actor, project_id, selection, chosen.size) or {}
        empty = seats(actor, project_id, selection) if chosen.chairs else ()
        data = draw(seen.shown, where, seen.names, values, empty)
        data["labels"] = MOST_NAMES[chosen.labels]
        data["shelves"] = written(shelves(seen, where))
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()

    # As bytes: what is sent again is not written again.
    return _pictures.get(_key(actor, project_id, selection, chosen), made)


def shelves(seen: Look, where: Mapping[str, tuple[int, int]]) -> list[Shelf]:
    """Return what is said above those who have no line in the picture, of each kind apart."""
    found = []
    for lines, said in SHELVES.items():
        spots = [where[key] for key in seen.on_shelf(lines)]
        if spots:
            place = min(x for x, _y in spots), min(y for _x, y in spots) - ABOVE
            found.append(Shelf(f"{said}: {written_number(len(spots))}", place))
    return found


def sizes(
    actor: Actor, project_id: int, selection: Selection, measure: PointMeasure
) -> Values | None:
    """Return what marks grow with; none while the figures of a large network are not there yet."""
    if measure in AT_HAND:
        return at_hand(look(actor, project_id, selection).whole, measure)
    figures = measured(actor, project_id, selection).figures
    if figures is None:
        return None
    return dict(zip(figures.keys, figures.points[measure], strict=True))


def mark(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance | None = None
) -> str:
    """Return a mark that changes whenever the picture may change for `actor`."""
    # It takes one statement, or a few where marks grow with a figure that may not be there yet.
    key = _key(actor, project_id, selection, appearance or Appearance())
    return hashlib.sha256(repr(key).encode()).hexdigest()[:32]


def _key(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance
) -> tuple[Hashable, ...]:
    state = state_of(project_id, allowed(actor, selection))
    # Once the figures are there, marks grow: the picture of before holds no more.
    known = appearance.size in AT_HAND or measured(actor, project_id, selection).figures is not None
    return (state, eyes_of(actor), appearance.key(), known)
