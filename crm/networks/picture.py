"""
The data of a picture: points, ties and options, built by pyvis for vis-network.

Nothing here is markup: labels are text, and tips are made of them in the browser. pyvis is loaded
when the first picture is drawn, since it brings IPython with it.
"""

import json
import math
from collections.abc import Mapping
from typing import Any, TypeAlias

from crm.core.ties import is_organisation
from crm.networks.graph import StakeholderGraph
from crm.stakeholders.models import Helix
from crm.stakeholders.ties import AFFILIATION

PictureData: TypeAlias = dict[str, Any]  # as pyvis gives it
Places: TypeAlias = Mapping[str, tuple[int, int]]

# Okabe and Ito's colours, without the yellow that is faint on white; shapes say the same.
SHAPES = {
    Helix.GOVERNMENT: ("square", "#0072B2"),
    Helix.RESEARCH: ("triangle", "#009E73"),
    Helix.BUSINESS: ("dot", "#D55E00"),
    Helix.END_USERS: ("diamond", "#CC79A7"),
}
SESSION = ("hexagon", "#F0F3F5")
OUTLINE = "#1B2227"
LINE = "#8A949C"
SMALLEST, GROWTH, ORGANISATION_MORE = 10, 14, 4
# The more points, the smaller each is on the screen; they may take more of the room between them.
MANY = 1_000  # points above which an outline would hide the colour it is around
FEW, SWELLING, MOST_SWOLLEN = 400, 0.2, 1.7
WIDEST = 6


def draw(graph: StakeholderGraph, places: Places, names: Mapping[str, str]) -> PictureData:
    """
    Return `nodes`, `edges` and `options` for vis-network; its physics are off.

    :param places: where each point stands
    :param names: what each point is called for whoever looks
    """
    from pyvis.network import Network  # noqa: PLC0415 - brings IPython: 0.3 s and more

    network = Network()
    network.set_options(json.dumps(_options(1 if len(graph) <= MANY else 0.4)))
    _add_nodes(network, graph, places, names)
    _add_edges(network, graph)
    nodes, edges, _heading, _height, _width, options = network.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def group(helix: Helix | None, *, organisation: bool) -> str:
    """Return the name of the look that points of one kind share; without helix, it is a session."""
    if helix is None:
        return "session"
    return f"{helix.value}-{'organisation' if organisation else 'person'}"


def _add_nodes(
    network: Any, graph: StakeholderGraph, places: Places, names: Mapping[str, str]
) -> None:
    # One by one through `add_node`, pyvis looks through all earlier points for each new one.
    from pyvis.node import Node  # noqa: PLC0415 - with pyvis

    sizes = _sizes(graph)
    for key, degree in graph.degree:
        helix: Helix | None = graph.nodes[key]["helix"]
        node = Node(
            key,
            (SHAPES[helix] if helix else SESSION)[0],
            names[key],
            x=places[key][0],
            y=places[key][1],
            group=group(helix, organisation=is_organisation(key)),
            size=sizes[key],
            degree=degree,
        )
        network.nodes.append(node.options)
        network.node_map[key] = node.options
    network.node_ids.extend(network.node_map)


def _sizes(graph: StakeholderGraph) -> dict[str, int]:
    most = max((degree for _key, degree in graph.degree), default=0) or 1
    swelling = min(MOST_SWOLLEN, max(1.0, (len(graph) / FEW) ** SWELLING))
    sizes = {}
    for key, degree in graph.degree:
        more = ORGANISATION_MORE if is_organisation(key) else 0
        sizes[key] = round(swelling * (SMALLEST + GROWTH * math.sqrt(degree / most) + more))
    return sizes


def _add_edges(network: Any, graph: StakeholderGraph) -> None:
    # One by one through `add_edge`, pyvis looks through all earlier ties for each new one.
    from pyvis.edge import Edge  # noqa: PLC0415 - with pyvis

    ties = graph.edges(data=True)
    weights = [tie["weight"] for _one, _other, tie in ties] or [0]
    lightest, span = min(weights), (max(weights) - min(weights)) or 1
    for number, (one, other, tie) in enumerate(ties):
        more: dict[str, Any] = {"id": number, "weight": tie["weight"]}
        width = 1 + round((WIDEST - 1) * (tie["weight"] - lightest) / span)
        if width > 1:
            more["width"] = width
        if tie["kinds"] == (AFFILIATION,):
            more["dashes"] = True
        network.edges.append(Edge(one, other, **more).options)


def _options(outline: float) -> PictureData:
    """Return the look and the manners; pyvis takes the spaces out of every value."""
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        "interaction": {"dragNodes": False},
        "edges": {"smooth": False},
        "groups": {
            group(helix, organisation=organisation): _look(helix, width)
            for helix, organisation, width in (
                (None, False, outline),
                *((helix, False, outline) for helix in Helix),
                *((helix, True, 3 * outline) for helix in Helix),
            )
        },
    }


def _look(helix: Helix | None, outline: float) -> PictureData:
    shape, colour = SHAPES[helix] if helix else SESSION
    lit = {"background": colour, "border": OUTLINE}
    return {
        "shape": shape,
        "borderWidth": outline,
        "color": {**lit, "highlight": lit, "hover": lit},
    }
