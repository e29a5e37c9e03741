"""Communities packed: first places, in which those who belong together stand together."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crm.core.libraries import np, npt, spatial
from crm.networks.rules import igraphs
from crm.networks.rules.igraphs import Mirror, Spot
from crm.networks.rules.sketch import SPACE, TURN, Pairs, Sketch, Spots

SEED = 20200326
ROUNDS = 200
PUSHES = 60
FEW = 300  # discs up to which trying every pair is quick
Radii: TypeAlias = "npt.NDArray[np.float64]"
PART = 0.45  # of an overlap that each of two steps aside at once


@dataclass(slots=True)
class _Disc:
    """A group of points laid out around (0, 0)."""

    places: dict[str, Spot]
    radius: float


def packed(sketch: Sketch) -> Spots:
    """
    Return first places: the same for the same network, whatever its order.

    Communities (Leiden, Traag e.a. 2019, doi 10.1038/s41598-019-41695-z) become discs, placed by
    the ties between them and pushed apart; inside a disc Fruchterman-Reingold. Parts that do not
    hang together stand in rows.
    """
    with igraphs.seeded(SEED):
        whole = igraphs.of_ties(sketch.keys, sketch.ends.tolist(), sketch.weights.tolist())
        parts = [_part(part) for part in whole.parts()]
    # By key where equal, so that the order of igraph's parts does not matter.
    parts.sort(key=lambda part: (-len(part.places), min(part.places)))
    placed = _rows(parts)
    return np.array([placed[key] for key in sketch.keys])


def _part(part: Mirror) -> _Disc:
    """Return one connected part, laid out by its communities."""
    communities, between = part.communities()
    discs = [_community(community) for community in communities]
    # Each community alone first: springs over all at once pull them into one heap.
    centres = _centres(between, discs)
    places = {
        key: (x + centre[0], y + centre[1])
        for disc, centre in zip(discs, centres, strict=True)
        for key, (x, y) in disc.places.items()
    }
    return _around_zero(places)


def _community(community: Mirror) -> _Disc:
    # As much space for each point in a large community as in a small one.
    radius = SPACE * math.sqrt(community.count)
    drawn = community.springs(_circle(community.count), ROUNDS)
    disc = _around_zero(dict(zip(community.names, drawn, strict=True)))
    factor = radius / (disc.radius - SPACE / 2 or 1.0)
    return _around_zero({key: (x * factor, y * factor) for key, (x, y) in disc.places.items()})


def _circle(count: int) -> list[Spot]:
    """Return places on a circle: a start for the springs that takes no lot."""
    turn = 2 * math.pi / count
    size = math.sqrt(count)
    return [(size * math.cos(turn * step), size * math.sin(turn * step)) for step in range(count)]


def _around_zero(places: Mapping[str, Spot]) -> _Disc:
    xs, ys = [x for x, _ in places.values()], [y for _, y in places.values()]
    middle = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
    moved = {key: (x - middle[0], y - middle[1]) for key, (x, y) in places.items()}
    return _Disc(moved, max(math.hypot(x, y) for x, y in moved.values()) + SPACE / 2)


def _centres(between: Mirror, discs: Sequence[_Disc]) -> list[Spot]:
    """Return where the discs stand: by the weight between them, without overlapping."""
    if len(discs) == 1:
        return [(0.0, 0.0)]
    drawn = between.springs(_circle(between.count), ROUNDS, weighted=True)
    spread = max(math.dist(spot, drawn[0]) for spot in drawn) or 1.0
    room = math.sqrt(sum(disc.radius**2 for disc in discs)) * 0.6
    places = [(x * room / spread, y * room / spread) for x, y in drawn]
    radii = [disc.radius for disc in discs]
    if len(discs) > FEW:
        return parted(places, radii, PUSHES)
    for _ in range(PUSHES):
        if not _pushed(places, radii):
            break
    return places


def _pushed(places: list[Spot], radii: Sequence[float]) -> bool:
    """Move overlapping circles half their overlap each; whether any was moved."""
    moved = False
    widest = max(radii)
    order = sorted(range(len(places)), key=lambda number: places[number])
    for place, one in enumerate(order):
        for other in order[place + 1 :]:
            # From left to right: whoever begins further on than this is out of reach.
            if places[other][0] - places[one][0] >= radii[one] + widest:
                break
            reach, (x, y), (u, v) = radii[one] + radii[other], places[one], places[other]
            distance = math.hypot(x - u, y - v)
            if distance >= reach - 1:
                continue
            across, down = ((x - u) / distance, (y - v) / distance) if distance else (1.0, 0.0)
            half = (reach - distance) / 2
            places[one] = (x + across * half, y + down * half)
            places[other] = (u - across * half, v - down * half)
            moved = True
    return moved


def _rows(parts: Sequence[_Disc]) -> dict[str, Spot]:
    """Return the parts in rows that together are about as wide as high."""
    # How wide and high each part is; its middle is (0, 0).
    extents = [
        (
            2 * max(abs(x) for x, _ in part.places.values()) + SPACE,
            2 * max(abs(y) for _, y in part.places.values()) + SPACE,
        )
        for part in parts
    ]
    wide = max(extents[0][0], math.sqrt(sum(across * down for across, down in extents)))
    placed: dict[str, Spot] = {}
    left = top = depth = 0.0
    for part, (across, down) in zip(parts, extents, strict=True):
        if left and left + across > wide:
            left, top = 0.0, depth
        centre = left + across / 2, top + down / 2
        placed |= {key: (x + centre[0], y + centre[1]) for key, (x, y) in part.places.items()}
        left, depth = left + across, max(depth, top + down)
    return placed


def parted(
    places: Sequence[tuple[float, float]], radii: Sequence[float], rounds: int
) -> list[tuple[float, float]]:
    """Return where circles stand after at most `rounds` rounds in which all step apart at once."""
    spots, wide = np.array(places, dtype=float), np.array(radii, dtype=float)
    for _ in range(rounds):
        pairs = overlapping(spots, wide)
        if not len(pairs):
            break
        spots = spots + _steps(spots, wide, pairs)
    return [(float(x), float(y)) for x, y in spots]


def overlapping(spots: Spots, radii: Radii) -> Pairs:
    """Return the pairs of circles that overlap, each once, in an order that data alone decide."""
    pairs = np.concatenate([*near(spots, radii)])
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    kept: Pairs = pairs[np.hypot(gaps[:, 0], gaps[:, 1]) < radii[one] + radii[other] - 1]
    return kept[np.argsort(kept[:, 0] * len(spots) + kept[:, 1])]


def near(spots: Spots, radii: Radii) -> Iterator[Pairs]:
    """Yield pairs that may overlap, by classes of size: each at most twice as wide as the last."""
    # With one reach for all, a single large circle would let each pair of small ones be tried.
    sizes = np.floor(np.log2(np.maximum(radii, 1.0))).astype(int)
    classes = [(size, np.nonzero(sizes == size)[0]) for size in np.unique(sizes).tolist()]
    trees = [(2.0 ** (size + 1), held, spatial.cKDTree(spots[held])) for size, held in classes]
    for place, (reach, held, tree) in enumerate(trees):
        for other_reach, others, other_tree in trees[place:]:
            near = tree.sparse_distance_matrix(
                other_tree, reach + other_reach, output_type="ndarray"
            )
            pairs = np.column_stack((held[near["i"]], others[near["j"]])).astype(np.int64)
            # Within one class, each pair is found from both sides, and each circle itself.
            yield pairs[pairs[:, 0] < pairs[:, 1]] if held is others else pairs


def _steps(spots: Spots, radii: Radii, pairs: Pairs) -> Spots:
    one, other = pairs[:, 0], pairs[:, 1]
    gaps = spots[one] - spots[other]
    far = np.hypot(gaps[:, 0], gaps[:, 1])
    same = far < 1e-6  # noqa: PLR2004 - on one spot, but for the dust of adding
    gaps[same] = np.column_stack((np.cos(one[same] * TURN), np.sin(one[same] * TURN)))
    away = (radii[one] + radii[other] - far) * PART / np.where(same, 1.0, far)
    steps = np.zeros_like(spots)
    np.add.at(steps, one, gaps * away[:, None])
    np.add.at(steps, other, -gaps * away[:, None])
    met = np.bincount(pairs.ravel(), minlength=len(spots))
    # Pushed by many at once, a circle would shoot past all of them.
    return steps / np.maximum(1.0, met / 2)[:, None]
