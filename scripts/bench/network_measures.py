"""
All measures of a network of 5,000 people against bare igraph and networkx.

`--people N` takes another size; `--full` lets networkx look at every source for betweenness, which
takes minutes: otherwise it looks at 250, and its time is multiplied.
"""

import argparse
from itertools import combinations

import figures  # first: it puts the repository on the path
import igraph
import networkx as nx
import numpy as np
from network_data import meetings

from crm.networks.rules.arrays import Arrays, arrays_of
from crm.networks.rules.figures import AT_ONCE
from crm.networks.rules.figures import figures as all_figures
from crm.networks.rules.igraphs import Measured
from crm.stakeholders.models import Helix

TIES_EACH = 7
SOURCES = 250
RUNS = 5
HELIXES = list(Helix)
FASTER, OVER = 20, 1.3


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=5_000)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--full", action="store_true")
    asked = parser.parse_args()
    told = figures.Figures()
    found = meetings(asked.people, asked.people * TIES_EACH)
    graph = _graph(asked.people, found)
    network = arrays_of(graph)
    counts = [_counts(guests) for guests in found]
    _against_igraph(told, network, counts, asked.runs)
    _against_networkx(told, graph, network, asked.people if asked.full else SOURCES)
    told.leave()


def _graph(people: int, found: list[list[int]]) -> "nx.Graph[str]":
    graph: nx.Graph[str] = nx.Graph()
    for number in range(people):
        graph.add_node(f"p{number}", helix=HELIXES[number % len(HELIXES)])
    for guests in found:
        for one, other in combinations(guests, 2):
            ends = f"p{one}", f"p{other}"
            weight = graph.get_edge_data(*ends, {"weight": 0})["weight"] + 1
            graph.add_edge(*ends, weight=weight)
    return graph


def _counts(guests: list[int]) -> list[int]:
    return [sum(guest % len(HELIXES) == place for guest in guests) for place in range(len(HELIXES))]


def _against_igraph(
    told: figures.Figures, network: Arrays, counts: list[list[int]], runs: int
) -> None:
    ends, helix = network.ends.tolist(), network.helix.tolist()
    bare, ours = figures.medians_in_turn(
        [
            lambda: _bare(network.count, ends, helix),
            lambda: all_figures(network, counts),
        ],
        times=runs,
        warm=0,
    )
    strong = figures.seconds(lambda: all_figures(network, counts, by_strength=True))
    size = f"{network.count} points, {network.ties} ties, medians of {runs}"
    told.told("bare calls of igraph", bare, "s", size)
    told.told("all measures", ours, "s", f"{size}, with a permutation test of 1,000 draws")
    told.at_most("all measures against bare igraph", ours / bare, OVER, "times", size)
    told.told("all measures by strength", strong, "s", "one run")


def _bare(count: int, ends: list[list[int]], helix: list[int]) -> None:
    """Call what igraph has of our measures, one after the other."""
    held = igraph.Graph(n=count, edges=ends)
    held.degree()
    held.density()
    held.betweenness(directed=False)
    held.closeness(normalized=False)
    held.constraint()
    held.coreness()
    held.articulation_points()
    held.connected_components()
    held.transitivity_undirected()
    held.transitivity_local_undirected()
    held.average_path_length(directed=False)
    held.diameter(directed=False)
    held.assortativity_degree(directed=False)
    held.assortativity_nominal(helix, directed=False)
    held.community_leiden(objective_function="modularity", n_iterations=-1)


def _against_networkx(
    told: figures.Figures, graph: "nx.Graph[str]", network: Arrays, sources: int
) -> None:
    held = Measured(network.count, network.ends.tolist())
    ours: list[float] = []

    def between() -> None:
        total = np.zeros(network.count)
        for start in range(0, network.count, AT_ONCE):
            total += held.betweenness(range(start, min(start + AT_ONCE, network.count)))
        ours[:] = total.tolist()

    quick = figures.median_seconds(between, times=3, warm=0)
    chosen = min(sources, network.count)
    slow = figures.seconds(
        lambda: nx.betweenness_centrality(graph, k=None if chosen == network.count else chosen)
    )
    whole = slow * network.count / chosen
    how = "every source" if chosen == network.count else f"{chosen} sources, time multiplied"
    told.told("betweenness by networkx", whole, "s", how)
    told.told("betweenness here", quick, "s", "every source, median of 3")
    told.at_least("betweenness against networkx", whole / quick, FASTER, "times faster", how)


if __name__ == "__main__":
    main()
