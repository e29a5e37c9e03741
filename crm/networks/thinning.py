"""Leaving out light ties, so that a picture can be read."""

from itertools import groupby
from typing import Any

from crm.core.libraries import nx
from crm.core.ties import is_person
from crm.networks.graph import StakeholderGraph
from crm.networks.selection import Selection

READABLE = 3
DUST = 1e-9


def at_least(graph: StakeholderGraph, minimum: float) -> StakeholderGraph:
    """
    Return a copy of `graph` with the ties of at least this weight, and all its points.

    Its points carry `ties`: how many they have in `graph`.
    """
    kept: StakeholderGraph = nx.Graph(**graph.graph)
    degrees: dict[str, int] = dict(graph.degree)
    kept.add_nodes_from((key, {**node, "ties": degrees[key]}) for key, node in graph.nodes.items())
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if tie["weight"] >= minimum - DUST
    )
    return kept


def as_in(
    graph: StakeholderGraph, selection: Selection, whole: StakeholderGraph, lines: StakeholderGraph
) -> StakeholderGraph:
    """
    Return a copy of `graph` with those of its ties that are in `lines`, and all its points.

    What is not in `whole`, of which these are lines, stays if it is heavy enough.
    """
    kept, heavy = at_least(graph, 0), at_least(graph, selection.minimum or 0)
    kept.remove_edges_from(
        [
            ends
            for ends in graph.edges
            if not lines.has_edge(*ends) and (whole.has_edge(*ends) or not heavy.has_edge(*ends))
        ]
    )
    return kept


def is_too_small(graph: StakeholderGraph, selection: Selection, smallest: int) -> bool:
    """
    Whether so few people of the areas that were asked stand in `graph` that they are recognised.

    :param smallest: as many people may be shown; an area without any shows nobody
    """
    return bool(selection.neighbourhoods) and 0 < sum(map(is_person, graph)) < smallest


def nothing_of(graph: StakeholderGraph) -> StakeholderGraph:
    """Return a network of the same kind without a point."""
    return nx.Graph(**graph.graph)


def readable_minimum(graph: StakeholderGraph) -> float:
    """
    Return the lowest minimum weight that leaves at most three ties for each point of the network.

    Points count that have a tie before any is left out. Where no weight does, as after one meeting
    of many, the heaviest ties stay.
    """
    ties: list[tuple[str, str, float]] = sorted(graph.edges(data="weight"), key=lambda tie: -tie[2])
    allowed = READABLE * sum(1 for _key, degree in graph.degree if degree)
    kept, chosen = 0, 0.0
    for weight, level in groupby(ties, key=lambda tie: tie[2]):
        kept += sum(1 for _tie in level)
        if chosen and kept > allowed:
            break
        chosen = weight
    return chosen


def strongest(graph: StakeholderGraph, per_person: int) -> StakeholderGraph:
    """
    Return a copy of `graph` in which each point keeps the ties that chance explains least.

    A tie stays if it is among the first `per_person` of either end; its points all stay. The ties
    must carry `chance`; of those that are equal in it the heavier comes first.
    """
    kept: StakeholderGraph = nx.Graph(**graph.graph)
    kept.add_nodes_from(graph.nodes(data=True))
    chosen = {
        frozenset((key, other))
        for key in graph
        for other in sorted(graph[key], key=lambda other: _rank(graph[key][other], other))[
            :per_person
        ]
    }
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if frozenset((one, other)) in chosen
    )
    return kept


def _rank(tie: dict[str, Any], other: str) -> tuple[float, float, str]:
    return tie["chance"], -tie["weight"], other


def around(graph: StakeholderGraph, selection: Selection) -> StakeholderGraph:
    """
    Return what lies within the steps of `selection` around its point, with all ties between.

    Without such a point that is `graph` itself, and around one that is not there it is empty.
    """
    centre = selection.around
    if centre is None:
        return graph
    if centre not in graph:
        return nx.Graph(**graph.graph)
    near = nx.single_source_shortest_path_length(graph, centre, cutoff=selection.steps)
    # In the order of the whole, so that the same data give the same picture.
    kept: StakeholderGraph = nx.Graph(**graph.graph)
    kept.add_nodes_from((key, graph.nodes[key]) for key in graph if key in near)
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if one in near and other in near
    )
    return kept
