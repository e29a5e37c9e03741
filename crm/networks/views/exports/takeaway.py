"""What of a network is taken away, as one may see it, and how it looks: as on the page."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from crm.core import tokens
from crm.core.libraries import nx
from crm.core.permissions import Actor
from crm.core.ties import ORGANISATION, PERSON
from crm.networks.queries.network_views import Look
from crm.networks.rules.graph import Lines, StakeholderGraph
from crm.networks.rules.picture import PictureData, Seat, Shelf, draw, written
from crm.stakeholders.models import Helix

ID_LENGTH = 16
CHAIR = "chair"
NOWHERE = (0, 0)
KINDS = {PERSON: "person", ORGANISATION: "organisation", "s": "session"}
# What XML 1.0 cannot hold, and lone halves of a pair, which no file can.
UNWRITABLE = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class TakenPoint:
    """A point: its key in files, its name or pseudonym, and its place in the picture."""

    id: str
    name: str
    kind: str  # person, organisation or session; an empty chair is of the kind chair
    helix: Helix | None  # none for a session
    second: Helix | None
    ties: int  # how many it has
    weight: float  # of these ties together
    grows: float | None  # what its mark grows with; none has the smallest
    x: int
    y: int
    lines: Lines = Lines.SHOWN  # whether some of its ties are lines in the picture
    is_drawn: bool = True  # whether it has a place in the picture; else x and y say nothing


@dataclass(frozen=True, slots=True)
class TakenTie:
    """A tie between two points by their keys, and the days between which it was made."""

    one: str
    other: str
    weight: float
    kinds: tuple[str, ...]  # kinds of what made it, in one word each
    first: date | None
    last: date | None
    is_drawn: bool = True  # whether it is a line in the picture


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the points of a picture stand, and what their marks grow with, both by their keys."""

    places: Mapping[str, tuple[int, int]]
    values: Mapping[str, float | None]
    seats: Sequence[Seat] = ()  # the empty chairs beside them, where these are asked for
    shelves: Sequence[Shelf] = ()  # what is said above those without a line


@dataclass(frozen=True, slots=True)
class Heading:
    """
    What stands around the network in a file, in the reader's words.

    :ivar helixes: what each shape and colour stands for; without helix, a session
    """

    project: str
    title: str
    day: date  # the day on which it is taken away
    dated: str  # the same, as the reader writes it
    language: str = "en"  # of all words here, by its code
    filters: tuple[str, ...] = ()  # what was asked for, one line each
    summary: str = ""  # what the picture shows, for who cannot see it
    helixes: tuple[tuple[Helix | None, str], ...] = ()
    notes: tuple[str, ...] = ()  # what else is to be known of the picture, a sentence each


@dataclass(frozen=True, slots=True)
class Takeaway:
    """
    What one file holds: its heading, and points and ties in the order of their keys.

    All of the network is in it. What draws a picture draws the part that is drawn on the page.

    :ivar chairs: what is drawn beside the points and is none of them, so that nobody counts it
    :ivar shelves: what is said above those without a line
    """

    heading: Heading
    points: tuple[TakenPoint, ...]
    ties: tuple[TakenTie, ...]
    chairs: tuple[TakenPoint, ...] = ()
    shelves: tuple[Shelf, ...] = ()

    @property
    def drawn(self) -> tuple[TakenPoint, ...]:
        """The points that have a place in the picture."""
        return tuple(point for point in self.points if point.is_drawn)

    @property
    def lines(self) -> tuple[TakenTie, ...]:
        """The ties that are lines in the picture."""
        return tuple(tie for tie in self.ties if tie.is_drawn)

    @property
    def is_cut(self) -> bool:
        """Whether the picture leaves ties out."""
        return len(self.lines) < len(self.ties)

    @property
    def marks(self) -> tuple[TakenPoint, ...]:
        """All that has a place in the picture."""
        return self.drawn + self.chairs


def pack(actor: Actor, project_id: int, seen: Look, placed: Placed, heading: Heading) -> Takeaway:
    """
    Return the network as `actor` may see it, ready to be written to a file.

    :param seen: with a name for each point of the network

    Its keys are the same in each file for the same eyes, and say nothing of our own: whoever has
    a file with names and one with pseudonyms cannot lay them side by side by their keys.
    """
    eyes = "named" if actor.sees_private_persons else "member" if actor.role else "anybody"
    keys = {
        key: key[0] + tokens.digest(f"network|{project_id}|{eyes}|{key}")[:ID_LENGTH]
        for key in seen.whole
    }
    # In the order of their keys in files: that of ours would tell who came first.
    points = tuple(sorted(_points(seen, placed, keys), key=lambda point: point.id))
    chairs = tuple(
        TakenPoint(
            id=f"e{number}",
            name=writable(seat.name),
            kind=CHAIR,
            helix=seat.helix,
            second=None,
            ties=0,
            weight=0.0,
            grows=None,
            x=seat.place[0],
            y=seat.place[1],
        )
        for number, seat in enumerate(placed.seats)
    )
    return Takeaway(heading, points, _ties(seen, keys), chairs, tuple(placed.shelves))


def _points(seen: Look, placed: Placed, keys: Mapping[str, str]) -> list[TakenPoint]:
    strengths = dict(seen.whole.degree(weight="weight"))
    return [
        TakenPoint(
            id=keys[key],
            name=writable(seen.names[key]),
            kind=KINDS[key[0]],
            helix=node["helix"],
            second=node.get("second"),
            ties=seen.whole.degree[key],
            weight=round(strengths[key], 9),
            grows=placed.values.get(key),
            x=placed.places.get(key, NOWHERE)[0],
            y=placed.places.get(key, NOWHERE)[1],
            lines=seen.lines_of(key),
            is_drawn=key in seen.shown,
        )
        for key, node in seen.whole.nodes(data=True)
    ]


def writable(text: str) -> str:
    """Return a text without the signs that files of no kind can hold."""
    return UNWRITABLE.sub("", text)


def _ties(seen: Look, keys: Mapping[str, str]) -> tuple[TakenTie, ...]:
    found = []
    for one, other, tie in seen.whole.edges(data=True):
        first, second = sorted((keys[one], keys[other]))
        kinds = tuple(str(kind) for kind in tie["kinds"])
        days = tie.get("first"), tie.get("last")
        drawn = seen.shown.has_edge(one, other)
        found.append(TakenTie(first, second, tie["weight"], kinds, *days, is_drawn=drawn))
    return tuple(sorted(found, key=lambda tie: (tie.one, tie.other)))


@dataclass(frozen=True, slots=True)
class PointLook:
    """Shape, colour, half its width, and outline; `empty` is a chair without anybody, of dashes."""

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
    graph.add_edges_from(
        (
            tie.one,
            tie.other,
            {"weight": tie.weight, "kinds": tie.kinds, "first": tie.first, "last": tie.last},
        )
        for tie in ties
    )
    places = {point.id: (point.x, point.y) for point in points}
    names = {point.id: point.name for point in points}
    values = {point.id: point.grows for point in points}
    seats = [
        Seat(chair.helix, chair.name, (chair.x, chair.y))
        for chair in takeaway.chairs
        if chair.helix is not None
    ]
    return draw(graph, places, names, values, seats)


class Looks:
    """The looks of what the picture of one takeaway draws; with `every`, of the whole network."""

    def __init__(self, takeaway: Takeaway, *, every: bool = False) -> None:
        # Asked of pyvis, so that a file never looks otherwise than the page.
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
        return PointLook(group["shape"], colour, node["size"], outline, point.kind == CHAIR)

    def tie(self, tie: TakenTie) -> TieLook:
        """Return the look of a tie."""
        edge = self._ties[frozenset((tie.one, tie.other))]
        return TieLook(edge.get("width", 1), edge.get("dashes", False))
