"""Leaving out light ties, so that a picture can be read."""

from itertools import groupby

import networkx as nx

from crm.networks.graph import StakeholderGraph

READABLE = 3
DUST = 1e-9


def at_least(graph: StakeholderGraph, minimum: float) -> StakeholderGraph:
    """Return a copy of `graph` with all its points, and the ties of at least this weight."""
    kept: StakeholderGraph = nx.Graph()
    kept.add_nodes_from(graph.nodes(data=True))
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if tie["weight"] >= minimum - DUST
    )
    return kept


def readable_minimum(graph: StakeholderGraph) -> float:
    """
    Return the lowest minimum weight that leaves at most three ties for each point that has any.

    Where no weight does, as after one meeting of many, the heaviest ties stay.
    """
    ties: list[tuple[str, str, float]] = sorted(graph.edges(data="weight"), key=lambda tie: -tie[2])
    tied: set[str] = set()
    kept, chosen = 0, 0.0
    for weight, level in groupby(ties, key=lambda tie: tie[2]):
        for one, other, _weight in level:
            kept += 1
            tied.update((one, other))
        if not chosen or kept <= READABLE * len(tied):
            chosen = weight
    return chosen
