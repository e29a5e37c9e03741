"""
Everything that python-igraph does for us, and the only module that knows it.

python-igraph is GPL (docs/adr/0007-networks.md). It draws lots from one generator for the whole
process, so whatever draws lots stands in a `seeded` block.
"""

import random
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import igraph

from crm.networks.graph import StakeholderGraph

Spot = tuple[float, float]

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
        count: int = self._held.vcount()
        return count

    @property
    def names(self) -> list[str]:
        """The keys of the points."""
        names: list[str] = self._held.vs["name"]
        return names

    def parts(self) -> list["Mirror"]:
        """Return the parts that hang together."""
        return [Mirror(part) for part in self._held.connected_components().subgraphs()]

    def communities(self, rounds: int = 4) -> tuple[list["Mirror"], "Mirror"]:
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
        drawn = self._held.layout_fruchterman_reingold(
            niter=rounds,
            seed=list(start),
            grid=False,
            weights="weight" if weighted and self.count > 1 else None,
        )
        return [(x, y) for x, y in drawn.coords]


def mirror(graph: StakeholderGraph, keys: Sequence[str]) -> Mirror:
    """Return the points `keys` of `graph` with every tie between them, as igraph holds them."""
    number = {key: place for place, key in enumerate(keys)}
    ties = sorted(
        (min(number[one], number[other]), max(number[one], number[other]), tie["weight"])
        for one, other, tie in graph.edges(data=True)
        if one in number and other in number
    )
    held = igraph.Graph(n=len(keys), edges=[tie[:2] for tie in ties])
    held.vs["name"] = list(keys)
    held.es["weight"] = [float(tie[2]) for tie in ties]
    return Mirror(held)
