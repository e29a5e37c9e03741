"""
A network as arrays of numbers, as its measures take it; and what differs with two modes.

Of two modes are people and the sessions they came to: a tie only ever joins one side to the other,
so that what is possible at most is less than in a network of one mode (Borgatti & Everett 1997,
Social Networks 19:243-269).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from crm.core.libraries import np, npt, nx, sparse
from crm.core.ties import is_meeting
from crm.networks.rules.selection import NetworkView
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

    :param second: which points are of the second mode, where ties only join the two: sessions,
        beside the people who came. None where all points are of one mode
    """

    keys: tuple[str, ...]  # key of each point; its place is its number
    ends: Numbers  # both ends of each tie, one row a tie
    weights: Values  # weight of each tie
    helix: Numbers  # place of each point's helix among `HELIXES`, `NO_HELIX` where it has none
    directed: bool = False  # whether ties lead from their first end to their second
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
        # By the view, not by what is there: also where nobody came there are two sides.
        second=np.array([is_meeting(key) for key in keys], dtype=bool)
        if graph.graph.get("view") is NetworkView.SESSIONS
        else None,
    )


@dataclass(frozen=True, slots=True)
class Modes:
    """How many are on the side of each point, itself included, and on that it can be tied to."""

    own: Values
    other: Values
    are_two: bool

    @property
    def pairs(self) -> float:
        """How many pairs could be tied."""
        if not self.are_two:
            count = len(self.own)
            return count * (count - 1) / 2
        return float(self.own[0] * self.other[0]) if len(self.own) else 0.0

    def share_of_ties(self, degrees: Values) -> Values:
        """Return the ties of each point as a part of those that it could have."""
        most = self.other if self.are_two else self.own - 1
        return np.divide(degrees, most, out=np.zeros(len(degrees)), where=most > 0)

    def closeness(self, usual: Values) -> Values:
        """Return closeness of one mode as it is counted in two: the other side is one step away."""
        if not self.are_two:
            return usual
        nearest = self.other + 2 * (self.own - 1)
        return usual * (nearest / max(len(usual) - 1, 1))

    def betweenness(self, usual: Values) -> Values:
        """Return betweenness of one mode as a part of the most that there can be in two."""
        if not self.are_two:
            return usual
        count = len(usual)
        passed = usual * ((count - 1) * (count - 2) / 2)
        # How many shortest paths can pass a point at most; none where nobody is opposite.
        opposite = np.maximum(self.other, 1)
        whole, rest = np.divmod(self.own - 1, opposite)
        most = (
            opposite**2 * (whole + 1) ** 2
            + opposite * (whole + 1) * (2 * rest - whole - 1)
            - rest * (2 * whole - rest + 3)
        ) / 2
        most = np.where(self.other > 0, most, 0.0)
        return np.divide(passed, most, out=np.zeros(count), where=most > 0)


def modes_of(network: Arrays) -> Modes:
    """Return the sides of a network."""
    second = network.second
    if second is None:
        every = np.full(network.count, float(network.count))
        return Modes(every, every, are_two=False)
    sizes = np.array([np.count_nonzero(~second), np.count_nonzero(second)], dtype=np.float64)
    side = second.astype(np.int64)
    return Modes(sizes[side], sizes[1 - side], are_two=True)
