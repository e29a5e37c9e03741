"""Circles pushed apart: no pair is missed, and a large one does not let all small ones be tried."""

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.networks.rules import discs, layout
from tests.depth import examples

circles = st.lists(
    st.tuples(
        st.integers(0, 400), st.integers(0, 400), st.sampled_from([1.0, 4.0, 5.0, 30.0, 150.0])
    ),
    min_size=1,
    max_size=40,
)


@given(circles)
@settings(max_examples=examples(60), deadline=None)
def test_every_pair_that_overlaps_is_found_once(drawn: list[tuple[int, int, float]]) -> None:
    spots = np.array([(x, y) for x, y, _radius in drawn], dtype=float)
    radii = np.array([radius for *_spot, radius in drawn])

    found = sorted(sorted(pair) for pair in discs.overlapping(spots, radii).tolist())

    assert found == [
        [one, other]
        for one in range(len(drawn))
        for other in range(one + 1, len(drawn))
        if np.hypot(*(spots[one] - spots[other])) < radii[one] + radii[other] - 1
    ]


def test_one_large_circle_does_not_let_all_small_ones_be_tried() -> None:
    side = 60
    small = [(100.0 * x, 100.0 * y) for x in range(side) for y in range(side)]
    spots = np.array([*small, (3_000.0, 3_000.0)])
    radii = np.array([40.0] * len(small) + [2_000.0])

    tried = sum(len(pairs) for pairs in discs.near(spots, radii))

    assert tried < 10 * len(spots)


def test_circles_of_all_sizes_are_parted() -> None:
    lots = np.random.default_rng(7)
    places = [(float(x), float(y)) for x, y in lots.uniform(0, 3_000, (500, 2))]
    radii = [400.0] + [50.0] * 499

    parted = discs.parted(places, radii, 60)

    before, after = (
        len(discs.overlapping(np.array(spots), np.array(radii))) for spots in (places, parted)
    )
    assert after < before / 10
    assert discs.parted(places, radii, 60) == parted


def test_one_who_met_everybody_apart_has_a_picture() -> None:
    graph: nx.Graph[str] = nx.Graph()
    for number in range(1, 700):
        graph.add_edge("p0", f"s{number}", weight=1.0, first=None)
        graph.add_edge(f"p{number}", f"s{number}", weight=1.0, first=None)

    places = layout.anew(graph).all

    assert places.keys() == set(graph)
    assert len(set(places.values())) > 0.99 * len(graph)
