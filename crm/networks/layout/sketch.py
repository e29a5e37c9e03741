"""A network in numbers, as a layout reads it: the strongest ties of each point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from crm.core.libraries import np, npt, sparse
from crm.networks.graph import StakeholderGraph
from crm.networks.layout.spacing import Pairs, Spots

STRONGEST = 8  # after a plenary all are tied to all, and the heavier ties make the picture


@dataclass(frozen=True, slots=True)
class Sketch:
    """
    What pulls at the points that have a tie.

    :param keys: the points, sorted
    :param ends: both ends of each tie as numbers of points
    :param weights: how heavy each tie is
    :param pulls: a row for each point: what share of its weight each neighbour has
    """

    keys: list[str]
    ends: Pairs
    weights: npt.NDArray[np.float64]
    pulls: Any

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
    return _strongest(keys, *_ties(graph, {key: place for place, key in enumerate(keys)}))


def _ties(
    graph: StakeholderGraph, number: Mapping[str, int]
) -> tuple[Pairs, npt.NDArray[np.float64]]:
    """Return both ends of each tie and its weight, in an order that data alone decide."""
    ties = graph.number_of_edges()
    ends = np.fromiter(
        chain.from_iterable((number[one], number[other]) for one, other in graph.edges),
        dtype=np.int64,
        count=2 * ties,
    ).reshape(-1, 2)
    weighed: Iterable[tuple[str, str, float]] = graph.edges(data="weight")
    weights = np.fromiter((weight for *_ends, weight in weighed), np.float64, count=ties)
    ends.sort(axis=1)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    return ends[order], weights[order]


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
