"""
What differs where a network has two modes: people and the sessions they came to.

A tie only ever joins one side to the other, so that what is possible at most is less than in a
network of one mode (Borgatti & Everett 1997, Social Networks 19:243-269).
"""

from __future__ import annotations

from dataclasses import dataclass

from crm.core.libraries import np
from crm.networks.measures.arrays import Arrays, Sides, Values


@dataclass(frozen=True, slots=True)
class Modes:
    """
    The two sides of a network, or the one.

    :param own: how many points there are on the side of each point, itself included
    :param other: how many there are on the side that it can be tied to
    """

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
        most = _most_between(self.own, self.other)
        return np.divide(passed, most, out=np.zeros(count), where=most > 0)


def modes_of(network: Arrays) -> Modes:
    """Return the sides of a network."""
    second = network.second
    if second is None:
        every = np.full(network.count, float(network.count))
        return Modes(every, every, are_two=False)
    sizes = np.array([np.count_nonzero(~second), np.count_nonzero(second)], dtype=np.float64)
    return Modes(sizes[_side(second)], sizes[_side(~second)], are_two=True)


def _side(second: Sides) -> np.ndarray:
    return second.astype(np.int64)


def _most_between(own: Values, other: Values) -> Values:
    """Return how many shortest paths can pass a point at most; none where nobody is opposite."""
    opposite = np.maximum(other, 1)
    whole, rest = np.divmod(own - 1, opposite)
    most = (
        opposite**2 * (whole + 1) ** 2
        + opposite * (whole + 1) * (2 * rest - whole - 1)
        - rest * (2 * whole - rest + 3)
    ) / 2
    return np.where(other > 0, most, 0.0)
