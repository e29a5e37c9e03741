"""
Everything that python-igraph does for us, and the only module that knows it.

python-igraph is GPL (docs/adr/0007-networks.md). It draws lots from one generator for the whole
process, so whatever draws lots stands in a `seeded` block.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crm.core.libraries import Later

if TYPE_CHECKING:
    import igraph
else:
    igraph = Later("igraph")

Spot = tuple[float, float]

DUST = 1e-12  # less is no better division
MOST_ROUNDS = 100  # two to five are usual
GRID_FROM = 1_000  # from here, springs look at what is near only: twelve seconds for 5,000 else

_one_at_a_time = threading.RLock()


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Let everything inside the block draw the same lots for the same `seed`, one at a time."""
    with _one_at_a_time:
        igraph.set_random_number_generator(random.Random(seed))  # noqa: S311 - needs no secret
        yield


class Mirror:
    """A network as igraph holds it: points by number in the order of `names`."""

    def __init__(self, held: igraph.Graph) -> None:
        self._held = held

    @property
    def count(self) -> int:
        """How many points there are."""
        return int(self._held.vcount())

    @property
    def names(self) -> list[str]:
        """The keys of the points."""
        return list(self._held.vs["name"])

    def parts(self) -> list[Mirror]:
        """Return the parts that hang together."""
        return [Mirror(part) for part in self._held.connected_components().subgraphs()]

    def communities(self, rounds: int = 4) -> tuple[list[Mirror], Mirror]:
        """
        Return the communities, and the network of them with the weight between as weight.

        Leiden by modularity, ties by weight (Traag e.a. 2019, doi 10.1038/s41598-019-41695-z).
        """
        found = self._held.community_leiden(
            objective_function="modularity", weights="weight", n_iterations=rounds
        )
        quotient = found.cluster_graph(combine_edges={"weight": "sum"})
        return [Mirror(part) for part in found.subgraphs()], Mirror(quotient)

    def springs(self, start: Sequence[Spot], rounds: int, *, weighted: bool = False) -> list[Spot]:
        """Return where springs pull the points from `start` (Fruchterman & Reingold 1991)."""
        # A single point has no tie to weigh, and igraph wants one.
        drawn = self._held.layout_fruchterman_reingold(
            niter=rounds,
            seed=list(start),
            grid=self.count > GRID_FROM,
            weights="weight" if weighted and self.count > 1 else None,
        )
        return [(x, y) for x, y in drawn.coords]


class Measured:
    """A network by number, with `lengths` and `weights` of its ties; none where all are alike."""

    def __init__(
        self,
        count: int,
        ends: Sequence[Sequence[int]],
        *,
        lengths: Sequence[float] | None = None,
        weights: Sequence[float] | None = None,
    ) -> None:
        self._held = igraph.Graph(n=count, edges=ends)
        self._lengths = lengths
        self._weights = weights

    def betweenness(self, sources: Sequence[int]) -> list[float]:
        """Return how much of the shortest paths from `sources` passes each point, halved."""
        return list(self._held.betweenness(directed=False, weights=self._lengths, sources=sources))

    def closeness(self, points: Sequence[int]) -> list[float]:
        """Return 1 / the sum of distances to whom each point reaches; NaN if nobody."""
        return list(self._held.closeness(points, weights=self._lengths, normalized=False))

    def eccentricity(self, points: Sequence[int]) -> list[float]:
        """Return the distance from each point to the furthest it reaches."""
        return list(self._held.eccentricity(points, weights=self._lengths))

    def constraint(self) -> list[float]:
        """Return Burt's constraint of each point; NaN without ties."""
        return list(self._held.constraint(weights=self._weights))

    def coreness(self) -> list[int]:
        """Return for each point the highest k of a k-core that holds it."""
        return list(self._held.coreness())

    def articulation_points(self) -> list[int]:
        """Return the points without which a part would fall apart."""
        return list(self._held.articulation_points())

    def parts(self) -> list[int]:
        """Return for each point the number of the part it hangs together with."""
        return list(self._held.connected_components().membership)

    def transitivity(self) -> float:
        """Return the share of open and closed triples that are closed; NaN without any."""
        return float(self._held.transitivity_undirected())

    def closed_pairs(self) -> list[float]:
        """Return for each point which share of the pairs of its neighbours is tied; 0 if none."""
        return list(self._held.transitivity_local_undirected(mode="zero"))

    def degree_assortativity(self) -> float:
        """Return the correlation of the numbers of ties at both ends of ties; NaN if undefined."""
        return float(self._held.assortativity_degree(directed=False))

    def communities(self, seed: int, runs: int = 1) -> tuple[list[int], float]:
        """
        Return the number of each point's community, and the modularity of them all.

        The best of so many runs of Leiden by modularity, each until nothing changes (see
        `Mirror.communities`): what one run finds depends on the lots it draws.
        """
        best: tuple[list[int], float] | None = None
        for run in range(runs):
            with seeded(seed + run):
                found = self._divided()
            # Of equals the first: else dust behind the comma would choose.
            if best is None or found.modularity > best[1] + DUST:
                best = found.membership, found.modularity
        return best or ([], 0.0)

    def _divided(self) -> igraph.VertexClustering:
        # igraph can do this by itself, but takes a point that goes to and fro between two equal
        # places for a change, and then never ends: with 9 points and 11 ties one network in 700.
        found, before = None, None
        for _round in range(MOST_ROUNDS):
            found = self._held.community_leiden(
                objective_function="modularity",
                weights=self._weights,
                n_iterations=1,
                initial_membership=before,
            )
            if before is not None and _same_division(before, found.membership):
                break
            before = found.membership
        return found


def _same_division(one: Sequence[int], other: Sequence[int]) -> bool:
    return len(set(zip(one, other, strict=True))) == len(set(one)) == len(set(other))


def of_ties(keys: Sequence[str], ties: Sequence[Sequence[int]], weights: Sequence[float]) -> Mirror:
    """Return the points `keys` with `ties` between their numbers, as igraph holds them."""
    held = igraph.Graph(n=len(keys), edges=ties)
    held.vs["name"] = list(keys)
    held.es["weight"] = list(weights)
    return Mirror(held)
