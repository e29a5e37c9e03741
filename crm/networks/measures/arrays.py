"""A network as arrays of numbers, as the measures of this package take it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crm.core.libraries import np, npt, nx, sparse
from crm.core.ties import is_meeting
from crm.networks.selection import NetworkView
from crm.stakeholders.models import Helix

Numbers: TypeAlias = "npt.NDArray[np.int64]"
Values: TypeAlias = "npt.NDArray[np.float64]"
Sides: TypeAlias = "npt.NDArray[np.bool_]"

HELIXES = tuple(Helix)
NO_HELIX = -1


@dataclass(frozen=True, slots=True)
class Arrays:
    """
    The points and ties of a network by number.

    :param keys: key of each point; its place is its number
    :param ends: both ends of each tie, one row a tie
    :param weights: weight of each tie
    :param helix: place of each point's helix among `HELIXES`, `NO_HELIX` where it has none
    :param directed: whether ties lead from their first end to their second
    :param second: which points are of the second mode, where ties only join the two: sessions,
        beside the people who came. None where all points are of one mode
    """

    keys: tuple[str, ...]
    ends: Numbers
    weights: Values
    helix: Numbers
    directed: bool = False
    second: Sides | None = None

    @property
    def count(self) -> int:
        """How many points there are."""
        return len(self.keys)

    @property
    def ties(self) -> int:
        """How many ties there are."""
        return len(self.weights)

    def degrees(self) -> Numbers:
        """Return how many ties each point has."""
        return np.bincount(self.ends.ravel(), minlength=self.count).astype(np.int64)

    def strengths(self) -> Values:
        """Return the weight of all ties of each point together."""
        both = np.repeat(self.weights, 2)
        made = np.bincount(self.ends.ravel(), weights=both, minlength=self.count)
        return made.astype(np.float64)

    def matrix(self, weights: Values | None = None) -> sparse.csr_array:
        """Return the ties as a sparse matrix of `weights`, or of ones; symmetric if undirected."""
        values = np.ones(self.ties) if weights is None else weights
        one, other = self.ends[:, 0], self.ends[:, 1]
        if not self.directed:
            one, other = np.concatenate([one, other]), np.concatenate([other, one])
            values = np.concatenate([values, values])
        return sparse.csr_array((values, (one, other)), shape=(self.count, self.count))

    def with_helix(self) -> Arrays:
        """Return the part of the network whose points have a helix: sessions have none."""
        has = self.helix != NO_HELIX
        if has.all():
            return self
        number = np.cumsum(has) - 1
        kept = has[self.ends].all(axis=1)
        keys = tuple(key for key, held in zip(self.keys, has, strict=True) if held)
        ends = number[self.ends[kept]]
        return Arrays(keys, ends, self.weights[kept], self.helix[has], self.directed)


def arrays_of(graph: nx.Graph[str] | nx.DiGraph[str]) -> Arrays:
    """Return `graph` as arrays; a tie without `weight` weighs one, a point may lack `helix`."""
    keys = tuple(graph)
    number = {key: place for place, key in enumerate(keys)}
    place_of: dict[Helix | None, int] = {helix: place for place, helix in enumerate(HELIXES)}
    ties = [
        (number[one], number[other], weight)
        for one, other, weight in graph.edges(data="weight", default=1)
    ]
    return Arrays(
        keys=keys,
        ends=np.array([tie[:2] for tie in ties], dtype=np.int64).reshape(-1, 2),
        weights=np.array([tie[2] for tie in ties], dtype=np.float64),
        helix=np.array(
            [place_of.get(point.get("helix"), NO_HELIX) for _key, point in graph.nodes(data=True)],
            dtype=np.int64,
        ),
        directed=graph.is_directed(),
        second=_second(graph, keys),
    )


def _second(graph: nx.Graph[str] | nx.DiGraph[str], keys: tuple[str, ...]) -> Sides | None:
    if graph.graph.get("view") is not NetworkView.SESSIONS:
        return None
    return np.array([is_meeting(key) for key in keys], dtype=bool)
