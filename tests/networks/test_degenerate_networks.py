"""Networks at the edge: each is built, thinned, placed and drawn in every view."""

import pytest

from crm.core.ties import Gathering
from crm.networks.rules import graph, layout
from crm.networks.rules.counting import Material
from crm.networks.rules.picture import draw
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.stakeholders.models import Helix

Rooms = list[list[int]]
SHAPES: dict[str, tuple[int, Rooms, int]] = {
    "nothing": (0, [], 0),
    "one": (1, [[0]], 0),
    "no ties": (5, [[number] for number in range(5)], 0),
    "one pair": (2, [[0, 1]], 1),
    "complete": (40, [list(range(40))], 780),
    "star": (5_000, [[0, other] for other in range(1, 5_000)], 4_999),
    "pairs": (1_000, [[number, number + 1] for number in range(0, 1_000, 2)], 500),
}


def material(people: int, rooms: Rooms, *, helixes: int = 4) -> Material:
    return Material(
        {f"p{number}": list(Helix)[number % helixes] for number in range(people)},
        tuple(
            Gathering("attendance", number, tuple(f"p{one}" for one in room))
            for number, room in enumerate(rooms)
        ),
        meetings={"attendance": "s"},
    )


def drawn(made: Material, selection: Selection) -> tuple[int, int]:
    """Return how many points and ties the picture has."""
    whole = graph.build(made, selection)
    shown = graph.at_least(whole, graph.readable_minimum(whole))
    if selection.per_person is not None:
        shown = graph.strongest(shown, selection.per_person)
    places = layout.anew(shown).all
    data = draw(shown, places, {key: key for key in shown})
    assert set(places) == set(shown)
    return len(data["nodes"]), len(data["edges"])


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("helixes", [1, 4])
def test_people_are_built_and_drawn(name: str, helixes: int) -> None:
    people, rooms, ties = SHAPES[name]

    assert drawn(material(people, rooms, helixes=helixes), Selection()) == (people, ties)


@pytest.mark.parametrize("name", sorted(SHAPES.keys() - {"star"}))
def test_people_and_sessions_are_built_and_drawn(name: str) -> None:
    people, rooms, _ties = SHAPES[name]
    asked = Selection(view=NetworkView.SESSIONS)

    found = drawn(material(people, rooms), asked)

    assert found == (people + len(rooms), sum(map(len, rooms)))


def test_one_session_of_five_thousand_is_a_star_among_people_and_sessions() -> None:
    everybody = material(5_000, [list(range(5_000))])

    assert drawn(everybody, Selection(view=NetworkView.SESSIONS)) == (5_001, 5_000)


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("weight", TieWeight)
def test_a_backbone_is_built_and_drawn(name: str, weight: TieWeight) -> None:
    people, rooms, ties = SHAPES[name]

    points, kept = drawn(material(people, rooms), Selection(weight=weight, per_person=2))

    assert points == people
    assert min(ties, people // 2) <= kept <= ties


@pytest.mark.parametrize("name", ["complete", "star", "pairs"])
def test_what_lies_around_one_point_is_cut_out(name: str) -> None:
    people, rooms, ties = SHAPES[name]
    whole = graph.build(material(people, rooms), Selection())

    near = graph.around(whole, Selection(around="p0"))
    wide = graph.around(whole, Selection(around="p1", steps=2))

    assert near.number_of_edges() == (1 if name == "pairs" else ties)
    assert len(wide) == (2 if name == "pairs" else people)
