"""Places: the same for the same data, communities together, nobody on top of another."""

import math
import random
from itertools import combinations

import networkx as nx
import pytest

from crm.networks.rules import layout
from crm.networks.rules.graph import StakeholderGraph


def weighted(edges: list[tuple[str, str]], alone: tuple[str, ...] = ()) -> StakeholderGraph:
    graph: StakeholderGraph = nx.Graph()
    graph.add_nodes_from(alone)
    graph.add_weighted_edges_from((one, other, 1) for one, other in edges)
    return graph


def caves(number: int, size: int) -> list[tuple[str, str]]:
    """Return groups in which everybody knows everybody, and one tie to the next group."""
    within = [
        (f"p{cave * size + one}", f"p{cave * size + other}")
        for cave in range(number)
        for one, other in combinations(range(size), 2)
    ]
    return within + [(f"p{cave * size}", f"p{(cave + 1) * size}") for cave in range(number - 1)]


def shuffled(edges: list[tuple[str, str]]) -> list[tuple[str, str]]:
    turned = [(other, one) for one, other in edges]
    random.Random(1).shuffle(turned)
    return turned


def test_the_same_data_give_the_same_picture_whatever_the_order() -> None:
    edges = caves(6, 7)

    here = layout.anew(weighted(edges, ("p900", "p901"))).all
    there = layout.anew(weighted(shuffled(edges), ("p901", "p900"))).all

    assert here == there


def test_a_community_stands_together() -> None:
    places = layout.anew(weighted(caves(4, 8))).all

    within = [math.dist(places[f"p{one}"], places[f"p{one + 1}"]) for one in range(1, 6)]
    across = [math.dist(places[f"p{one}"], places[f"p{one + 16}"]) for one in range(8)]

    assert max(within) < min(across)


def test_nobody_stands_on_another() -> None:
    places = layout.anew(weighted([*caves(5, 12), ("q1", "q2")], ("z1", "z2", "z3"))).all

    nearest = min(math.dist(one, other) for one, other in combinations(places.values(), 2))

    assert nearest > 20


def test_points_without_ties_stand_below() -> None:
    places = layout.anew(weighted(caves(2, 5), ("z1", "z2"))).all

    shelf = {places[key][1] for key in ("z1", "z2")}

    assert len(shelf) == 1
    assert min(shelf) > max(y for key, (_x, y) in places.items() if not key.startswith("z"))


def star(size: int) -> list[tuple[str, str]]:
    return [("p0", f"p{one}") for one in range(1, size)]


def couples(number: int) -> list[tuple[str, str]]:
    return [(f"p{2 * one}", f"p{2 * one + 1}") for one in range(number)]


def everybody(size: int) -> list[tuple[str, str]]:
    return [(f"p{one}", f"p{other}") for one, other in combinations(range(size), 2)]


@pytest.mark.parametrize(
    ("edges", "alone"),
    [
        ([], ()),
        ([], ("p1",)),
        ([], tuple(f"p{one}" for one in range(500))),
        ([("p1", "p2")], ()),
        (everybody(40), ()),
        (star(5_000), ()),
        (couples(500), ()),
    ],
    ids=["nobody", "one", "no ties", "a pair", "everybody to everybody", "star", "pairs"],
)
def test_any_network_has_places(edges: list[tuple[str, str]], alone: tuple[str, ...]) -> None:
    graph = weighted(edges, alone)

    places = layout.anew(graph).all
    again = layout.grow(layout.anew(graph), graph).all

    assert set(places) == set(again) == set(graph)
    assert len(set(places.values())) == len(places)


@pytest.mark.parametrize(
    "edges",
    [caves(2, 15), caves(7, 6), everybody(40), couples(60), star(200)],
    ids=["two groups", "seven groups", "everybody to everybody", "pairs", "star"],
)
def test_the_picture_fills_a_frame_of_four_by_three(edges: list[tuple[str, str]]) -> None:
    places = layout.anew(weighted(edges)).all

    xs, ys = zip(*places.values(), strict=True)

    assert 1.1 < (max(xs) - min(xs)) / (max(ys) - min(ys)) < 1.6
