"""Places for 5,000 points, against networkx' spring layout of the same network; and a step more."""

import math
from itertools import combinations

import networkx as nx
from figures import Figures, median_seconds, seconds
from network_data import meetings

from crm.networks.rules import layout
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.layout import Places

PEOPLE, TIES = 5_000, 35_000
SIZE = f"{PEOPLE:,} people, {TIES:,} ties"
FASTER = 50
MOVED, LONGER = 0.05, 1.15
NEWCOMERS = ["p3", "p704", "p2011", "p4600", "p5001", "p5002"]


def network(met: list[list[str]]) -> StakeholderGraph:
    """Return the network of these meetings, each pair as heavy as it met often."""
    graph: StakeholderGraph = nx.Graph()
    for guests in met:
        for one, other in combinations(guests, 2):
            weight = graph.edges[one, other]["weight"] + 1 if graph.has_edge(one, other) else 1
            graph.add_edge(one, other, weight=weight)
    return graph


def wide(places: Places) -> float:
    """Return the width of the picture."""
    xs = [x for x, _y in places.tied.values()]
    return float(max(xs) - min(xs))


def length(places: Places, graph: StakeholderGraph) -> float:
    """Return the sum of the lengths of all ties, as a share of the width."""
    spots = places.tied
    return sum(math.dist(spots[one], spots[other]) for one, other in graph.edges) / wide(places)


def moved(before: Places, after: Places) -> float:
    """Return how far those who stood moved on average, as a share of the width."""
    far = [math.dist(place, after.tied[key]) for key, place in before.tied.items()]
    return sum(far) / len(far) / wide(before)


def main() -> None:
    """Measure a layout from nothing, and one session more."""
    figures = Figures()
    met = [[f"p{guest}" for guest in guests] for guests in meetings(PEOPLE, TIES)]
    graph, more = network(met), network([*met, NEWCOMERS])
    stood, anew = layout.anew(graph), layout.anew(more)
    ours = median_seconds(lambda: layout.anew(graph))
    theirs = seconds(lambda: nx.spring_layout(graph, seed=1))
    figures.told("networkx' spring layout", theirs, "s", f"{SIZE}, 50 rounds")
    figures.at_most("layout from nothing", ours, theirs / FASTER, "s", f"{SIZE}, median of 5")
    figures.told("times faster", theirs / ours, "", SIZE)
    figures.told("one session more", median_seconds(lambda: layout.grow(stood, more)), "s", SIZE)
    grown = layout.grow(stood, more)
    figures.at_most("moved by one session more", moved(stood, grown), MOVED, "of the width", SIZE)
    longer = length(grown, more) / length(anew, more)
    figures.at_most("ties against a layout from nothing", longer, LONGER, "times", SIZE)
    figures.leave()


if __name__ == "__main__":
    main()
