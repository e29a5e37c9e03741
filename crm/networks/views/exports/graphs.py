"""Files for programs that calculate with networks: GEXF, GraphML, JSON, Pajek and tables."""

import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

from crm.core.libraries import nx
from crm.networks.rules.graph import StakeholderGraph
from crm.networks.views.exports.takeaway import Looks, PointLook, Takeaway, TakenPoint, TakenTie
from crm.web.downloads import csv_text

# GEXF 1.3 (gexf.net), dynamic: each tie with the days between which it was made.
NAMESPACE = "http://gexf.net/1.3"
VIZ = f"{NAMESPACE}/viz"
# Its own words for our shapes; it has no hexagon, the shape of a session.
VIZ_SHAPES = {
    "square": "square",
    "triangle": "triangle",
    "dot": "disc",
    "diamond": "diamond",
    "hexagon": "disc",
}
GRAPH = {
    "defaultedgetype": "undirected",
    "idtype": "string",
    "mode": "dynamic",
    "timeformat": "date",
    "timerepresentation": "interval",
}
POINT_VALUES = (
    ("kind", "string"),
    ("helix", "string"),
    ("second_helix", "string"),
    ("lines", "string"),
)
TIE_VALUES = (("kinds", "string"), ("drawn", "boolean"))
TITLES = {
    "kind": "Kind",
    "helix": "Helix",
    "second_helix": "Second helix",
    "lines": "Lines",
    "kinds": "Kinds",
    "drawn": "Drawn",
}

# Gephi knows these headings, so they are the same in every language.
POINT_HEADINGS = (
    "Id",
    "Label",
    "Kind",
    "Helix",
    "Second helix",
    "Ties",
    "Weight",
    "X",
    "Y",
    "Lines",
)
TIE_HEADINGS = (
    "Source",
    "Target",
    "Source label",
    "Target label",
    "Type",
    "Weight",
    "Kinds",
    "First",
    "Last",
    "Drawn",
)


def gexf(takeaway: Takeaway) -> bytes:
    """
    Return a dynamic graph that Gephi opens with its timeline, colours and places.

    Points are always there; a tie is there from the first to the last day on which something
    made it, and open where one of these is not known.
    """
    root = ET.Element("gexf", {"xmlns": NAMESPACE, "xmlns:viz": VIZ, "version": "1.3"})
    heading = takeaway.heading
    meta = ET.SubElement(root, "meta", {"lastmodifieddate": heading.day.isoformat()})
    ET.SubElement(meta, "creator").text = "Kring"
    described = " · ".join((heading.project, heading.title, *heading.filters))
    ET.SubElement(meta, "description").text = described
    graph = ET.SubElement(root, "graph", GRAPH)
    for kind, values in (("node", POINT_VALUES), ("edge", TIE_VALUES)):
        attributes = ET.SubElement(graph, "attributes", {"class": kind})
        for name, form in values:
            told = {"id": name, "title": TITLES[name], "type": form}
            ET.SubElement(attributes, "attribute", told)
    looks = Looks(takeaway, every=True)
    nodes = ET.SubElement(graph, "nodes", {"count": str(len(takeaway.points))})
    for point in takeaway.points:
        _add_point(nodes, point, looks.point(point))
    edges = ET.SubElement(graph, "edges", {"count": str(len(takeaway.ties))})
    for number, tie in enumerate(takeaway.ties):
        ends = {"id": str(number), "source": tie.one, "target": tie.other}
        edge = ET.SubElement(edges, "edge", {**ends, "weight": str(float(tie.weight))})
        _add_values(edge, [("kinds", " ".join(tie.kinds)), ("drawn", str(tie.is_drawn).lower())])
        days = {"start": tie.first, "end": tie.last}
        known = {name: day.isoformat() for name, day in days.items() if day is not None}
        if known:
            ET.SubElement(ET.SubElement(edge, "spells"), "spell", known)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_point(nodes: ET.Element, point: TakenPoint, look: PointLook) -> None:
    node = ET.SubElement(nodes, "node", {"id": point.id, "label": point.name})
    values = [("kind", point.kind), ("lines", point.lines.value)]
    values += [("helix", point.helix.value)] if point.helix else []
    values += [("second_helix", point.second.value)] if point.second else []
    _add_values(node, values)
    parts = zip("rgb", (look.colour[1:3], look.colour[3:5], look.colour[5:7]), strict=True)
    ET.SubElement(node, "viz:color", {name: str(int(part, 16)) for name, part in parts})
    # Its y runs upwards, ours down.
    if point.is_drawn:
        ET.SubElement(node, "viz:position", {"x": f"{point.x}.0", "y": f"{-point.y}.0", "z": "0.0"})
    ET.SubElement(node, "viz:size", {"value": f"{look.size}.0"})
    ET.SubElement(node, "viz:shape", {"value": VIZ_SHAPES[look.shape]})


def _add_values(element: ET.Element, values: Iterable[tuple[str, str]]) -> None:
    held = ET.SubElement(element, "attvalues")
    for name, value in values:
        ET.SubElement(held, "attvalue", {"for": name, "value": value})


def as_graph(takeaway: Takeaway) -> StakeholderGraph:
    """
    Return a graph of its own, of plain values only.

    Points carry `label`, `kind`, `helix`, `ties`, `strength`, `lines` (shown, lighter or without:
    whether some, none or no ties are lines in the picture), and `x` and `y` where they are drawn;
    ties carry `weight`, `kinds` with a space between, `drawn` (whether it is a line in the
    picture), and `first` and `last` as days where they have any.
    """
    heading = takeaway.heading
    graph: StakeholderGraph = nx.Graph(
        title=heading.title,
        project=heading.project,
        date=heading.day.isoformat(),
        filter=" · ".join(heading.filters),
    )
    graph.add_nodes_from((point.id, _point(point)) for point in takeaway.points)
    graph.add_edges_from((tie.one, tie.other, _tie(tie)) for tie in takeaway.ties)
    return graph


def graphml(takeaway: Takeaway) -> bytes:
    """Return GraphML (graphml.graphdrawing.org), as networkx writes it."""
    out = io.BytesIO()
    # Without lxml, which some installations have and others not: the same bytes everywhere.
    nx.write_graphml_xml(as_graph(takeaway), out)
    return out.getvalue()


def node_link(takeaway: Takeaway) -> bytes:
    """Return JSON in the node-link form of networkx and D3: `nodes`, and `edges` between them."""
    # Empty chairs, where they are asked for, are said of the graph and are no nodes of it.
    graph = as_graph(takeaway)
    if takeaway.chairs:
        graph.graph["empty_chairs"] = [
            {"neighbourhood": chair.name, "helix": chair.helix, "x": chair.x, "y": chair.y}
            for chair in takeaway.chairs
        ]
    data = nx.node_link_data(graph, edges="edges")
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def pajek(takeaway: Takeaway) -> bytes:
    """
    Return a Pajek network: numbered vertices with name and place, and weighted edges.

    Its readers know a vertex by its name, so where two have one, the key is added. The format has
    no way to write a double quote or a backslash inside a name.
    """
    numbers = {point.id: number for number, point in enumerate(takeaway.points, start=1)}
    names = {
        point.id: " ".join(point.name.replace('"', "'").replace("\\", "/").split()) or point.id
        for point in takeaway.points
    }
    count = Counter(names.values())
    lines = [f"*Vertices {len(numbers)}"]
    for point in takeaway.points:
        name = names[point.id]
        called = f"{name} ({point.id})" if count[name] > 1 else name
        lines.append(f'{numbers[point.id]} "{called}" {point.x}.0 {point.y}.0 0.5')
    lines.append("*Edges")
    lines += [f"{numbers[tie.one]} {numbers[tie.other]} {tie.weight}" for tie in takeaway.ties]
    return ("\r\n".join(lines) + "\r\n").encode()


def _known(**values: object) -> dict[str, Any]:
    """Return what is known of these values: GraphML cannot write that nothing is."""
    return {name: value for name, value in values.items() if value is not None}


def _point(point: TakenPoint) -> dict[str, Any]:
    return _known(
        label=point.name,
        kind=point.kind,
        ties=point.ties,
        strength=float(point.weight),
        lines=point.lines.value,
        x=point.x if point.is_drawn else None,
        y=point.y if point.is_drawn else None,
        helix=point.helix.value if point.helix else None,
        second_helix=point.second.value if point.second else None,
    )


def _tie(tie: TakenTie) -> dict[str, Any]:
    return _known(
        weight=float(tie.weight),
        drawn=tie.is_drawn,
        kinds=" ".join(tie.kinds),
        first=tie.first.isoformat() if tie.first else None,
        last=tie.last.isoformat() if tie.last else None,
    )


def csv_pair(takeaway: Takeaway) -> bytes:
    """Return a zip with `nodes.csv` and `ties.csv`, in which nothing becomes a formula."""
    points = [
        (
            point.id,
            point.name,
            point.kind,
            point.helix or "",
            point.second or "",
            point.ties,
            point.weight,
            *((point.x, point.y) if point.is_drawn else ("", "")),
            point.lines.value,
        )
        for point in takeaway.points
    ]
    names = {point.id: point.name for point in takeaway.points}
    ties = [
        (
            tie.one,
            tie.other,
            names[tie.one],
            names[tie.other],
            "Undirected",
            tie.weight,
            " ".join(tie.kinds),
            tie.first or "",
            tie.last or "",
            str(tie.is_drawn).lower(),
        )
        for tie in takeaway.ties
    ]
    files = (("nodes.csv", POINT_HEADINGS, points), ("ties.csv", TIE_HEADINGS, ties))
    out, day = io.BytesIO(), takeaway.heading.day
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, headings, rows in files:
            # Stamped with the day of the file, so that the same network gives the same bytes.
            stamped = zipfile.ZipInfo(name, (day.year, day.month, day.day, 0, 0, 0))
            stamped.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(stamped, csv_text(headings, rows))
    return out.getvalue()
