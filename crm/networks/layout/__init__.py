"""Places for the points of a network, made from nothing or grown from those before."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from crm.networks.graph import StakeholderGraph
from crm.networks.layout.discs import packed
from crm.networks.layout.growing import grown
from crm.networks.layout.settling import filled
from crm.networks.layout.shelf import shelved
from crm.networks.layout.sketch import Sketch, sketched
from crm.networks.layout.spacing import Spots

__all__ = ["Place", "Places", "anew", "grow", "positions", "through"]

Place = tuple[int, int]

ASPECT = 4 / 3  # of the frame, as most of the page has it


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where every point stands.

    :param tied: points with a tie
    :param shelf: points without, in rows below
    """

    tied: dict[str, Place] = field(default_factory=dict)
    shelf: dict[str, Place] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, Place]:
        """The place of every point."""
        return self.tied | self.shelf


def positions(graph: StakeholderGraph) -> dict[str, Place]:
    """Return a place for every point from nothing: the same for the same network."""
    return anew(graph).all


def anew(graph: StakeholderGraph) -> Places:
    """Return places from nothing: the same for the same network, whatever its order."""
    found = sketched(graph)
    return _places(graph, found, _anew(found), Places())


def grow(before: Places, graph: StakeholderGraph) -> Places:
    """
    Return places for `graph` that continue those before.

    Who stands hardly moves: at most 5 % of the width on average. Who comes stands near whom they
    know. Together their ties are about as long as in a layout from nothing, for which the farthest
    from their neighbours may move most.
    """
    found = sketched(graph)
    known = {key: (x / ASPECT, float(y)) for key, (x, y) in before.tied.items()}
    if known.keys().isdisjoint(found.keys):
        return _places(graph, found, _anew(found), before)
    best = found.length(_anew(found))
    return _places(graph, found, grown(found, known, best), before)


def through(history: Iterable[StakeholderGraph], before: Places | None = None) -> Places:
    """Return places grown through a network as it was at one date after the other."""
    places = before or Places()
    for graph in history:
        places = grow(places, graph)
    return places


def _anew(found: Sketch) -> Spots:
    return filled(packed(found)) if found.keys else np.zeros((0, 2))


def _places(graph: StakeholderGraph, found: Sketch, spots: Spots, before: Places) -> Places:
    wide = np.rint(spots * (ASPECT, 1.0)).astype(int).tolist()
    tied = {key: (x, y) for key, (x, y) in zip(found.keys, wide, strict=True)}
    alone = sorted(key for key, degree in graph.degree if not degree)
    xs, ys = [x for x, _y in tied.values()], [y for _x, y in tied.values()]
    frame = (min(xs), max(xs), max(ys)) if tied else (0, 0, 0)
    return Places(tied, shelved(alone, before.shelf, frame))
