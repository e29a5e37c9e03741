"""GEXF 1.3 (gexf.net), dynamic: each tie with the days between which it was made."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from crm.networks.exports.looks import Looks, PointLook
from crm.networks.exports.takeaway import Takeaway, TakenPoint, TakenTie

NAMESPACE = "http://gexf.net/1.3"
VIZ = f"{NAMESPACE}/viz"
# Its own words for our shapes.
# It has no hexagon, the shape of a session.
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
    ("kind", "string"), ("helix", "string"), ("second_helix", "string"), ("lines", "string"),
)  # fmt: skip
TIE_VALUES = (("kinds", "string"), ("drawn", "boolean"))
TITLES = {
    "kind": "Kind", "helix": "Helix", "second_helix": "Second helix", "lines": "Lines",
    "kinds": "Kinds", "drawn": "Drawn",
}  # fmt: skip


def gexf(takeaway: Takeaway) -> bytes:
    """
    Return a dynamic graph that Gephi opens with its timeline, colours and places.

    Points are always there; a tie is there from the first to the last day on which something
    made it, and open where one of these is not known.
    """
    root = ET.Element("gexf", {"xmlns": NAMESPACE, "xmlns:viz": VIZ, "version": "1.3"})
    _add_heading(root, takeaway)
    graph = ET.SubElement(root, "graph", GRAPH)
    _declare(graph, "node", POINT_VALUES)
    _declare(graph, "edge", TIE_VALUES)
    looks = Looks(takeaway, every=True)
    nodes = ET.SubElement(graph, "nodes", {"count": str(len(takeaway.points))})
    for point in takeaway.points:
        _add_point(nodes, point, looks.point(point))
    edges = ET.SubElement(graph, "edges", {"count": str(len(takeaway.ties))})
    for number, tie in enumerate(takeaway.ties):
        _add_tie(edges, str(number), tie)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _add_heading(root: ET.Element, takeaway: Takeaway) -> None:
    heading = takeaway.heading
    meta = ET.SubElement(root, "meta", {"lastmodifieddate": heading.day.isoformat()})
    ET.SubElement(meta, "creator").text = "Kring"
    described = " · ".join((heading.project, heading.title, *heading.filters))
    ET.SubElement(meta, "description").text = described


def _declare(graph: ET.Element, kind: str, values: Iterable[tuple[str, str]]) -> None:
    attributes = ET.SubElement(graph, "attributes", {"class": kind})
    for name, form in values:
        ET.SubElement(attributes, "attribute", {"id": name, "title": TITLES[name], "type": form})


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


def _add_tie(edges: ET.Element, number: str, tie: TakenTie) -> None:
    ends = {"id": number, "source": tie.one, "target": tie.other}
    edge = ET.SubElement(edges, "edge", {**ends, "weight": str(float(tie.weight))})
    _add_values(edge, [("kinds", " ".join(tie.kinds)), ("drawn", str(tie.is_drawn).lower())])
    days = {"start": tie.first, "end": tie.last}
    known = {name: day.isoformat() for name, day in days.items() if day is not None}
    if known:
        ET.SubElement(ET.SubElement(edge, "spells"), "spell", known)


def _add_values(element: ET.Element, values: Iterable[tuple[str, str]]) -> None:
    held = ET.SubElement(element, "attvalues")
    for name, value in values:
        ET.SubElement(held, "attvalue", {"for": name, "value": value})
