"""Every measure that networkx has, over random networks: in parts, with people alone, weighted."""

import math
from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.networks.rules.arrays import arrays_of
from crm.networks.rules.figures import NetworkMeasure, PointMeasure
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.helix_mixing import roles
from crm.stakeholders.models import Helix
from tests.depth import examples
from tests.networks.measures.examples import measured

NEAR = 1e-9


@st.composite
def networks(draw: st.DrawFn, most: int = 12) -> StakeholderGraph:
    """Draw a network with weights from 1 to 6, of some helixes, in any number of parts."""
    count = draw(st.integers(0, most))
    pairs = list(combinations(range(count), 2))
    tied = draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else []
    graph: StakeholderGraph = nx.Graph()
    for key in range(count):
        graph.add_node(f"p{key}", helix=draw(st.sampled_from(Helix)))
    for one, other in tied:
        weight = draw(st.integers(1, 6))
        # networkx compares lengths exactly; as fractions, equal paths are equal.
        length = Fraction(1, weight)
        graph.add_edge(f"p{one}", f"p{other}", weight=weight, length=length)
    return graph


def same(found: list[Any], expected: dict[str, float]) -> None:
    for value, wanted in zip(found, expected.values(), strict=True):
        if math.isnan(wanted):
            assert value is None
        else:
            assert value == pytest.approx(float(wanted), abs=NEAR)


PLAIN: dict[PointMeasure, Callable[[Any], Any]] = {
    PointMeasure.DEGREE: lambda graph: dict(graph.degree),
    PointMeasure.STRENGTH: lambda graph: dict(graph.degree(weight="weight")),
    PointMeasure.BETWEENNESS: nx.betweenness_centrality,
    PointMeasure.CLOSENESS: nx.closeness_centrality,
    PointMeasure.CONSTRAINT: nx.constraint,
    PointMeasure.EFFECTIVE_SIZE: nx.effective_size,
    PointMeasure.CORE: nx.core_number,
    PointMeasure.ARTICULATION: lambda graph: {
        key: key in set(nx.articulation_points(graph)) for key in graph
    },
}
# Asked for every point by name: for all at once networkx 3.6 divides by the strongest tie of the
# wrong end, which differs from its own answer for one point and from Burt.
BY_STRENGTH: dict[PointMeasure, Callable[[Any], Any]] = {
    PointMeasure.BETWEENNESS: lambda graph: nx.betweenness_centrality(graph, weight="length"),
    PointMeasure.CLOSENESS: lambda graph: nx.closeness_centrality(graph, distance="length"),
    PointMeasure.CONSTRAINT: lambda graph: nx.constraint(graph, weight="weight"),
    PointMeasure.EFFECTIVE_SIZE: lambda graph: nx.effective_size(
        graph, nodes=list(graph), weight="weight"
    ),
}


@given(graph=networks())
@settings(max_examples=examples(200), deadline=None)
def test_of_points(graph: StakeholderGraph) -> None:
    found = measured(graph).points

    for measure, wanted in PLAIN.items():
        same(found[measure], wanted(graph) if len(graph) else {})


@given(graph=networks())
@settings(max_examples=examples(200), deadline=None)
def test_of_points_by_strength(graph: StakeholderGraph) -> None:
    found = measured(graph, by_strength=True).points

    for measure, wanted in BY_STRENGTH.items():
        same(found[measure], wanted(graph) if len(graph) else {})


@given(graph=networks())
@settings(max_examples=examples(200), deadline=None)
def test_of_the_whole(graph: StakeholderGraph) -> None:
    found = measured(graph).network
    ties = graph.number_of_edges()

    assert found[NetworkMeasure.COMPONENTS] == sum(
        1 for part in nx.connected_components(graph) if len(part) > 1
    )
    # Where nobody has two ties networkx says 0; nothing could be closed, so we say nothing.
    triples = any(degree > 1 for _key, degree in graph.degree)
    same(
        [found[NetworkMeasure.TRANSITIVITY]], {"": nx.transitivity(graph) if triples else math.nan}
    )
    if len(graph) > 1:
        assert found[NetworkMeasure.DENSITY] == pytest.approx(nx.density(graph), abs=NEAR)
    if ties:
        with np.errstate(invalid="ignore"):
            expected = nx.attribute_assortativity_coefficient(graph, "helix")
        same([found[NetworkMeasure.ASSORTATIVITY]], {"": expected})
    if len(graph) > 1 and nx.is_connected(graph):
        mean = nx.average_shortest_path_length(graph)
        assert found[NetworkMeasure.MEAN_PATH] == pytest.approx(mean, abs=NEAR)
        assert found[NetworkMeasure.DIAMETER] == nx.diameter(graph)


@given(graph=networks())
@settings(max_examples=examples(100), deadline=None)
def test_paths_by_strength(graph: StakeholderGraph) -> None:
    found = measured(graph, by_strength=True).network

    if len(graph) > 1 and nx.is_connected(graph):
        mean = nx.average_shortest_path_length(graph, weight="length")
        assert found[NetworkMeasure.MEAN_PATH] == pytest.approx(float(mean), abs=NEAR)
        longest = nx.diameter(graph, weight="length")
        assert found[NetworkMeasure.DIAMETER] == pytest.approx(float(longest), abs=NEAR)


@given(graph=networks())
@settings(max_examples=examples(100), deadline=None)
def test_mixing(graph: StakeholderGraph) -> None:
    wanted = nx.attribute_mixing_dict(graph, "helix")
    found = measured(graph).mixing

    for one, row in zip(Helix, found, strict=True):
        for other, ties in zip(Helix, row, strict=True):
            doubled = ties * 2 if one is other else ties
            assert wanted.get(one, {}).get(other, 0) == doubled


@given(graph=networks(), directed=st.booleans())
@settings(max_examples=examples(200), deadline=None)
def test_roles_are_what_counting_every_three_gives(graph: Any, *, directed: bool) -> None:
    asked = nx.DiGraph(list(graph.edges)) if directed else graph
    asked.add_nodes_from(graph.nodes(data=True))

    found = roles(arrays_of(asked))

    for place, middle in enumerate(asked):
        counts = dict.fromkeys(("coordinator", "itinerant", "gatekeeper", "representative",
                                "liaison"), 0)  # fmt: skip
        for start in asked.predecessors(middle) if directed else asked[middle]:
            for end in asked[middle]:
                if start != end and not asked.has_edge(start, end):
                    counts[role(*(asked.nodes[key]["helix"] for key in (start, middle, end)))] += 1
        if not directed:
            # Each pair was met from both sides.
            counts |= {name: counts[name] // 2 for name in ("coordinator", "itinerant", "liaison")}
        assert {name: getattr(found, name)[place] for name in counts} == counts


def role(start: Helix, middle: Helix, end: Helix) -> str:
    if start is middle is end:
        return "coordinator"
    if start is end:
        return "itinerant"
    if middle is end:
        return "gatekeeper"
    return "representative" if start is middle else "liaison"
