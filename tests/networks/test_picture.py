"""The data of the picture: shape and colour by helix, size by ties, nothing that moves."""

import json
import subprocess
import sys

import networkx as nx
import pytest

from crm.networks.rules import picture, words
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.rules.helix_mixing import Measures
from crm.networks.rules.picture import PictureData, Seat
from crm.networks.rules.selection import NetworkView
from crm.stakeholders.models import Helix

BOTH = ("affiliation", "attendance")


@pytest.fixture
def graph() -> StakeholderGraph:
    made: StakeholderGraph = nx.Graph(view=NetworkView.PEOPLE)
    for number, helix in enumerate(Helix):
        made.add_node(f"p{number}", helix=helix)
        made.add_edge("p0", f"p{number}", weight=1 + number, kinds=BOTH) if number else None
    made.add_node("o1", helix=Helix.BUSINESS)
    made.add_edge("p0", "o1", weight=1, kinds=("affiliation",))
    return made


def drawn(graph: StakeholderGraph) -> PictureData:
    return picture.draw(graph, dict.fromkeys(graph, (1, 2)), {key: f"<b>{key}" for key in graph})


def test_each_helix_has_a_shape_and_a_colour(graph: StakeholderGraph) -> None:
    data = drawn(graph)
    groups = data["options"]["groups"]

    looks = {
        node["id"]: (look["shape"], look["color"]["background"])
        for node in data["nodes"]
        for look in [groups[node["group"]]]
    }

    assert looks == {
        "p0": ("square", "#0072B2"),
        "p1": ("triangle", "#009E73"),
        "p2": ("dot", "#D55E00"),
        "p3": ("diamond", "#CC79A7"),
        "o1": ("dot", "#D55E00"),
    }


def test_who_has_more_ties_is_bigger_and_an_organisation_is_outlined(
    graph: StakeholderGraph,
) -> None:
    data = drawn(graph)
    nodes = {node["id"]: node for node in data["nodes"]}
    groups = data["options"]["groups"]

    assert nodes["p0"]["size"] > nodes["o1"]["size"] > nodes["p2"]["size"]
    assert groups[nodes["o1"]["group"]]["borderWidth"] > groups[nodes["p2"]["group"]]["borderWidth"]


def test_marks_grow_with_what_is_chosen_and_who_has_no_value_stays_small(
    graph: StakeholderGraph,
) -> None:
    values = {"p0": 1.0, "p1": 4.0, "p2": None, "p3": 0.0, "o1": 0.0}
    places, names = dict.fromkeys(graph, (1, 2)), dict.fromkeys(graph, "")

    data = picture.draw(graph, places, names, values)

    sizes = {node["id"]: node["size"] for node in data["nodes"]}
    assert sizes["p1"] > sizes["p0"] > sizes["p2"] == sizes["p3"]


def test_sessions_seats_and_second_helixes_have_looks_of_their_own(
    graph: StakeholderGraph,
) -> None:
    graph.add_node("s7", helix=None)
    graph.nodes["p0"]["second"] = Helix.BUSINESS
    seats = [Seat(Helix.RESEARCH, "Nobody: research, Pittelo", (5, 6))]

    data = picture.draw(graph, dict.fromkeys(graph, (1, 2)), dict.fromkeys(graph, ""), None, seats)
    nodes = {node["id"]: node for node in data["nodes"]}
    groups = data["options"]["groups"]

    assert nodes["p0"]["second"] == "business"
    assert "second" not in nodes["p1"]
    assert groups[nodes["s7"]["group"]]["shape"] == "hexagon"
    assert (nodes["e0"]["label"], nodes["e0"]["x"]) == ("Nobody: research, Pittelo", 5)
    assert "borderDashes" in groups[nodes["e0"]["group"]]["shapeProperties"]


def test_nothing_moves_and_nothing_is_markup(graph: StakeholderGraph) -> None:
    data = drawn(graph)

    assert data["options"]["physics"] == {"enabled": False}
    assert all("title" not in item for item in [*data["nodes"], *data["edges"]])
    assert all((node["x"], node["y"]) == (1, 2) for node in data["nodes"])


def test_heavier_ties_are_wider_and_roles_are_dashed(graph: StakeholderGraph) -> None:
    edges = {edge["to"]: edge for edge in drawn(graph)["edges"]}

    assert edges["p3"]["width"] > edges["p1"]["width"]
    assert edges["o1"]["dashes"] is True
    assert "dashes" not in edges["p1"]


def test_an_empty_network_can_be_drawn() -> None:
    assert drawn(nx.Graph())["nodes"] == []


def test_the_application_starts_without_pyvis() -> None:
    code = "import sys, crm, json; print(json.dumps([m for m in sys.modules if 'pyvis' in m]))"

    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)

    assert json.loads(done.stdout) == []


@pytest.mark.parametrize(
    ("nodes", "isolates", "ties", "external", "said"),
    [
        (33, 1, 460, 342, "74 in 100"),
        (4, 0, 3, 1, "says little"),
        (33, 0, 460, 342, "nobody is without"),
        (0, 5, 0, 0, "Nothing ties"),
    ],
)
@pytest.mark.engine("sqlite")
def test_two_sentences_say_what_the_figures_can_bear(
    app: object, nodes: int, isolates: int, ties: int, external: int, said: str
) -> None:
    from flask import Flask  # noqa: PLC0415 - only this test needs a language

    assert isinstance(app, Flask)
    measures = Measures(nodes, isolates, ties, ties, external, ties - external, None, None, 1)

    with app.test_request_context(headers={"Accept-Language": "en"}):
        sentences = words.sentences(measures, NetworkView.PEOPLE)

    assert len(sentences) == 2
    assert said in " ".join(sentences)
