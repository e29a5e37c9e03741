"""Measures and first view, against published and hand-made values."""

from itertools import pairwise

import networkx as nx
import pytest

from crm.networks.rules.graph import StakeholderGraph, at_least, readable_minimum
from crm.networks.rules.helix_mixing import measure
from crm.stakeholders.models import Helix

GOVERNMENT, RESEARCH = Helix.GOVERNMENT, Helix.RESEARCH


def path(*helixes: Helix) -> StakeholderGraph:
    graph: StakeholderGraph = nx.Graph()
    keys = [f"p{number}" for number, _ in enumerate(helixes)]
    graph.add_nodes_from((key, {"helix": helix}) for key, helix in zip(keys, helixes, strict=True))
    graph.add_weighted_edges_from((one, other, 1) for one, other in pairwise(keys))
    return graph


def heavy(*weights: tuple[str, str, float]) -> StakeholderGraph:
    graph: StakeholderGraph = nx.Graph()
    graph.add_weighted_edges_from(weights)
    return graph


def test_a_path_of_two_pairs_has_an_index_of_minus_one_third() -> None:
    measures = measure(path(GOVERNMENT, GOVERNMENT, RESEARCH, RESEARCH))

    assert (measures.external, measures.internal) == (1, 2)
    assert measures.ei_index == pytest.approx(-1 / 3, abs=1e-6)


def test_the_karate_club_by_final_club() -> None:
    graph = nx.karate_club_graph()
    clubs = {"Mr. Hi": GOVERNMENT, "Officer": RESEARCH}
    for node in graph:
        graph.nodes[node]["helix"] = clubs[graph.nodes[node]["club"]]

    measures = measure(graph)

    assert (measures.ties, measures.external, measures.ei_index) == (78, 11, -0.717949)


def test_only_cross_ties_and_only_ties_within() -> None:
    assert measure(path(GOVERNMENT, RESEARCH)).ei_index == 1
    assert measure(path(GOVERNMENT, GOVERNMENT)).ei_index == -1


def test_undefined_is_nothing_and_not_zero() -> None:
    assert measure(path(GOVERNMENT)).ei_index is None


def test_those_without_ties_are_counted_apart() -> None:
    graph = path(GOVERNMENT, RESEARCH)
    graph.add_node("p9", helix=GOVERNMENT)

    measures = measure(graph)

    assert (measures.nodes, measures.isolates, measures.components) == (2, 1, 1)


def test_a_readable_network_is_shown_whole() -> None:
    assert readable_minimum(path(GOVERNMENT, RESEARCH)) == 1


def test_the_lowest_weight_that_leaves_three_ties_each() -> None:
    everybody = [(f"p{one}", f"p{other}", 1.0) for one in range(9) for other in range(one + 1, 9)]
    graph = heavy(*everybody, ("p0", "p1", 2.0), ("p1", "p2", 3.0))

    minimum = readable_minimum(graph)

    assert minimum == 2
    assert set(at_least(graph, minimum).edges) == {("p0", "p1"), ("p1", "p2")}


def test_when_no_weight_helps_the_heaviest_ties_stay() -> None:
    graph = heavy(
        *((f"p{one}", f"p{other}", 1.0) for one in range(9) for other in range(one + 1, 9))
    )

    assert readable_minimum(graph) == 1


def test_thinning_keeps_everybody_and_changes_nothing() -> None:
    graph = heavy(("p0", "p1", 1.0), ("p1", "p2", 2.0))

    kept = at_least(graph, 2)

    assert set(kept) == {"p0", "p1", "p2"}
    assert graph.number_of_edges() == 2


def test_without_ties_there_is_no_minimum() -> None:
    assert readable_minimum(nx.Graph()) == 0
