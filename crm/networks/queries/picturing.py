"""The picture of a network as data, kept for those who may see the same."""

import hashlib
import json
from collections.abc import Hashable

from crm.core.permissions import Actor
from crm.networks.appearance import MOST_NAMES, Appearance, at_hand
from crm.networks.memory import Memory
from crm.networks.picture import draw
from crm.networks.queries.listing import forget_lists
from crm.networks.queries.looking import allowed, eyes_of, forget_networks, look, places, state_of
from crm.networks.selection import Selection

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
        data = draw(seen.shown, where, seen.names, at_hand(seen.shown, chosen.size))
        data["labels"] = MOST_NAMES[chosen.labels]
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()

    return _pictures.get(_key(actor, project_id, selection, chosen), made)


def mark(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance | None = None
) -> str:
    """Return a mark that changes whenever the picture may change for `actor`: one statement."""
    key = _key(actor, project_id, selection, appearance or Appearance())
    return hashlib.sha256(repr(key).encode()).hexdigest()[:32]


def forget() -> None:
    """Give up everything that is kept, as after a start."""
    forget_lists()
    forget_networks()
    _pictures.clear()


def _key(
    actor: Actor, project_id: int, selection: Selection, appearance: Appearance
) -> tuple[Hashable, ...]:
    state = state_of(project_id, allowed(actor, selection))
    return (state, eyes_of(actor), appearance.key())
