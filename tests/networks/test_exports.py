"""Files of a network: opened again by the programs they are meant for, with the same in them."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import igraph
import networkx as nx
import pytest
from lxml import etree

from crm.networks.views.exports import ExportFormat, written
from crm.networks.views.exports.takeaway import Heading, Takeaway, TakenPoint, TakenTie, writable
from crm.stakeholders.models import Helix
from tests.networks import gexf_grammar
from tests.web.hostile import TEXTS

pytestmark = pytest.mark.engine("sqlite")
HEADING = Heading(
    "Proef & co",
    "Netwerk: mensen",
    date(2021, 4, 1),
    "1 april 2021",
    "nl",
    ("Vanaf: 2021-01-01",),
    "Er zijn verbindingen.",
    ((Helix.GOVERNMENT, "Overheid"), (Helix.BUSINESS, "Bedrijven")),
    ("Een dikkere lijn weegt zwaarder.",),
)
Weights = dict[frozenset[str], float]


def point(number: int, name: str = "", *, kind: str = "person", ties: int = 1) -> TakenPoint:
    helix = list(Helix)[number % 4]
    name = name or f"Naam {number}"
    return TakenPoint(
        f"p{number:05}",
        name,
        kind,
        helix,
        None,
        ties,
        float(ties),
        float(ties),
        number * 10,
        -number,
    )


def tie(one: int, other: int, weight: float = 1) -> TakenTie:
    days = date(2021, 3, 1), date(2021, 3, 18)
    return TakenTie(f"p{one:05}", f"p{other:05}", weight, ("attendance",), *days)


def taken(count: int, *ties: TakenTie) -> Takeaway:
    return Takeaway(HEADING, tuple(map(point, range(count))), ties)


MIXED = Takeaway(
    HEADING,
    (
        point(0, "Ans Łódź 日本"),
        point(1, "Ans Łódź 日本"),
        point(2, 'Bo "de" \\ O\'Neil', kind="organisation"),
        replace(point(3, "Zonder dag"), helix=None, kind="session"),
        point(4, "Alleen", ties=0),
    ),
    (
        tie(0, 1, 2.5),
        tie(1, 2),
        TakenTie(
            "p00002", "p00003", 0.333333333, ("attendance", "initiative"), None, date(2021, 5, 1)
        ),
        TakenTie("p00000", "p00003", 1, ("affiliation",), None, None),
    ),
)
DEGENERATE = {
    "nothing": taken(0),
    "one": taken(1),
    "no ties": taken(5),
    "complete": taken(12, *(tie(one, other) for one in range(12) for other in range(one + 1, 12))),
    "star": taken(5_000, *(tie(0, other) for other in range(1, 5_000))),
    "pairs": taken(1_000, *(tie(number, number + 1) for number in range(0, 1_000, 2))),
    "mixed": MIXED,
}


@pytest.fixture(params=DEGENERATE)
def takeaway(request: pytest.FixtureRequest) -> Takeaway:
    found: Takeaway = DEGENERATE[request.param]
    return found


def expected(takeaway: Takeaway) -> Weights:
    return {frozenset((one.one, one.other)): float(one.weight) for one in takeaway.ties}


def of_networkx(graph: "nx.Graph[str]") -> Weights:
    return {
        frozenset((one, other)): float(tie["weight"]) for one, other, tie in graph.edges(data=True)
    }


def of_igraph(graph: igraph.Graph, names: list[str]) -> Weights:
    return {
        frozenset((names[one.source], names[one.target])): float(one["weight"]) for one in graph.es
    }


def test_graphml_opens_in_networkx(takeaway: Takeaway) -> None:
    graph = nx.read_graphml(io.BytesIO(written(ExportFormat.GRAPHML, takeaway)))

    assert dict(graph.nodes("label")) == {one.id: one.name for one in takeaway.points}
    assert of_networkx(graph) == expected(takeaway)
    assert graph.graph["date"] == "2021-04-01"


def test_graphml_opens_in_igraph(takeaway: Takeaway, tmp_path: Path) -> None:
    path = tmp_path / "network.graphml"
    path.write_bytes(written(ExportFormat.GRAPHML, takeaway))

    graph = igraph.Graph.Read_GraphML(str(path))

    keys = graph.vs["id"] if takeaway.points else []
    names = graph.vs["label"] if takeaway.points else []
    assert dict(zip(keys, names, strict=True)) == {one.id: one.name for one in takeaway.points}
    assert of_igraph(graph, keys) == expected(takeaway)


def test_json_is_the_node_link_form_of_networkx(takeaway: Takeaway) -> None:
    data = json.loads(written(ExportFormat.JSON, takeaway))

    graph = nx.node_link_graph(data, edges="edges")

    assert dict(graph.nodes("label")) == {one.id: one.name for one in takeaway.points}
    assert of_networkx(graph) == expected(takeaway)


def test_gexf_opens_in_networkx_with_its_days(takeaway: Takeaway) -> None:
    graph = nx.read_gexf(io.BytesIO(written(ExportFormat.GEXF, takeaway)), version="1.3")

    assert dict(graph.nodes("label")) == {one.id: one.name for one in takeaway.points}
    assert of_networkx(graph) == expected(takeaway)
    for one in takeaway.ties:
        # networkx reads a day that is not there as the word None.
        spells = graph.edges[one.one, one.other].get("spells", [("None", "None")])
        assert spells == [(str(one.first), str(one.last))]


def test_gexf_keeps_to_its_grammar(takeaway: Takeaway) -> None:
    document = etree.fromstring(written(ExportFormat.GEXF, takeaway))

    gexf_grammar.SCHEMA.assertValid(document)


def test_pajek_opens_in_networkx_and_igraph(takeaway: Takeaway, tmp_path: Path) -> None:
    path = tmp_path / "network.net"
    path.write_bytes(written(ExportFormat.PAJEK, takeaway))
    order = [one.id for one in takeaway.points]

    read = nx.read_pajek(path)
    again = igraph.Graph.Read_Pajek(str(path))

    keys = dict(zip(read.nodes, order, strict=True))
    assert of_networkx(nx.relabel_nodes(nx.Graph(read), keys)) == expected(takeaway)
    assert again.vcount() == len(order)
    if takeaway.ties:
        assert of_igraph(again, order) == expected(takeaway)


def test_two_with_one_name_stay_two_in_pajek() -> None:
    text = written(ExportFormat.PAJEK, MIXED).decode()

    assert '"Ans Łódź 日本 (p00000)"' in text
    assert '"Ans Łódź 日本 (p00001)"' in text
    assert "\"Bo 'de' / O'Neil\"" in text


def tables(takeaway: Takeaway) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    with zipfile.ZipFile(io.BytesIO(written(ExportFormat.CSV, takeaway))) as packed:
        points, ties = (
            [*csv.DictReader(packed.read(name).decode("utf-8-sig").splitlines(), delimiter=";")]
            for name in ("nodes.csv", "ties.csv")
        )
    return points, ties


def test_the_two_tables_hold_every_point_and_tie(takeaway: Takeaway) -> None:
    points, ties = tables(takeaway)

    assert {row["Id"]: row["Label"] for row in points} == {
        one.id: one.name for one in takeaway.points
    }
    weights = {frozenset((row["Source"], row["Target"])): float(row["Weight"]) for row in ties}
    assert weights == expected(takeaway)
    assert all(float(row["Y"]) == -index for index, row in enumerate(points))


@pytest.mark.parametrize("name", ["=1+1", "+31", "-2", "@SUM(A1)", "\t=1", "＝1+1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    points, ties = tables(Takeaway(HEADING, (point(0, name), point(1)), (tie(0, 1),)))

    assert points[0]["Label"] == f"'{name}"
    assert ties[0]["Source label"] == f"'{name}"


@pytest.mark.parametrize("name", TEXTS)
def test_any_name_stays_text(name: str) -> None:
    clean = writable(name)
    takeaway = Takeaway(HEADING, (point(0, clean), point(1)), (tie(0, 1),))

    graphml = nx.read_graphml(io.BytesIO(written(ExportFormat.GRAPHML, takeaway)))
    gexf = nx.read_gexf(io.BytesIO(written(ExportFormat.GEXF, takeaway)), version="1.3")
    data = json.loads(written(ExportFormat.JSON, takeaway))

    shown = graphml.nodes["p00000"]["label"], data["nodes"][0]["label"]
    assert {" ".join(one.split()) for one in shown} == {" ".join(clean.split())}
    assert " ".join(gexf.nodes["p00000"]["label"].split()) == " ".join(clean.split())
    assert len(gexf) == len(graphml) == 2
