"""Which ties say more than chance: published values, and what a point keeps."""

from fractions import Fraction
from itertools import combinations, pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.core.ties import Gathering, TieShare
from crm.networks.rules import counting, graph
from crm.networks.rules.counting import Material
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.selection import NetworkView, Selection
from crm.stakeholders.models import Helix


def row(*values: float) -> counting.Row:
    return np.array(values)


def built(*rooms: str, selection: Selection, parts: tuple[Gathering, ...] = ()) -> StakeholderGraph:
    sessions = [
        Gathering("attendance", number, tuple(room.split())) for number, room in enumerate(rooms)
    ]
    keys = {key for one in sessions for key in one.all_along}
    keys |= {part.stakeholder for one in parts for part in one.parts}
    helixes = dict.fromkeys(sorted(keys), Helix.BUSINESS)
    material = Material(helixes, (*sessions, *parts), meetings={"attendance": "s"})
    return graph.build(material, selection)


def test_seven_of_fourteen_events_shared_by_two_people_of_eight_each() -> None:
    chance = graph.by_meeting(row(7), row(8), row(8), 14)

    assert chance[0] == pytest.approx(float(Fraction(49, 3003)), abs=1e-15)


@given(some.integers(1, 40), some.data())
def test_the_tail_is_the_share_of_all_ways_to_attend(held: int, data: some.DataObject) -> None:
    mine, yours = (data.draw(some.integers(1, held)) for _ in range(2))
    shared = data.draw(some.integers(max(0, mine + yours - held), min(mine, yours)))
    ways = sum(
        comb(mine, both) * comb(held - mine, yours - both)
        for both in range(shared, min(mine, yours) + 1)
    )

    chance = graph.by_meeting(row(shared), row(mine), row(yours), held)

    assert chance[0] == pytest.approx(float(Fraction(ways, comb(held, yours))), abs=1e-12)


def test_a_hub_with_weights_eight_one_and_one() -> None:
    hub, leaves = np.zeros(3, dtype=int), np.array([1, 2, 3])

    chances = graph.by_disparity(hub, leaves, row(8, 1, 1), 4)

    assert chances.tolist() == pytest.approx([0.04, 0.81, 0.81])


def test_an_end_with_one_tie_tells_nothing() -> None:
    chances = graph.by_disparity(np.array([0]), np.array([1]), row(5), 2)

    assert chances.tolist() == [1]


@pytest.mark.parametrize(
    ("chances", "tests", "largest"),
    [
        ((0.01, 0.02, 0.03, 0.04, 0.05), 5, 0.05),
        ((0.01, 0.02, 0.03, 0.04, 0.06), 5, 0.04),
        ((0.04, 0.04, 0.04), 3, 0.04),
        ((0.02, 0.5), 3, -1),
        ((0.001, 0.5), 50, 0.001),
        ((), 0, -1),
    ],
)
def test_of_many_tests_only_some_may_be_believed(
    chances: tuple[float, ...], tests: int, largest: float
) -> None:
    assert graph.believable(row(*chances), tests) == largest


def test_the_graph_is_tested_by_meetings_where_meetings_make_every_tie() -> None:
    shared = ["p1 p2 p3"] * 7
    alone = ["p1", "p2", *["p3"] * 5]

    found = built(*shared, *alone, selection=Selection(per_person=1))

    assert found["p1"]["p2"]["chance"] == pytest.approx(49 / 3003)
    assert found["p1"]["p3"]["chance"] == pytest.approx(
        graph.by_meeting(row(7), row(8), row(12), 14)[0]
    )
    assert found.graph["believable"] == pytest.approx(49 / 3003)


def test_the_graph_is_tested_by_weight_where_something_else_makes_ties_too() -> None:
    role = Gathering("affiliation", 1, parts=(TieShare("p1"), TieShare("o1")))
    rooms = ["p1 p2"] * 8 + ["p1 p3"]

    found = built(*rooms, selection=Selection(per_person=1), parts=(role,))

    assert found["p1"]["p2"]["chance"] == pytest.approx(0.04)
    assert found["o1"]["p1"]["chance"] == pytest.approx(0.81)
    assert found.graph["believable"] is None


def test_each_keeps_its_own_and_those_that_others_keep() -> None:
    rooms = ["p1 p2"] * 5 + ["p1 p3"] * 3 + ["p1 p4"] + ["p3 p4"] * 2
    whole = built(*rooms, selection=Selection(view=NetworkView.PEOPLE, per_person=1))

    kept = graph.strongest(whole, 1)

    assert set(kept) == set(whole)
    assert {frozenset(ends) for ends in kept.edges} >= {
        frozenset(("p1", "p2")),
        frozenset(("p3", "p4")),
    }
    assert not kept.has_edge("p1", "p4")


ROOMS = some.lists(some.sets(some.integers(1, 9), min_size=1, max_size=6), min_size=1, max_size=12)


@given(ROOMS, some.integers(1, 4))
def test_nobody_who_had_a_tie_is_left_without_one(rooms: list[set[int]], count: int) -> None:
    named = [" ".join(f"p{one}" for one in sorted(room)) for room in rooms]
    whole = built(*named, selection=Selection(per_person=count))

    kept = graph.strongest(whole, count)

    for key in whole:
        assert min(whole.degree[key], count) <= kept.degree[key] <= whole.degree[key]
    assert kept.number_of_edges() <= count * len(whole)
    assert all(kept.edges[ends] == whole.edges[ends] for ends in kept.edges)
    assert all(0 <= tie["chance"] <= 1 for _one, _other, tie in whole.edges(data=True))


@given(ROOMS)
def test_more_ties_each_never_take_one_away(rooms: list[set[int]]) -> None:
    named = [" ".join(f"p{one}" for one in sorted(room)) for room in rooms]
    whole = built(*named, selection=Selection(per_person=1))

    kept = [set(graph.strongest(whole, count).edges) for count in (1, 2, 3, 9)]

    assert all(fewer <= more for fewer, more in pairwise(kept))
    assert kept[-1] == set(whole.edges)
    assert len(whole.edges) == len(
        {ends for room in rooms for ends in combinations(sorted(room), 2)}
    )
