"""Places for the points of a network, made from nothing or grown from those before."""

import hashlib
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.core.libraries import np
from crm.networks.graph import StakeholderGraph
from crm.networks.layout.discs import packed
from crm.networks.layout.growing import grown
from crm.networks.layout.merged_points import returned
from crm.networks.layout.settling import filled
from crm.networks.layout.shelf import shelved
from crm.networks.layout.sketch import Sketch, sketched
from crm.networks.layout.spacing import Spots

__all__ = [
    "Place",
    "Places",
    "among",
    "anew",
    "dates",
    "grow",
    "mark",
    "positions",
    "shelve",
    "staying",
    "through",
]

Place = tuple[int, int]

ASPECT = 4 / 3  # of the frame, as most of the page has it
A_STEP_MORE = 4  # a step of history brings at least a quarter more points,
MANY, MANY_MORE = 100, 1  # or from here on twice as many, for a step takes longer
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Places:
    """
    Where every point stands.

    :param tied: points with a tie
    :param shelf: points without, in rows below
    :param away: where those stood who became one with somebody else, as JSON has it
    """

    tied: dict[str, Place] = field(default_factory=dict)
    shelf: dict[str, Place] = field(default_factory=dict)
    away: dict[str, Any] = field(default_factory=dict)

    @property
    def all(self) -> dict[str, Place]:
        """The place of every point."""
        return self.tied | self.shelf

    def written(self) -> dict[str, Any]:
        """Return the places as JSON keeps them."""
        return {"tied": self.tied, "shelf": self.shelf, "away": self.away}

    @classmethod
    def read(cls, written: Mapping[str, Any], here: Container[str] = ()) -> "Places":
        """Return the places that were written, of `here` also of who was one with another."""
        found = returned(written, here)
        tied, shelf = (
            {key: (int(x), int(y)) for key, (x, y) in found[name].items()}
            for name in ("tied", "shelf")
        )
        return cls(tied, shelf, found["away"])


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


def shelve(before: Places, graph: StakeholderGraph) -> Places:
    """Return the places before, with another shelf: who comes or goes has no tie."""
    tied = {key: place for key, place in before.tied.items() if key in graph}
    return Places(tied, shelved(_alone(graph), before.shelf, _frame(tied)))


def through(history: Iterable[StakeholderGraph]) -> Places:
    """Return places grown through a network as it was at one date after the other."""
    places = Places()
    for graph in history:
        places = grow(places, graph)
    return places


def dates(graph: StakeholderGraph) -> list[date]:
    """
    Return the days at which the history of `graph` makes a step: newcomers get their first tie.

    What comes later changes nothing about the steps before it.
    """
    began: dict[str, date] = {}
    dated: Iterable[tuple[str, str, date | None]] = graph.edges(data="first")
    for one, other, first in dated:
        for key in (one, other):
            began[key] = min(began.get(key, date.max), first or date.min)
    found: list[date] = []
    stood = 0
    for number, day in enumerate(sorted(began.values()), start=1):
        more = stood // (A_STEP_MORE if stood < MANY else MANY_MORE)
        if number > stood + more and day not in found and day > date.min:
            found.append(day)
            stood = number
    return found


def mark(graph: StakeholderGraph) -> str:
    """Return a mark of the points that are tied, and how: it differs whenever they may move."""
    found = sketched(graph)
    told = hashlib.sha256("\n".join(found.keys).encode())
    told.update(found.ends.tobytes())
    told.update(found.weights.tobytes())
    return told.hexdigest()[:32]


def among(standing: Places, graph: StakeholderGraph, apart: Collection[str] = ()) -> Places:
    """
    Return the places of the points of `graph`, a part of a network whose places are known.

    Who has a tie stands as in the whole, so that choosing other ties moves none of them. Where less
    than half of the whole is left, they are brought nearer to each other, and keep their order. A
    point that the whole does not know, as who lately left an organisation, finds a place as a
    newcomer. Who has no tie in this part stands on the shelf, whatever is known of the whole.

    :param apart: who of them stands on a shelf of their own, below the other
    """
    tied = _tied_among(standing, graph)
    return Places(tied, _shelves(standing, graph, apart, tied))


def staying(
    standing: Places, window: Places, graph: StakeholderGraph, apart: Collection[str] = ()
) -> Places:
    """
    Return the places of the points of `graph`, a month of a window whose places are known.

    Who has a tie stands as in the window, or else as in `standing`, and nobody is brought nearer;
    who has none stands on the shelf, which is below everybody of the window.

    :param apart: who of them stands on a shelf of their own, below the other
    """
    known = standing.tied | window.tied
    keys = [key for key, degree in graph.degree if degree]
    if not known.keys() >= set(keys):
        known = known | grow(Places(known), graph).tied | window.tied
    tied = {key: known[key] for key in keys}
    return Places(tied, _shelves(window, graph, apart, window.tied | tied))


def _shelves(
    standing: Places, graph: StakeholderGraph, apart: Collection[str], above: Mapping[str, Place]
) -> dict[str, Place]:
    below, others = set(apart), _alone(graph)
    shelf = shelved([key for key in others if key not in below], standing.shelf, _frame(above))
    lower = [key for key in others if key in below]
    return shelf | shelved(lower, {}, _frame({**above, **shelf}))


def _tied_among(standing: Places, graph: StakeholderGraph) -> dict[str, Place]:
    tied = {key for key, degree in graph.degree if degree}
    if not tied.issubset(standing.tied):
        return grow(standing, graph).tied
    kept = {key: place for key, place in standing.tied.items() if key in tied}
    if not kept or len(kept) > HALF * len(standing.tied):
        return kept
    spots = filled(np.array([(x / ASPECT, y) for x, y in kept.values()], dtype=float))
    return _together(list(kept), spots, [], Places()).tied


def _anew(found: Sketch) -> Spots:
    return filled(packed(found)) if found.keys else np.zeros((0, 2))


def _places(graph: StakeholderGraph, found: Sketch, spots: Spots, before: Places) -> Places:
    return _together(found.keys, spots, _alone(graph), before)


def _alone(graph: StakeholderGraph) -> list[str]:
    return sorted(key for key, degree in graph.degree if not degree)


def _together(keys: list[str], spots: Spots, alone: list[str], before: Places) -> Places:
    wide = np.rint(spots * (ASPECT, 1.0)).astype(int).tolist()
    tied = {key: (x, y) for key, (x, y) in zip(keys, wide, strict=True)}
    return Places(tied, shelved(alone, before.shelf, _frame(tied)))


def _frame(tied: Mapping[str, Place]) -> tuple[int, int, int]:
    """Return left, right and bottom."""
    xs, ys = [x for x, _y in tied.values()], [y for _x, y in tied.values()]
    return (min(xs), max(xs), max(ys)) if tied else (0, 0, 0)
