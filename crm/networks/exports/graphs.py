"""Files for programs that calculate with networks: GraphML, JSON and Pajek."""

import io
import json
from collections import Counter

from crm.core.libraries import nx
from crm.networks.exports.takeaway import Takeaway, TakenPoint, TakenTie
from crm.networks.graph import StakeholderGraph

BETWEEN = " "


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
    """
    Return JSON in the node-link form of networkx and D3: `nodes`, and `edges` between them.

    Empty chairs, where they are asked for, are said of the graph and are no nodes of it.
    """
    graph = as_graph(takeaway)
    if takeaway.chairs:
        graph.graph["empty_chairs"] = [
            {"neighbourhood": one.name, "helix": one.helix, "x": one.x, "y": one.y}
            for one in takeaway.chairs
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
    lines = [f"*Vertices {len(numbers)}"]
    lines += [
        f'{numbers[point.id]} "{name}" {point.x}.0 {point.y}.0 0.5'
        for point, name in zip(takeaway.points, _pajek_names(takeaway.points), strict=True)
    ]
    lines.append("*Edges")
    lines += [f"{numbers[tie.one]} {numbers[tie.other]} {tie.weight}" for tie in takeaway.ties]
    return ("\r\n".join(lines) + "\r\n").encode()


def _pajek_names(points: tuple[TakenPoint, ...]) -> list[str]:
    names = [
        " ".join(point.name.replace('"', "'").replace("\\", "/").split()) or point.id
        for point in points
    ]
    count = Counter(names)
    return [
        f"{name} ({point.id})" if count[name] > 1 else name
        for point, name in zip(points, names, strict=True)
    ]


def _point(point: TakenPoint) -> dict[str, str | int | float]:
    values: dict[str, str | int | float] = {
        "label": point.name,
        "kind": point.kind,
        "ties": point.ties,
        "strength": float(point.weight),
        "lines": point.lines.value,
    }
    if point.is_drawn:
        values |= {"x": point.x, "y": point.y}
    if point.helix is not None:
        values["helix"] = point.helix.value
    if point.second is not None:
        values["second_helix"] = point.second.value
    return values


def _tie(tie: TakenTie) -> dict[str, str | float | bool]:
    values: dict[str, str | float | bool] = {
        "weight": float(tie.weight),
        "drawn": tie.is_drawn,
        "kinds": BETWEEN.join(tie.kinds),
    }
    if tie.first is not None:
        values["first"] = tie.first.isoformat()
    if tie.last is not None:
        values["last"] = tie.last.isoformat()
    return values
