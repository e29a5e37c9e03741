"""How points and ties look in files: as pyvis is told for the picture on the page."""

from dataclasses import dataclass
from typing import Any

from crm.core.libraries import nx
from crm.networks.exports.takeaway import CHAIR, Takeaway, TakenPoint, TakenTie
from crm.networks.graph import StakeholderGraph
from crm.networks.picture import PictureData, Seat, draw, written


@dataclass(frozen=True, slots=True)
class PointLook:
    """
    Shape (square, triangle, dot, diamond or hexagon), colour, half its width, and outline.

    :ivar empty: whether it is a chair without anybody: only an outline, of dashes
    """

    shape: str
    colour: str
    size: int
    outline: float
    empty: bool = False


@dataclass(frozen=True, slots=True)
class TieLook:
    """Width of the line, and whether it is dashed."""

    width: int
    dashed: bool


def picture_of(takeaway: Takeaway) -> PictureData:
    """Return the data of the picture by the keys of the file, for vis-network."""
    data = _drawn(takeaway, takeaway.drawn, takeaway.lines)
    return data | {"shelves": written(takeaway.shelves)}


def _drawn(
    takeaway: Takeaway, points: tuple[TakenPoint, ...], ties: tuple[TakenTie, ...]
) -> PictureData:
    graph: StakeholderGraph = nx.Graph()
    graph.add_nodes_from(
        (point.id, {"helix": point.helix, "second": point.second, "ties": point.ties})
        for point in points
    )
    graph.add_edges_from((tie.one, tie.other, _of(tie)) for tie in ties)
    places = {point.id: (point.x, point.y) for point in points}
    names = {point.id: point.name for point in points}
    values = {point.id: point.grows for point in points}
    return draw(graph, places, names, values, _seats(takeaway))


def _of(tie: TakenTie) -> dict[str, Any]:
    return {"weight": tie.weight, "kinds": tie.kinds, "first": tie.first, "last": tie.last}


def _seats(takeaway: Takeaway) -> list[Seat]:
    return [
        Seat(one.helix, one.name, (one.x, one.y))
        for one in takeaway.chairs
        if one.helix is not None
    ]


class Looks:
    """
    The looks of what the picture of one takeaway draws.

    :param every: of the whole network instead
    """

    def __init__(self, takeaway: Takeaway, *, every: bool = False) -> None:
        drawn = (takeaway.drawn, takeaway.lines)
        data = _drawn(takeaway, *((takeaway.points, takeaway.ties) if every else drawn))
        self._groups = data["options"]["groups"]
        self._points = {node["id"]: node for node in data["nodes"]}
        self._ties = {frozenset((edge["from"], edge["to"])): edge for edge in data["edges"]}

    def point(self, point: TakenPoint) -> PointLook:
        """Return the look of a point."""
        node = self._points[point.id]
        group = self._groups[node["group"]]
        colour, outline = group["color"]["background"], group["borderWidth"]
        empty = point.kind == CHAIR
        return PointLook(group["shape"], colour, node["size"], outline, empty)

    def tie(self, tie: TakenTie) -> TieLook:
        """Return the look of a tie."""
        edge = self._ties[frozenset((tie.one, tie.other))]
        return TieLook(edge.get("width", 1), edge.get("dashes", False))
