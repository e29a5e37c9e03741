"""Every measure against published and hand-made values."""

import networkx as nx
import numpy as np
import pytest

from crm.networks.rules import helix_mixing
from crm.networks.rules.arrays import arrays_of
from crm.networks.rules.figures import NetworkMeasure, PointMeasure
from crm.networks.rules.helix_mixing import Roles, roles
from crm.stakeholders.models import Helix
from tests.networks.measures.examples import (
    B,
    E,
    G,
    R,
    column,
    everybody,
    karate,
    measured,
    network,
    of,
    path,
    star,
    with_helixes,
)  # fmt: skip

KARATE = {
    NetworkMeasure.TIES: 78,
    NetworkMeasure.EI_INDEX: -0.717949,
    NetworkMeasure.ASSORTATIVITY: 0.717531,
    NetworkMeasure.SEGREGATION: 0.726244,
    NetworkMeasure.DIAMETER: 5,
    NetworkMeasure.MEAN_PATH: 2.408200,
    NetworkMeasure.TRANSITIVITY: 0.255682,
    NetworkMeasure.DEGREE_ASSORTATIVITY: -0.475613,
    NetworkMeasure.CORE: 4,
    NetworkMeasure.CORE_SIZE: 10,
    NetworkMeasure.MODULARITY: 0.419790,
    NetworkMeasure.COMMUNITIES: 4,
}


@pytest.mark.parametrize(("measure", "value"), KARATE.items())
def test_the_karate_club(measure: NetworkMeasure, value: float) -> None:
    assert measured(karate()).network[measure] == pytest.approx(value, abs=5e-7)


def test_the_karate_club_by_its_two_heads() -> None:
    found = measured(karate())
    first, last = of(found, "p0"), of(found, "p33")

    assert found.mixing[0][:2] + found.mixing[1][:2] == [35, 11, 11, 32]
    assert first[PointMeasure.BETWEENNESS] == pytest.approx(0.437635, abs=5e-7)
    assert last[PointMeasure.BETWEENNESS] == pytest.approx(0.304075, abs=5e-7)
    assert first[PointMeasure.CONSTRAINT] == pytest.approx(0.155423, abs=5e-7)
    assert last[PointMeasure.CONSTRAINT] == pytest.approx(0.156419, abs=5e-7)


def test_the_florentine_families() -> None:
    found = column(nx.florentine_families_graph(), PointMeasure.BETWEENNESS)

    assert found["Medici"] == pytest.approx(0.521978, abs=5e-7)
    assert found["Guadagni"] == pytest.approx(0.254579, abs=5e-7)
    assert found["Albizzi"] == pytest.approx(0.212454, abs=5e-7)


def test_a_path_of_two_pairs() -> None:
    found = measured(path(G, G, R, R))

    assert found.network[NetworkMeasure.EI_INDEX] == pytest.approx(-1 / 3)
    assert found.network[NetworkMeasure.ASSORTATIVITY] == pytest.approx(1 / 3)
    assert found.network[NetworkMeasure.SEGREGATION] == pytest.approx(0.5)
    assert [row[:2] for row in found.mixing[:2]] == [[1, 1], [1, 1]]


def test_only_cross_ties_and_only_ties_within() -> None:
    assert measured(path(G, R)).network[NetworkMeasure.EI_INDEX] == 1
    assert measured(path(G, G)).network[NetworkMeasure.EI_INDEX] == -1


def test_in_a_complete_network_nobody_is_set_apart() -> None:
    found = measured(everybody(G, G, R, B, E)).network

    assert found[NetworkMeasure.SEGREGATION] == pytest.approx(0)
    assert found[NetworkMeasure.EI_INDEX] == pytest.approx(found[NetworkMeasure.EI_BY_CHANCE])


@pytest.mark.parametrize(("each", "value"), [(2, 5 / 7), (2_500, 0.5)])
def test_four_equal_helixes_by_chance(each: int, value: float) -> None:
    graph = with_helixes(nx.empty_graph(4 * each), G, R, B, E)

    assert helix_mixing.ei_by_chance(arrays_of(graph)) == pytest.approx(value, abs=2e-4)


def test_participation_over_helixes() -> None:
    even = network(dict(zip("oabcd", (G, G, R, B, E), strict=True)), "oa", "ob", "oc", "od")
    three_and_one = network(
        dict(zip("oabcd", (G, R, R, R, B), strict=True)), "oa", "ob", "oc", "od"
    )

    assert column(even, PointMeasure.PARTICIPATION)["o"] == pytest.approx(0.75)
    assert column(three_and_one, PointMeasure.PARTICIPATION)["o"] == pytest.approx(0.375)


def test_constraint_of_a_star_and_a_triangle() -> None:
    of_star = column(star(4), PointMeasure.CONSTRAINT)
    of_triangle = column(everybody(G, G, G), PointMeasure.CONSTRAINT)

    assert [*of_star.values()] == pytest.approx([0.25, 1, 1, 1, 1])
    assert [*of_triangle.values()] == pytest.approx([1.125] * 3)


def test_effective_size_and_efficiency_of_borgattis_example() -> None:
    ties = ["AB", "AF", "AG", "AE", "EG", "FG", "BG", "BD", "DG", "GC"]
    graph = network(dict.fromkeys("ABCDEFG", G), *ties)

    assert column(graph, PointMeasure.EFFECTIVE_SIZE)["G"] == pytest.approx(14 / 3)
    assert column(graph, PointMeasure.EFFICIENCY)["G"] == pytest.approx(7 / 9)


def test_homophily_of_two_groups() -> None:
    choices = np.array([[45.0, 15.0], [20.0, 20.0]])

    found = helix_mixing.coleman(np.diag(choices), choices.sum(axis=1), np.array([60, 40]))

    assert found == [pytest.approx(0.38125), pytest.approx(0.175)]


def test_the_mix_of_one_session() -> None:
    assert helix_mixing.blau((2, 1, 1, 0)) == pytest.approx(0.625)
    assert helix_mixing.evenness((2, 1, 1, 0)) == pytest.approx(0.8333, abs=5e-5)
    assert helix_mixing.blau(()) is None


INDEPENDENT = [(a, b, c, d) for a in (0, 1) for b in (0, 1) for c in (0, 1) for d in (0, 1)]


@pytest.mark.parametrize(
    ("states", "value"),
    [
        (INDEPENDENT, 0),
        ([(0, 0, 0, 0), (1, 1, 1, 1)], 1),
        ([(a, b, a ^ b) for a in (0, 1) for b in (0, 1)], -1),
    ],
)
def test_synergy(states: list[tuple[int, ...]], value: float) -> None:
    assert helix_mixing.synergy(states) == pytest.approx(value, abs=1e-12)


def directed(*more: tuple[str, str]) -> "nx.DiGraph[str]":
    """Return the broker of Gould and Fernandez between two who lead to it and three it leads to."""
    helixes = {"b": G, "a1": G, "a2": R, "c1": G, "c2": R, "c3": B}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from((key, {"helix": helix}) for key, helix in helixes.items())
    graph.add_edges_from([("a1", "b"), ("a2", "b"), ("b", "c1"), ("b", "c2"), ("b", "c3"), *more])
    return graph


def of_broker(found: Roles) -> dict[str, int]:
    names = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
    return {name: int(getattr(found, name)[0]) for name in names}


def test_the_roles_of_a_broker() -> None:
    expected = {
        "coordinator": 1, "itinerant": 1, "gatekeeper": 1, "representative": 2, "liaison": 1
    }  # fmt: skip

    assert of_broker(roles(arrays_of(directed()))) == expected
    assert of_broker(roles(arrays_of(directed(("a2", "c3"))))) == expected | {"liaison": 0}


def test_the_roles_of_a_star_without_directions() -> None:
    graph = network({"b": G, "x": G, "a": R, "c": R}, "bx", "ba", "bc")

    assert column(graph, PointMeasure.BOUNDARY)["b"] == 2
    assert column(graph, PointMeasure.ITINERANT)["b"] == 1
    assert column(graph, PointMeasure.COORDINATOR)["b"] == 0
    assert column(graph, PointMeasure.LIAISON)["b"] == 0


def test_chance_is_drawn_the_same_each_time_and_tells_two_clubs_apart() -> None:
    found, again = (helix_mixing.ei_chance(arrays_of(karate())) for _ in range(2))

    assert found == again
    assert found is not None
    assert found.draws >= 1000
    assert found.z is not None
    assert found.z < -5
    assert found.p < 0.01


def test_z_is_what_dealing_out_the_helixes_by_hand_gives() -> None:
    graph = with_helixes(nx.empty_graph(40), G, R)
    graph.add_edges_from((key, key + 1) for key in range(0, 40, 2))
    graph.add_edges_from((key, (key + 2) % 40) for key in range(0, 40, 2))

    drawn = helix_mixing.ei_chance(arrays_of(graph), draws=20_000)

    helixes, ties = [key % 2 for key in range(40)], [*graph.edges]
    lots = np.random.default_rng(1)
    counts = []
    for _ in range(20_000):
        dealt = lots.permutation(helixes)
        counts.append(sum(dealt[one] != dealt[other] for one, other in ties))
    observed = sum(helixes[one] != helixes[other] for one, other in ties)
    assert drawn is not None
    assert drawn.z == pytest.approx((observed - np.mean(counts)) / np.std(counts), abs=0.05)


@pytest.mark.parametrize(("points", "ties"), [(19, 100), (40, 29)])
def test_few_people_or_few_ties_get_no_test(points: int, ties: int) -> None:
    graph = with_helixes(nx.gnm_random_graph(points, ties, seed=1), G, R)

    assert helix_mixing.ei_chance(arrays_of(graph)) is None
    assert measured(graph).network[NetworkMeasure.EI_Z] is None


def test_helixes_that_do_not_occur_have_no_homophily() -> None:
    found = dict(zip(Helix, measured(path(G, R)).homophily, strict=True))

    assert found[B] is None
    assert found[E] is None
