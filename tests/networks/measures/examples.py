"""Networks with published or hand-made values."""

from functools import cache
from itertools import combinations, pairwise
from typing import Any

import networkx as nx

from crm.networks.rules.arrays import arrays_of
from crm.networks.rules.figures import Figures, PointMeasure, figures
from crm.networks.rules.graph import StakeholderGraph
from crm.stakeholders.models import Helix

G, R, B, E = tuple(Helix)


def network(helixes: dict[str, Helix], *ties: str) -> StakeholderGraph:
    """Return a network of points of one letter, tied by pairs of them."""
    graph: StakeholderGraph = nx.Graph()
    graph.add_nodes_from((key, {"helix": helix}) for key, helix in helixes.items())
    graph.add_weighted_edges_from((*tie, 1) for tie in ties)
    return graph


def with_helixes(graph: Any, *helixes: Helix) -> Any:
    """Give the points of a network of networkx their helixes in turn."""
    for place, key in enumerate(graph):
        graph.nodes[key]["helix"] = helixes[place % len(helixes)]
    return graph


def path(*helixes: Helix) -> StakeholderGraph:
    letters = dict(zip("abcdefghij", helixes, strict=False))
    return network(letters, *(one + other for one, other in pairwise(letters)))


def everybody(*helixes: Helix) -> StakeholderGraph:
    letters = dict(zip("abcdefghij", helixes, strict=False))
    return network(letters, *(one + other for one, other in combinations(letters, 2)))


@cache
def star(leaves: int) -> Any:
    return with_helixes(nx.relabel_nodes(nx.star_graph(leaves), "p{}".format), G)


def karate() -> Any:
    """Return the karate club with its final clubs as helixes (Zachary 1977)."""
    graph = nx.relabel_nodes(nx.karate_club_graph(), "p{}".format)
    clubs = {"Mr. Hi": G, "Officer": R}
    for key in graph:
        graph.nodes[key]["helix"] = clubs[graph.nodes[key]["club"]]
    return graph


def measured(graph: StakeholderGraph, *, by_strength: bool = False) -> Figures:
    return _measured(graph, by_strength)


@cache  # by both, said or not; graphs are not changed once they are measured
def _measured(graph: StakeholderGraph, by_strength: bool) -> Figures:  # noqa: FBT001 - of a cache
    return figures(arrays_of(graph), by_strength=by_strength)


def column(graph: StakeholderGraph, measure: PointMeasure) -> dict[str, float | None]:
    found = measured(graph)
    return dict(zip(found.keys, found.points[measure], strict=True))


def of(found: Figures, key: str) -> dict[PointMeasure, float | int | None]:
    """Return the figures of one point."""
    place = found.keys.index(key)
    return {measure: values[place] for measure, values in found.points.items()}
