"""The picture of a network as data, kept for those who may see the same."""

import hashlib
import json
from collections.abc import Hashable, Mapping

from crm.core.i18n import _l, written_number
from crm.core.permissions import Actor
from crm.networks.appearance import AT_HAND, MOST_NAMES, Appearance, at_hand
from crm.networks.lines import Lines
from crm.networks.measures import PointMeasure
from crm.networks.memory import Memory
from crm.networks.picture import Shelf, Values, draw, written
from crm.networks.queries.changing import forget_changes
from crm.networks.queries.choosing import forget_offers
from crm.networks.queries.communities import forget_communities
from crm.networks.queries.figures import measured
from crm.networks.queries.listing import forget_lists
from crm.networks.queries.network_views import (
    Look,
    allowed,
    eyes_of,
    forget_networks,
    look,
    places,
    state_of,
)
from crm.networks.queries.seats import seats
from crm.networks.selection import Selection

ABOVE = 42  # units between the middle of a mark and the words above its shelf
SHELVES = {Lines.WITHOUT: _l("No tie"), Lines.LIGHTER: _l("Only lighter ties")}
# Of 35,000 ties it takes 3 megabytes.
_pictures = Memory(12)


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
    """
    Return a mark that changes whenever the picture may change for `actor`.

    It takes one statement, or a few where marks grow with a figure that may not be there yet.
    """
    key = _key(actor, project_id, selection, appearance or Appearance())
    return hashlib.sha256(repr(key).encode()).hexdigest()[:32]


def forget() -> None:
    """Give up everything that is kept, as after a start."""
    forget_changes()
    forget_communities()
    forget_lists()
    forget_networks()
    forget_offers()
    _pictures.clear()


def _key(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance
) -> tuple[Hashable, ...]:
    state = state_of(project_id, allowed(actor, selection))
    known = appearance.size in AT_HAND or measured(actor, project_id, selection).figures is not None
    return (state, eyes_of(actor), appearance.key(), known)
