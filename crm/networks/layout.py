"""Places for the points of a network: communities as discs, packed."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.networks import igraphs
from crm.networks.graph import StakeholderGraph
from crm.networks.igraphs import Mirror

Place = tuple[float, float]

SEED = 20200326
GAP = 100.0  # between neighbours, in the units of the picture
ROUNDS = 200
PUSHES = 60
ELBOW = GAP * 0.55  # the room that a point asks for
SHOVES = 600  # shared by the points of a community
SHELF, COLUMN, ROW = 5, 170.0, 60.0


@dataclass(slots=True)
class _Disc:
    """A group of points laid out around (0, 0)."""

    places: dict[str, Place]
    radius: float


def positions(graph: StakeholderGraph) -> dict[str, tuple[int, int]]:
    """
    Return a place for every point: the same for the same graph, whatever its order.

    Communities (Leiden, Traag e.a. 2019, doi 10.1038/s41598-019-41695-z) become discs, placed by
    the ties between them and pushed apart; inside a disc Fruchterman-Reingold. Parts that do not
    hang together stand side by side, points without ties on a shelf below.
    """
    tied = sorted(key for key, degree in graph.degree if degree)
    alone = sorted(key for key, degree in graph.degree if not degree)
    with igraphs.seeded(SEED):
        parts = [_part(part) for part in igraphs.mirror(graph, tied).parts()]
    parts.sort(key=lambda part: (-len(part.places), min(part.places)))
    placed, width, depth = _rows(parts)
    placed |= _shelf(alone, width, depth)
    return {key: (round(x), round(y)) for key, (x, y) in placed.items()}


def _part(part: Mirror) -> _Disc:
    """Return one connected part, laid out by its communities."""
    communities, between = part.communities()
    discs = [_community(community) for community in communities]
    centres = _packed(_centres(between), discs)
    places = {
        key: (x + centre[0], y + centre[1])
        for disc, centre in zip(discs, centres, strict=True)
        for key, (x, y) in disc.places.items()
    }
    return _around_zero(places)


def _community(community: Mirror) -> _Disc:
    count = community.count
    radius = GAP * math.sqrt(count) * 0.85
    if count == 1:
        return _Disc({community.names[0]: (0.0, 0.0)}, radius)
    drawn = community.springs(_circle(count), ROUNDS)
    disc = _around_zero(dict(zip(community.names, drawn, strict=True)))
    factor = radius / (disc.radius - GAP / 2 or 1.0)
    apart = _pushed_apart(
        [(x * factor, y * factor) for x, y in disc.places.values()],
        [ELBOW] * count,
        4 + SHOVES // count,
    )
    return _around_zero(dict(zip(disc.places, apart, strict=True)))


def _circle(count: int) -> list[Place]:
    """Return places on a circle: a start for the springs that takes no lot."""
    turn = 2 * math.pi / count
    size = math.sqrt(count)
    return [(size * math.cos(turn * step), size * math.sin(turn * step)) for step in range(count)]


def _around_zero(places: Mapping[str, Place]) -> _Disc:
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    moved = {key: (x - middle[0], y - middle[1]) for key, (x, y) in places.items()}
    return _Disc(moved, max(math.hypot(x, y) for x, y in moved.values()) + GAP / 2)


def _centres(between: Mirror) -> list[Place]:
    """Return places for the communities themselves, by the weight between them."""
    return between.springs(_circle(between.count), ROUNDS, weighted=True)


def _packed(centres: Sequence[Place], discs: Sequence[_Disc]) -> list[Place]:
    """Scale the centres to the room that the discs need, and push overlapping ones apart."""
    if len(discs) == 1:
        return [(0.0, 0.0)]
    spread = max(math.dist(one, centres[0]) for one in centres) or 1.0
    room = math.sqrt(sum(disc.radius**2 for disc in discs)) * 0.6
    places = [(x * room / spread, y * room / spread) for x, y in centres]
    return _pushed_apart(places, [disc.radius for disc in discs], PUSHES)


def _pushed_apart(places: list[Place], radii: Sequence[float], rounds: int) -> list[Place]:
    for _ in range(rounds):
        if not _pushed(places, radii):
            break
    return places


def _pushed(places: list[Place], radii: Sequence[float]) -> bool:
    """Move overlapping circles half their overlap each; whether any was moved."""
    moved = False
    widest = max(radii)
    order = sorted(range(len(places)), key=lambda number: places[number])
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            # From left to right: whoever begins further on than this is out of reach.
            if places[other][0] - places[one][0] >= radii[one] + widest:
                break
            moved |= _parted(places, one, other, radii[one] + radii[other])
    return moved


def _parted(places: list[Place], one: int, other: int, reach: float) -> bool:
    (x, y), (u, v) = places[one], places[other]
    if abs(y - v) >= reach - 1:
        return False
    distance = math.hypot(x - u, y - v)
    if distance >= reach - 1:
        return False
    across, down = ((x - u) / distance, (y - v) / distance) if distance else (1.0, 0.0)
    half = (reach - distance) / 2
    places[one] = (x + across * half, y + down * half)
    places[other] = (u - across * half, v - down * half)
    return True


def _rows(parts: Iterable[_Disc]) -> tuple[dict[str, Place], float, float]:
    """Return the parts in rows as wide as the first and largest, and the size of it all."""
    placed: dict[str, Place] = {}
    left = top = depth = width = 0.0
    for part in parts:
        across, down = _extent(part)
        width = width or max(across, SHELF * COLUMN)
        if left and left + across > width:
            left, top = 0.0, depth
        centre = left + across / 2, top + down / 2
        placed |= {key: (x + centre[0], y + centre[1]) for key, (x, y) in part.places.items()}
        left, depth = left + across, max(depth, top + down)
    return placed, width, depth


def _extent(part: _Disc) -> Place:
    """Return how wide and high a part is; its middle is (0, 0)."""
    return (
        2 * max(abs(x) for x, _ in part.places.values()) + GAP,
        2 * max(abs(y) for _, y in part.places.values()) + GAP,
    )


def _shelf(keys: Sequence[str], width: float, depth: float) -> dict[str, Place]:
    """Return places in rows below the picture for points without ties, with room for names."""
    columns = max(SHELF, int(width // COLUMN), math.isqrt(len(keys) // 3))
    left = (width - (min(columns, len(keys)) - 1) * COLUMN) / 2
    return {
        key: (left + (place % columns) * COLUMN, depth + GAP / 2 + (place // columns) * ROW)
        for place, key in enumerate(keys)
    }
