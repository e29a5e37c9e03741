"""A network in numbers, as a layout reads it, and what moves its points."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeAlias

from crm.core.libraries import np, npt, sparse, spatial
from crm.networks.rules.graph import StakeholderGraph

Spots: TypeAlias = "npt.NDArray[np.float64]"  # a row (x, y) for each point
Pairs: TypeAlias = "npt.NDArray[np.int64]"

FEW = 300  # up to here, trying every pair is quicker than a tree
TURN = 2.399963  # the golden angle: points on one spot leave it in different directions
STRONGEST = 8  # after a plenary all are tied to all, and the heavier ties make the picture
SPACE = 100.0  # between neighbours, in the units of the picture
ROOM = 1.6  # how many times the square of SPACE a point has in the frame
REACH = SPACE * 1.2  # while settling: a little more than SPACE, so that the frame fills evenly
PUSHES, FILL_PUSHES, LAST_PUSHES = 3, 6, 12
FILLINGS = 6
SQUEEZE, STRETCH = 0.8, 1.25


def apart(spots: Spots, reach: float, rounds: int, *, loose: Spots | None = None) -> Spots:
    """Return `spots` with pairs stepped apart to `reach`, each by its factor in `loose`, 0 to 1."""
    for _ in range(rounds):
        # A unit less: what is only dust too near would be pushed for ever.
        pairs = _near(spots, reach - 1)
        if not len(pairs):
            break
        steps = _steps(spots, pairs, reach)
        spots = spots + (steps if loose is None else steps * loose)
    return spots


def _near(spots: Spots, reach: float) -> Pairs:
    """Return the pairs nearer than `reach`, each once, in an order that data alone decide."""
    if len(spots) <= FEW:
        gaps = spots[:, None, :] - spots[None, :, :]
        near = np.einsum("ijk,ijk->ij", gaps, gaps) < reach * reach
        return np.argwhere(np.triu(near, 1))
    pairs: Pairs = spatial.cKDTree(spots).query_pairs(reach, output_type="ndarray")
    return pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]


def _steps(spots: Spots, pairs: Pairs, reach: float) -> Spots:
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    wide = np.hypot(gaps[:, 0], gaps[:, 1])
    same = wide < 1e-6  # noqa: PLR2004 - on one spot, but for the dust of adding
    gaps[same] = np.column_stack((np.cos(one[same] * TURN), np.sin(one[same] * TURN)))
    halves = gaps * ((reach - wide) * 0.45 / np.where(same, 1.0, wide))[:, None]
    count = len(spots)
    met = np.bincount(one, minlength=count) + np.bincount(other, minlength=count)
    steps = np.column_stack(
        [
            np.bincount(one, halves[:, axis], count) - np.bincount(other, halves[:, axis], count)
            for axis in (0, 1)
        ]
    )
    # Pushed by many at once, a point would shoot past all of them.
    return steps / np.maximum(1.0, met / 2)[:, None]


@dataclass(frozen=True, slots=True)
class Sketch:
    """What pulls at the points that have a tie."""

    keys: list[str]  # the points, sorted
    ends: Pairs  # both ends of each tie as numbers of points
    weights: npt.NDArray[np.float64]  # how heavy each tie is
    pulls: Any  # a row for each point: what share of its weight each neighbour has

    def middles(self, spots: Spots) -> Spots:
        """Return for each point the middle of its neighbours, heavy ties counting more."""
        middles: Spots = self.pulls @ spots
        return middles

    def length(self, spots: Spots) -> float:
        """Return the sum of the lengths of the ties, as a share of the width of it all."""
        wide, _high = extent(spots)
        gaps = spots[self.ends[:, 0]] - spots[self.ends[:, 1]]
        return float(np.hypot(gaps[:, 0], gaps[:, 1]).sum() / (wide or 1.0))


def extent(spots: Spots) -> tuple[float, float]:
    """Return how wide and how high it all is."""
    wide, high = spots.max(axis=0) - spots.min(axis=0)
    return float(wide), float(high)


def sketched(graph: StakeholderGraph) -> Sketch:
    """Return `graph` in numbers, its points without a tie left out."""
    keys = sorted(key for key, degree in graph.degree if degree)
    number = {key: place for place, key in enumerate(keys)}
    ties = graph.number_of_edges()
    ends = np.fromiter(
        chain.from_iterable((number[one], number[other]) for one, other in graph.edges),
        dtype=np.int64,
        count=2 * ties,
    ).reshape(-1, 2)
    weighed: Iterable[tuple[str, str, float]] = graph.edges(data="weight")
    weights = np.fromiter((weight for *_ends, weight in weighed), np.float64, count=ties)
    # In an order that data alone decide: adding in another gives other dust, and other places.
    ends.sort(axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return _strongest(keys, ends[order], weights[order])


def _strongest(keys: list[str], ends: Pairs, weights: npt.NDArray[np.float64]) -> Sketch:
    """Leave out what is not among the strongest ties of either end."""
    count = len(keys)
    both = np.concatenate((ends, ends[:, ::-1]))
    heavy = np.tile(weights, 2)
    # Among equals a draw that is the same everywhere, or else the first keys would have all ties.
    lots = (np.minimum(*both.T) * 2654435761 + np.maximum(*both.T) * 40503) % 4294967291
    order = np.lexsort((lots, -heavy, both[:, 0]))
    first = np.searchsorted(both[order, 0], np.arange(count))
    rank = np.arange(len(order)) - first[both[order, 0]]
    kept = np.unique(order[rank < STRONGEST] % len(ends))
    one, other = ends[kept].T
    across = np.concatenate((one, other)), np.concatenate((other, one))
    pulls = sparse.csr_matrix((np.tile(weights[kept], 2), across), shape=(count, count))
    shares = np.asarray(pulls.sum(axis=1)).ravel()
    return Sketch(
        keys, ends[kept], weights[kept], sparse.csr_matrix(pulls.multiply(1 / shares[:, None]))
    )


def side(count: int) -> float:
    """Return the side of the square frame for so many points."""
    return SPACE * math.sqrt(ROOM * count)


def step(sketch: Sketch, spots: Spots, share: float) -> Spots:
    """Return the spots after one round: `share` of the way to the neighbours, and then apart."""
    gone = spots + share * (sketch.middles(spots) - spots)
    return apart(framed(gone, side(len(spots))), REACH, PUSHES)


def filled(spots: Spots) -> Spots:
    """Return `spots` in the same order, spread evenly over their frame."""
    wanted = side(len(spots))
    spots = (spots - spots.min(axis=0)) * (wanted / np.maximum(extent(spots), 1.0))
    for _ in range(FILLINGS):
        spots = framed(apart(spots, REACH, FILL_PUSHES), wanted)
    return apart(spots, REACH, LAST_PUSHES)


def framed(spots: Spots, wanted: float) -> Spots:
    """Bring width and height nearer to `wanted`, at most by a fifth or a quarter at once."""
    sizes = np.maximum(extent(spots), 1.0)
    middle = (spots.max(axis=0) + spots.min(axis=0)) / 2
    nearer: Spots = middle + (spots - middle) * np.clip(wanted / sizes, SQUEEZE, STRETCH)
    return nearer
