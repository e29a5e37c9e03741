"""The few figures that stand beside every picture: counted at once, whatever the size."""

import math
from collections import Counter
from dataclasses import dataclass

from crm.core.libraries import nx
from crm.networks.graph import StakeholderGraph
from crm.networks.measures.helix_mixing import by_chance


@dataclass(frozen=True, slots=True)
class Measures:
    """
    What can be said of a whole network in figures.

    :param nodes: points with at least one tie
    :param isolates: points without
    :param external: ties between two helixes
    :param internal: ties within one
    :param ei_index: from -1 (all within) to +1 (all across); none where there is no tie
    :param ei_by_chance: what the index would be if ties did not care about helixes
    :param components: groups of points that hang together, points without ties not counted
    """

    nodes: int
    isolates: int
    ties: int
    weight: float
    external: int
    internal: int
    ei_index: float | None
    ei_by_chance: float | None
    components: int


def measure(graph: StakeholderGraph) -> Measures:
    """Return the measures of `graph`."""
    isolates = nx.number_of_isolates(graph)
    ties = graph.number_of_edges()
    helix = {key: node["helix"] for key, node in graph.nodes(data=True)}
    external = sum(helix[one] is not helix[other] for one, other in graph.edges)
    # Who came to a meeting says nothing of two helixes.
    is_bipartite = None in helix.values()
    weight = round(math.fsum(tie["weight"] for _one, _other, tie in graph.edges(data=True)), 6)
    return Measures(
        nodes=graph.number_of_nodes() - isolates,
        isolates=isolates,
        ties=ties,
        weight=int(weight) if weight.is_integer() else weight,
        external=external,
        internal=ties - external,
        ei_index=None if is_bipartite else ei_index(external, ties - external),
        ei_by_chance=None
        if is_bipartite
        else _rounded(by_chance([*Counter(helix.values()).values()])),
        components=nx.number_connected_components(graph) - isolates,
    )


def ei_index(external: int, internal: int) -> float | None:
    """
    Return (external - internal) / (external + internal), to six digits; none without ties.

    Krackhardt & Stern 1988, Social Psychology Quarterly 51:123-140.
    """
    ties = external + internal
    return _rounded((external - internal) / ties if ties else None)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
