"""Places for the points of a network, made from nothing or grown from those before."""

import hashlib
import math
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from crm.core.libraries import np
from crm.networks.rules.discs import packed
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.growing import grown
from crm.networks.rules.sketch import Sketch, Spots, filled, sketched

Place = tuple[int, int]

ASPECT = 4 / 3  # of the frame, as most of the page has it
A_STEP_MORE = 4  # a step of history brings at least a quarter more points,
MANY, MANY_MORE = 100, 1  # or from here on twice as many, for a step takes longer
HALF = 0.5
FEWEST, COLUMN, ROW = 5, 170, 60
ABOVE = 120  # between the picture and its shelf
SLACK = 240  # a shelf that stands this much lower need not move up
# The name of a part of the picture → key of a point → its place, as JSON has it.
Written = dict[str, Any]
PARTS = ("tied", "shelf")


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
            {key: (int(x), int(y)) for key, (x, y) in found[part].items()} for part in PARTS
        )
        return cls(tied, shelf, found["away"])


def anew(graph: StakeholderGraph) -> Places:
    """Return places from nothing: the same for the same network, whatever its order."""
    found = sketched(graph)
    return _together(found.keys, _anew(found), _alone(graph), Places())


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
        return _together(found.keys, _anew(found), _alone(graph), before)
    # What a layout from nothing would reach is the measure of how far those who stand may move.
    best = found.length(_anew(found))
    return _together(found.keys, grown(found, known, best), _alone(graph), before)


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
    """Return the days on which newcomers get their first tie; what comes later changes none."""
    began: dict[str, date] = {}
    dated: Iterable[tuple[str, str, date | None]] = graph.edges(data="first")
    for one, other, first in dated:
        for key in (one, other):
            began[key] = min(began.get(key, date.max), first or date.min)
    # Not each day: growing takes as long each time, and few newcomers move nobody.
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
    keys = {key for key, degree in graph.degree if degree}
    tied = {key: place for key, place in standing.tied.items() if key in keys}
    if len(tied) < len(keys):
        tied = grow(standing, graph).tied
    elif tied and len(tied) <= HALF * len(standing.tied):
        # A few in the frame of all would be specks with nothing between.
        spots = filled(np.array([(x / ASPECT, y) for x, y in tied.values()], dtype=float))
        tied = _together(list(tied), spots, [], Places()).tied
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
    # Who has a tie in a month, but none in the window: their organisation was another then.
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


def _anew(found: Sketch) -> Spots:
    return filled(packed(found)) if found.keys else np.zeros((0, 2))


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


def shelved(
    alone: Sequence[str], kept: Mapping[str, Place], frame: tuple[int, int, int]
) -> dict[str, Place]:
    """
    Return a place for everybody without a tie; who stands on the shelf stays there.

    :param kept: who stood on the shelf before, and where
    :param frame: left, right and bottom of the picture above it
    """
    stay = {key: kept[key] for key in alone if key in kept}
    top = frame[2] + ABOVE
    if stay:
        was = min(y for _x, y in stay.values())
        # Whoever is looked for on the shelf is where they were, unless the picture grew over it.
        lower = 0 if top <= was <= top + SLACK else top - was
        stay = {key: (x, y + lower) for key, (x, y) in stay.items()}
        top = was + lower
    taken = set(stay.values())
    left = min((x for x, _y in taken), default=None)
    free = (place for place in _rows(len(alone), frame, left, top) if place not in taken)
    return stay | {key: next(free) for key in alone if key not in stay}


def _rows(count: int, frame: tuple[int, int, int], left: int | None, top: int) -> Iterator[Place]:
    """Yield places row after row, under the middle of the picture unless `left` is given."""
    columns = max(FEWEST, (frame[1] - frame[0]) // COLUMN, math.isqrt(count // 3))
    if left is None:
        left = (frame[0] + frame[1] - (min(columns, count) - 1) * COLUMN) // 2
    number = 0
    while True:
        yield left + number % columns * COLUMN, top + number // columns * ROW
        number += 1


def joined(points: Mapping[str, Any], gone: str, kept: str) -> Written:
    """Return places in which who stays stands where they stood, or else where who goes stood."""
    # Where both stood before is remembered; among ties goes before the shelf.
    found = {**points, **{part: dict(points[part]) for part in PARTS}}
    stood, before = _stood(points, gone), _stood(points, kept)
    if not stood:
        return found
    for part in PARTS:
        found[part].pop(gone, None)
    took = not before or ("tied" in stood and "tied" not in before)
    if took:
        _stand(found, kept, stood)
    told = {"stood": stood, "with": kept, **({"before": before} if took else {})}
    return {**found, "away": {**points.get("away", {}), gone: told}}


def returned(points: Mapping[str, Any], here: Container[str]) -> Written:
    """Return places in which those who were one with another, and are `here` again, are back."""
    # Who had taken such a place gets their own again, or is a newcomer where they had none.
    found = {**points, **{part: dict(points[part]) for part in PARTS}}
    away = dict(points.get("away", {}))
    for key in [key for key in away if key in here]:
        told = away.pop(key)
        if "before" in told:
            _stand(found, told["with"], told["before"])
        _stand(found, key, told["stood"])
    return {**found, "away": away}


def _stood(points: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {part: points[part][key] for part in PARTS if key in points[part]}


def _stand(points: Written, key: str, places: Mapping[str, Any]) -> None:
    for part in PARTS:
        points[part].pop(key, None)
        if part in places:
            points[part][key] = places[part]
