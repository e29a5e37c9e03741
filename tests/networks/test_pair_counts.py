"""Ties added up as rows of numbers, against networkx' own projection and plain counting."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as some

from crm.core.ties import Gathering, TieShare
from crm.networks.rules import graph
from crm.networks.rules.counting import Counting, Material, makers
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.stakeholders.models import Helix

FIRST = date(2021, 1, 1)
LAST = date(2021, 12, 31)
PEOPLE = [f"p{number}" for number in range(1, 12)]
ROOMS = some.lists(
    some.tuples(some.lists(some.sampled_from(PEOPLE), max_size=8), some.integers(0, 364)),
    max_size=15,
)
Rooms = list[tuple[list[str], int]]
NEWMAN = Selection(weight=TieWeight.NEWMAN)


def material(rooms: Rooms, **more: object) -> Material:
    sessions = tuple(
        Gathering(
            "attendance",
            number,
            tuple(room),
            since=FIRST + timedelta(days=day),
            until=FIRST + timedelta(days=day),
        )
        for number, (room, day) in enumerate(rooms, 1)
    )
    helixes = dict.fromkeys([*PEOPLE, "o1", "o2"], Helix.RESEARCH)
    values = {"meetings": {"attendance": "s"}, "last_day": LAST, **more}
    return Material(helixes, sessions, **values)  # type: ignore[arg-type]  # as it is


def raw(rooms: Rooms, selection: Selection) -> dict[tuple[str, str], float]:
    counting = Counting(material(rooms), selection)
    ties = counting.ties()
    keys = counting.keys
    return {
        (keys[one], keys[other]): weight
        for one, other, weight in zip(ties.one, ties.other, ties.weight, strict=True)
    }


@given(ROOMS)
def test_newman_weights_are_those_of_networkx(rooms: Rooms) -> None:
    both: nx.Graph[str | int] = nx.Graph()
    both.add_nodes_from(PEOPLE)
    for number, (room, _day) in enumerate(rooms):
        if len(set(room)) > 1:
            both.add_edges_from((key, number) for key in room)
    wanted = nx.bipartite.collaboration_weighted_projected_graph(both, PEOPLE)

    found = raw(rooms, NEWMAN)

    assert set(found) == {(min(ends), max(ends)) for ends in wanted.edges}
    for (one, other), weight in found.items():
        assert weight == pytest.approx(wanted[one][other]["weight"], abs=1e-12)


@given(ROOMS)
def test_strength_after_newman_is_the_number_of_meetings_with_company(rooms: Rooms) -> None:
    found = graph.build(material(rooms), NEWMAN)

    for key in PEOPLE:
        company = sum(key in room and len(set(room)) > 1 for room, _day in rooms)
        assert found.degree(key, weight="weight") == pytest.approx(company, abs=1e-6)


@given(ROOMS, some.dates(FIRST, LAST), some.dates(FIRST, LAST))
def test_a_window_holds_what_plain_counting_finds(rooms: Rooms, one: date, other: date) -> None:
    since, until = sorted((one, other))
    days: defaultdict[tuple[str, str], list[date]] = defaultdict(list)
    for room, number in rooms:
        day = FIRST + timedelta(days=number)
        if since <= day <= until:
            for ends in combinations(sorted(set(room)), 2):
                days[ends].append(day)

    found = graph.build(material(rooms), Selection(since=since, until=until))

    told = {
        (one, other): (tie["weight"], tie["first"], tie["last"]) for one, other, tie in edges(found)
    }
    assert told == {ends: (len(held), min(held), max(held)) for ends, held in days.items()}


def edges(found: graph.StakeholderGraph) -> list[tuple[str, str, dict[str, object]]]:
    return list(found.edges(data=True))


@given(ROOMS, some.integers(1, 400))
def test_a_half_life_never_adds_weight_and_a_long_one_takes_little(rooms: Rooms, days: int) -> None:
    counted, halved, kept = (
        raw(rooms, Selection(half_life=half_life)) for half_life in (None, days, 36_500)
    )

    assert set(counted) == set(halved) == set(kept)
    for ends, weight in counted.items():
        assert 0 < halved[ends] <= kept[ends] <= weight
        assert kept[ends] >= weight * 2 ** (-365 / 36_500)


@given(ROOMS)
def test_folding_adds_up_the_ties_between_people_and_nothing_else(rooms: Rooms) -> None:
    homes = {key: "o1" if number % 3 else "o2" for number, key in enumerate(PEOPLE[:-2])}
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (one, other), weight in raw(rooms, Selection()).items():
        ends = sorted((homes.get(one, one), homes.get(other, other)))
        if ends[0] != ends[1]:
            sums[ends[0], ends[1]] += round(weight)

    found = graph.build(material(rooms, belongs=homes), Selection(view=NetworkView.ORGANISATIONS))

    assert {(one, other): tie["weight"] for one, other, tie in edges(found)} == sums


@given(ROOMS)
def test_among_people_and_sessions_a_tie_is_that_somebody_came(rooms: Rooms) -> None:
    found = graph.build(material(rooms), Selection(view=NetworkView.SESSIONS))

    assert {tuple(ends) for ends in found.edges} == {
        (key, f"s{number}") for number, (room, _day) in enumerate(rooms, 1) for key in room
    }
    assert nx.is_bipartite(found)
    assert all(tie["weight"] == 1 for _one, _other, tie in edges(found))


@given(ROOMS, some.randoms())
def test_the_order_of_what_comes_in_makes_no_difference(rooms: Rooms, chance: object) -> None:
    whole = material(rooms)
    mixed = list(whole.gatherings)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # a Random
    there = Material(
        dict(sorted(whole.helixes.items(), reverse=True)), tuple(mixed), meetings=whole.meetings
    )

    here = graph.build(whole, NEWMAN)
    other = graph.build(there, NEWMAN)

    assert list(here.nodes(data=True)) == list(other.nodes(data=True))
    assert list(here.edges(data=True)) == list(other.edges(data=True))


def test_periods_that_meet_are_shared_from_the_later_begin_to_the_earlier_end() -> None:
    parts = (
        TieShare("p1", date(2021, 1, 1), date(2021, 6, 30)),
        TieShare("p2", date(2021, 3, 1), None),
        TieShare("p3", date(2021, 7, 1), None),
    )
    made = Material(
        dict.fromkeys(PEOPLE, Helix.RESEARCH), (Gathering("initiative", 1, parts=parts),)
    )

    found = graph.build(made, Selection())

    days = {(one, other): (tie["first"], tie["last"]) for one, other, tie in edges(found)}
    assert days == {
        ("p1", "p2"): (date(2021, 3, 1), date(2021, 6, 30)),
        ("p2", "p3"): (date(2021, 7, 1), None),
    }


@given(ROOMS)
def test_every_tie_is_found_again_in_what_its_ends_took_part_in(rooms: Rooms) -> None:
    made = material(rooms)
    found = graph.build(made, Selection())

    for one, other, tie in edges(found):
        mine = tuple(one_of for one_of in made.gatherings if {one, other} & set(one_of.all_along))
        among = replace(made, gatherings=mine)
        assert len(makers(among, Selection(), one, other)) == tie["weight"]


@given(ROOMS, some.integers(1, 5))
def test_plenaries_are_what_holds_more_people_than_that(rooms: Rooms, above: int) -> None:
    small = [(room, day) for room, day in rooms if len(set(room)) <= above]

    without = graph.build(material(rooms, plenary=above), Selection(plenaries=False))

    assert without.graph["plenaries"] == len(rooms) - len(small)
    assert list(without.edges(data=True)) == list(
        graph.build(material(small), Selection()).edges(data=True)
    )


def test_ages_of_none_one_and_two_half_lives_count_for_one_and_three_quarters() -> None:
    ages = (0, 180, 360)
    rooms: Rooms = [(["p1", "p2"], 364 - age) for age in ages]

    found = graph.build(material(rooms), Selection(half_life=180))

    assert found["p1"]["p2"]["weight"] == 1.75


def test_age_is_counted_back_from_the_last_day_of_a_window() -> None:
    rooms: Rooms = [(["p1", "p2"], 0), (["p1", "p2"], 180), (["p1", "p2"], 300)]
    until = FIRST + timedelta(days=180)

    found = graph.build(material(rooms), Selection(half_life=180, until=until))

    assert found["p1"]["p2"]["weight"] == 1.5


def test_what_still_runs_keeps_its_weight_and_what_ended_fades() -> None:
    def shared(until: date | None) -> Gathering:
        parts = tuple(TieShare(key, date(2019, 1, 1), until) for key in ("p1", "p2"))
        return Gathering("initiative", 1, parts=parts)

    def weight(until: date | None) -> float:
        made = replace(material([]), gatherings=(shared(until),))
        found = graph.build(made, Selection(half_life=180))
        return float(found["p1"]["p2"]["weight"])

    assert weight(None) == 1
    assert weight(LAST - timedelta(days=180)) == 0.5


def test_an_as_of_date_leaves_later_meetings_out() -> None:
    rooms: Rooms = [(["p1", "p2"], 0), (["p1", "p3"], 200)]

    found = graph.build(material(rooms), Selection(until=FIRST + timedelta(days=199)))

    assert set(found.edges) == {("p1", "p2")}


def test_a_person_under_two_organisations_is_one_point_and_counts_in_one() -> None:
    roles = tuple(
        Gathering("affiliation", number, parts=(TieShare("p1"), TieShare(key)))
        for number, key in enumerate(("o1", "o2"))
    )
    made = material([(["p1", "p2"], 0)], belongs={"p1": "o1"})
    made = replace(made, gatherings=(*made.gatherings, *roles))
    meetings = Selection(kinds=frozenset({"attendance"}), view=NetworkView.ORGANISATIONS)

    people = graph.build(made, Selection())
    organisations = graph.build(made, meetings)

    assert [key for key in people if key == "p1"] == ["p1"]
    assert set(people["p1"]) == {"o1", "o2", "p2"}
    assert set(organisations.edges) == {("o1", "p2")}
