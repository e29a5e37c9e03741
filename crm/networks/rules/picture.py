"""
The data of a picture: points, ties and options, built by pyvis for vis-network; and how it looks.

Nothing here is markup: labels are text, and tips are made of them in the browser. pyvis is loaded
when the first picture is drawn, since it brings IPython with it.
"""

import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeAlias

from crm.core.ties import is_organisation
from crm.networks.rules.figures import PointMeasure
from crm.networks.rules.graph import StakeholderGraph
from crm.stakeholders.declared.ties import AFFILIATION
from crm.stakeholders.models import Helix

PictureData: TypeAlias = dict[str, Any]  # as pyvis gives it
Places: TypeAlias = Mapping[str, tuple[int, int]]
Values: TypeAlias = Mapping[str, float | None]

# Okabe and Ito's colours, without the yellow that is faint on white; shapes say the same.
SHAPES = {
    Helix.GOVERNMENT: ("square", "#0072B2"),
    Helix.RESEARCH: ("triangle", "#009E73"),
    Helix.BUSINESS: ("dot", "#D55E00"),
    Helix.END_USERS: ("diamond", "#CC79A7"),
}
SEAT = "seat"
SESSION = ("hexagon", "#6B6F73")
OUTLINE = "#1B2227"
LINE = "#8A949C"
SMALLEST, GROWTH, ORGANISATION_MORE = 10, 14, 4
# The more points, the smaller each is on the screen; they may take more of the room between them.
MANY = 1_000  # points above which an outline would hide the colour it is around
FEW, SWELLING, MOST_SWOLLEN = 400, 0.2, 1.7
WIDEST = 6
# What marks can grow with: more of it is always more to see. The first are at hand in any network;
# the others come with its figures.
AT_HAND = (PointMeasure.DEGREE, PointMeasure.STRENGTH)
SIZES = (
    *AT_HAND,
    PointMeasure.BETWEENNESS,
    PointMeasure.CLOSENESS,
    PointMeasure.EFFECTIVE_SIZE,
    PointMeasure.CORE,
    PointMeasure.PARTICIPATION,
)
# More points than this are drawn when somebody asks for it, knowing that little can be read.
READABLE = 5_000
# Data of more ties are fetched beside the page, and kept by the browser while they hold.
MOST_CARRIED = 3_000
BESIDE, COLUMN, ROW = 220, 170, 80  # in the units of the picture


@dataclass(frozen=True, slots=True)
class Shelf:
    """What stands above a row of points without a line, and where."""

    words: str
    place: tuple[int, int]


def written(shelves: Sequence[Shelf]) -> list[PictureData]:
    """Return shelves as the data of a picture have them."""
    return [{"words": shelf.words, "x": shelf.place[0], "y": shelf.place[1]} for shelf in shelves]


@dataclass(frozen=True, slots=True)
class Seat:
    """An empty chair: a helix that nobody is there for, what it is called, and where it stands."""

    helix: Helix
    name: str
    place: tuple[int, int]


def draw(
    graph: StakeholderGraph,
    places: Places,
    names: Mapping[str, str],
    values: Values | None = None,
    seats: Sequence[Seat] = (),
) -> PictureData:
    """
    Return `nodes`, `edges` and `options` for vis-network; its physics are off.

    :param graph: of which all ties become lines; `ties` of a point says how many it has where that
        is more than there are lines
    :param places: where each point stands
    :param names: what each point is called for whoever looks
    :param values: what marks grow with, none of them negative; the degree where nothing is given.
        Who has no value has the smallest mark
    :param seats: empty chairs beside the points
    """
    from pyvis.network import Network

    network = Network()
    network.set_options(json.dumps(_options(1 if len(graph) <= MANY else 0.4)))
    _add_nodes(network, graph, places, names, dict(graph.degree) if values is None else values)
    for number, seat in enumerate(seats):
        look = f"{seat.helix.value}-{SEAT}"
        _add_node(network, f"e{number}", seat.name, seat.place, group=look, size=SMALLEST, degree=0)
    _add_edges(network, graph)
    nodes, edges, _heading, _height, _width, options = network.get_network_data()
    return {"nodes": nodes, "edges": edges, "options": json.loads(options)}


def group(helix: Helix | None, *, organisation: bool) -> str:
    """Return the name of the look that points of one kind share; without helix, it is a session."""
    if helix is None:
        return "session"
    return f"{helix.value}-{'organisation' if organisation else 'person'}"


def _add_nodes(
    network: Any, graph: StakeholderGraph, places: Places, names: Mapping[str, str], values: Values
) -> None:
    most = max((value for value in values.values() if value is not None), default=0) or 1
    # On a picture of thousands, marks of the usual size would be dust.
    swelling = min(MOST_SWOLLEN, max(1.0, (len(graph) / FEW) ** SWELLING))
    for key, degree in graph.degree:
        point = graph.nodes[key]
        more = ORGANISATION_MORE if is_organisation(key) else 0
        # By area, not by width: twice as much looks twice as large.
        grown = GROWTH * math.sqrt(max(values.get(key) or 0, 0) / most)
        second: Helix | None = point.get("second")
        _add_node(
            network,
            key,
            names[key],
            places[key],
            group=group(point["helix"], organisation=is_organisation(key)),
            size=round(swelling * (SMALLEST + grown + more)),
            degree=degree,
            **({"second": second.value} if second else {}),
            **({"ties": ties} if (ties := point.get("ties", degree)) != degree else {}),
        )


def _add_node(network: Any, key: str, name: str, place: tuple[int, int], **look: Any) -> None:
    # Through `add_node`, pyvis looks through all earlier points for each new one. The shape comes
    # with the group.
    from pyvis.node import Node

    node = Node(key, None, name, x=place[0], y=place[1], **look)
    del node.options["shape"]
    network.nodes.append(node.options)
    network.node_map[key] = node.options
    network.node_ids.append(key)


def _add_edges(network: Any, graph: StakeholderGraph) -> None:
    # One by one through `add_edge`, pyvis looks through all earlier ties for each new one.
    from pyvis.edge import Edge

    ties = graph.edges(data=True)
    weights = [tie["weight"] for _one, _other, tie in ties] or [0]
    lightest, span = min(weights), (max(weights) - min(weights)) or 1
    for number, (one, other, tie) in enumerate(ties):
        # What is as usual stays out: of 35,000 ties that is half of what is sent.
        more: dict[str, Any] = {"id": number, "weight": tie["weight"]}
        width = 1 + round((WIDEST - 1) * (tie["weight"] - lightest) / span)
        if width > 1:
            more["width"] = width
        # A role alone is no meeting: it is drawn lighter than what people did together.
        if tie["kinds"] == (AFFILIATION,):
            more["dashes"] = True
        more |= {end: month_number(tie[end]) for end in ("first", "last") if tie.get(end)}
        network.edges.append(Edge(one, other, **more).options)


def month_number(day: date) -> int:
    """Return the number of months from the beginning of our era: what the slider counts by."""
    return day.year * 12 + day.month - 1


def _options(outline: float) -> PictureData:
    """Return the look and the manners; pyvis takes the spaces out of every value."""
    return {
        "physics": {"enabled": False},
        "layout": {"improvedLayout": False},
        # What is seen while it is dragged is a copy of what was painted.
        "interaction": {"dragNodes": False, "hideNodesOnDrag": True},
        "edges": {"smooth": False},
        "groups": {
            group(None, organisation=False): _look(None, outline),
            **{
                name: look
                for helix in Helix
                for name, look in (
                    (group(helix, organisation=False), _look(helix, outline)),
                    (group(helix, organisation=True), _look(helix, 3 * outline)),
                    (f"{helix.value}-{SEAT}", _look(helix, 1, dashed=True)),
                )
            },
        },
    }


def _look(helix: Helix | None, outline: float, *, dashed: bool = False) -> PictureData:
    shape, colour = SHAPES[helix] if helix else SESSION
    lit = {"background": colour, "border": OUTLINE}
    look = {
        "shape": shape,
        "borderWidth": outline,
        "color": {**lit, "highlight": lit, "hover": lit},
    }
    return {**look, "shapeProperties": {"borderDashes": [3, 3]}} if dashed else look


class LabelsShown(StrEnum):
    """Which points have their name beside them."""

    FITTING = "fitting"
    FEW = "few"
    NONE = "none"


MOST_NAMES = {LabelsShown.FITTING: 160, LabelsShown.FEW: 10, LabelsShown.NONE: 0}


@dataclass(frozen=True, slots=True)
class Appearance:
    """The choices that change how a picture looks."""

    size: PointMeasure = PointMeasure.DEGREE  # the measure that marks grow with
    labels: LabelsShown = LabelsShown.FITTING  # which points have their name beside them
    chairs: bool = False  # whether to draw an empty chair for each helix missing in a neighbourhood
    anyway: bool = False  # whether to draw also what is too large to be read

    def key(self) -> tuple[str, ...]:
        """Return the same words for the same look."""
        return (self.size, self.labels, str(self.chairs))

    def is_held_back(self, points: int) -> bool:
        """Whether so many points are only drawn by choice."""
        return points > READABLE and not self.anyway


def is_carried(ties: int) -> bool:
    """Whether so few ties stand in the page itself, so that their picture waits for nothing."""
    return ties <= MOST_CARRIED


def at_hand(graph: StakeholderGraph, measure: PointMeasure) -> Values:
    """Return the degree of each point, or its strength; raise `KeyError` for other measures."""
    weights = {PointMeasure.DEGREE: None, PointMeasure.STRENGTH: "weight"}
    return dict(graph.degree(weight=weights[measure]))


def empty_chairs(
    graph: StakeholderGraph, areas: Iterable[int], helixes: Collection[Helix]
) -> list[tuple[int, Helix]]:
    """Return the chairs of these areas in their order: an area, and one of `helixes` it lacks."""
    # A chair is taken by anybody with that helix and area, whether they have a tie or not.
    taken = {(point["neighbourhood"], point["helix"]) for _key, point in graph.nodes(data=True)}
    return [
        (area, helix)
        for area in areas
        for helix in Helix
        if (not helixes or helix in helixes) and (area, helix) not in taken
    ]


def beside(chairs: Sequence[tuple[int, Helix]], places: Places) -> list[tuple[int, int]]:
    """Return a place for each chair to the right of the picture: a row for each neighbourhood."""
    right = max((x for x, _y in places.values()), default=0) + BESIDE
    top = min((y for _x, y in places.values()), default=0)
    areas = list(dict.fromkeys(area for area, _helix in chairs))
    # A column for each helix, also where nobody misses it: the same helix stands below itself.
    columns = list(Helix)
    return [
        (right + columns.index(helix) * COLUMN, top + areas.index(area) * ROW)
        for area, helix in chairs
    ]
