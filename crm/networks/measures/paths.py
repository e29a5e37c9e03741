"""Measures along shortest paths: who lies between, who is near, how far it is across."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from crm.core.libraries import np
from crm.networks.igraphs import Measured
from crm.networks.measures.arrays import Numbers, Values

# Starts of paths that are looked at in one go. igraph lets nobody else work meanwhile: with 35,000
# ties these take a fourteenth of a second.
AT_ONCE = 100

OnProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Paths:
    """
    What the shortest paths of a network say.

    :param betweenness: share of the pairs of others whose shortest paths pass a point (Freeman
        1977, Sociometry 40:35)
    :param closeness: how near a point is to all others, 0 to 1; who is out of reach counts as far
        (Wasserman & Faust 1994, 5.2.2)
    :param mean: mean distance of all pairs that reach each other; none where there is no such pair
    :param longest: the greatest distance of such a pair
    """

    betweenness: Values
    closeness: Values
    mean: float | None
    longest: float | None


def paths(held: Measured, parts: Numbers, on_progress: OnProgress) -> Paths:
    """
    Return what the shortest paths of a network say.

    :param parts: number of the part that each point hangs together with
    :param on_progress: hears how many points of how many were looked at
    """
    count = len(parts)
    between, near, far = np.zeros(count), np.full(count, np.nan), np.zeros(count)
    for some in _chunks(count):
        between += np.array(held.betweenness(some))
        near[some] = held.closeness(some)
        far[some] = held.eccentricity(some)
        on_progress(some.stop, count)
    others = np.bincount(parts)[parts] - 1 if count else np.zeros(0)
    sums = np.divide(1.0, near, out=np.zeros(count), where=others > 0)
    pairs = float(others.sum())
    return Paths(
        betweenness=between * (2 / max((count - 1) * (count - 2), 1)),
        closeness=_closeness(others, sums),
        mean=float(sums.sum()) / pairs if pairs else None,
        longest=float(far.max()) if pairs else None,
    )


def _closeness(others: Numbers | Values, sums: Values) -> Values:
    count = len(sums)
    nearness = np.divide(others, sums, out=np.zeros(count), where=others > 0)
    return nearness * (others / max(count - 1, 1))


def _chunks(count: int) -> Iterator[range]:
    return (range(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE))
