"""All measures of one network at once, by name, and as text that can be kept."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from crm.core.libraries import np
from crm.networks.rules import helix_mixing
from crm.networks.rules.arrays import NO_HELIX, Arrays, Modes, Numbers, Sides, Values, modes_of
from crm.networks.rules.igraphs import Measured

SEED = 20200326
# The best of so many seeded divisions into communities; all runs together see so many ties.
MOST_RUNS, FEWEST_RUNS, TIES_OF_RUNS = 20, 4, 200_000
LIGHTEST = 1e-9  # weights are rounded to this
OnProgress: TypeAlias = Callable[[int, int], None]
Figure: TypeAlias = float | int | None
Column: TypeAlias = list[Figure]
# Starts of paths that are looked at in one go. igraph lets nobody else work meanwhile: with 35,000
# ties these take a fourteenth of a second.
AT_ONCE = 100
# Rises when a measure is added or worked out otherwise: what was kept before counts no more.
VERSION = 2


class PointMeasure(StrEnum):
    """What is measured of every point of a network."""

    DEGREE = "degree"
    SHARE_OF_TIES = "share_of_ties"
    STRENGTH = "strength"
    BETWEENNESS = "betweenness"
    CLOSENESS = "closeness"
    CONSTRAINT = "constraint"
    EFFECTIVE_SIZE = "effective_size"
    EFFICIENCY = "efficiency"
    CORE = "core"
    PARTICIPATION = "participation"
    COORDINATOR = "coordinator"
    ITINERANT = "itinerant"
    BOUNDARY = "boundary"
    LIAISON = "liaison"
    ARTICULATION = "articulation"


class NetworkMeasure(StrEnum):
    """What is measured of a network as a whole, but for its tables."""

    POINTS = "points"
    ALONE = "alone"
    TIES = "ties"
    WEIGHT = "weight"
    COMPONENTS = "components"
    LARGEST = "largest"
    DENSITY = "density"
    MEAN_PATH = "mean_path"
    DIAMETER = "diameter"
    TRANSITIVITY = "transitivity"
    CORE = "core"
    CORE_SIZE = "core_size"
    DEGREE_ASSORTATIVITY = "degree_assortativity"
    ARTICULATIONS = "articulations"
    COMMUNITIES = "communities"
    MODULARITY = "modularity"
    EI_INDEX = "ei_index"
    EI_BY_CHANCE = "ei_by_chance"
    EI_Z = "ei_z"
    ASSORTATIVITY = "assortativity"
    SEGREGATION = "segregation"
    SYNERGY = "synergy"
    EVENNESS = "evenness"


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is measured of one network; what is undefined is none."""

    keys: tuple[str, ...]  # the points, in the order of every column of `points`
    points: Mapping[PointMeasure, Column]
    network: Mapping[NetworkMeasure, Figure]
    helixes: list[int]  # points of each helix in the order of `Helix`
    mixing: list[list[int]]  # ties between each two helixes in that order, each counted once
    mixing_by_chance: list[list[float]]  # the same as chance alone would give
    homophily: Column  # Coleman's homophily of each helix in that order
    community: list[int]  # number of each point's community, from 0 and the largest first

    def against_chance(self, one: int, other: int) -> float | None:
        """Return ties between two helixes, by place, as a part of what chance gives."""
        expected = self.mixing_by_chance[one][other]
        return self.mixing[one][other] / expected if expected else None


def no_progress(_done: int, _total: int) -> None:
    """Let nobody wait for a small network."""


def figures(
    network: Arrays,
    gatherings: Iterable[Sequence[int]] = (),
    *,
    by_strength: bool = False,
    on_progress: OnProgress = no_progress,
) -> Figures:
    """
    Return all measures of `network`.

    :param gatherings: for each session of the network how many of each helix were there
    :param by_strength: let a tie be as long as 1 / its weight, and constraint go by strength
    :param on_progress: hears how far it is: points looked at, and points in all
    """
    # What faded to nothing is the lightest tie and the longest way, but no endless one.
    weights = np.maximum(network.weights, LIGHTEST)
    held = Measured(
        network.count,
        network.ends.tolist(),
        lengths=(1 / weights).tolist() if by_strength else None,
        weights=weights.tolist() if by_strength else None,
    )
    parts = np.array(held.parts(), dtype=np.int64)
    walked, modes = paths(held, parts, on_progress), modes_of(network)
    degrees = network.degrees().astype(np.float64)
    mixed = network.with_helix()
    points = {
        **_points(network, held, by_strength=by_strength),
        # By how many ties and ways there could be at most.
        PointMeasure.SHARE_OF_TIES: modes.share_of_ties(degrees).tolist(),
        PointMeasure.BETWEENNESS: modes.betweenness(walked.betweenness).tolist(),
        PointMeasure.CLOSENESS: modes.closeness(walked.closeness).tolist(),
        **_across(network, mixed),
    }
    community, divided = _communities(network, held)
    return Figures(
        keys=network.keys,
        # In the order of the measures, in which they are told and kept.
        points={measure: points[measure] for measure in PointMeasure},
        network={
            **_sizes(network, parts, modes),
            **_shape(held, walked, points, by_strength=by_strength),
            **divided,
            **_helixes(mixed, gatherings),
        },
        helixes=helix_mixing.sizes(mixed).tolist(),
        mixing=helix_mixing.mixing(mixed).tolist(),
        mixing_by_chance=helix_mixing.mixing_by_chance(mixed).tolist(),
        homophily=[*helix_mixing.homophily(mixed)],
        community=community,
    )


def _points(network: Arrays, held: Measured, *, by_strength: bool) -> dict[PointMeasure, Column]:
    degrees = network.degrees()
    cut = set(held.articulation_points())
    # Without weights Burt's redundancy is what Borgatti made of it, which igraph counts quickly.
    redundant = (
        helix_mixing.redundancies(network)
        if by_strength
        else np.array(held.closed_pairs()) * (degrees - 1)
    )
    # Whoever has no tie has no size, rather than one of nothing.
    has, sizes = degrees > 0, (degrees - redundant).astype(np.float64)
    shares = sizes / np.maximum(degrees, 1)
    return {
        PointMeasure.DEGREE: degrees.tolist(),
        PointMeasure.STRENGTH: _plain(network.strengths()),
        PointMeasure.CONSTRAINT: [_defined(value) for value in held.constraint()],
        PointMeasure.EFFECTIVE_SIZE: _where(has, sizes),
        PointMeasure.EFFICIENCY: _where(has, shares),
        PointMeasure.CORE: [*held.coreness()],
        PointMeasure.ARTICULATION: [int(place in cut) for place in range(network.count)],
    }


def _across(network: Arrays, mixed: Arrays) -> dict[PointMeasure, Column]:
    """Return what goes by helix; none for points without one."""
    roles = helix_mixing.roles(mixed)
    columns: dict[PointMeasure, Column] = {
        PointMeasure.PARTICIPATION: [*helix_mixing.participation(mixed)],
        PointMeasure.COORDINATOR: roles.coordinator.tolist(),
        PointMeasure.ITINERANT: roles.itinerant.tolist(),
        PointMeasure.BOUNDARY: roles.boundary.tolist(),
        PointMeasure.LIAISON: roles.liaison.tolist(),
    }
    has = (network.helix != NO_HELIX).tolist()
    found: dict[PointMeasure, Column] = {}
    for measure, column in columns.items():
        values = iter(column)
        found[measure] = [next(values) if has_helix else None for has_helix in has]
    return found


def _sizes(network: Arrays, parts: Numbers, modes: Modes) -> dict[NetworkMeasure, Figure]:
    count, ties = network.count, network.ties
    sizes, every = np.bincount(parts), modes.pairs
    return {
        NetworkMeasure.POINTS: count,
        NetworkMeasure.ALONE: int(np.count_nonzero(network.degrees() == 0)),
        NetworkMeasure.TIES: ties,
        NetworkMeasure.WEIGHT: _plain(np.array([math.fsum(network.weights)]))[0],
        NetworkMeasure.COMPONENTS: int(np.count_nonzero(sizes > 1)),
        NetworkMeasure.LARGEST: int(sizes.max(initial=0)),
        NetworkMeasure.DENSITY: ties / every if every else None,
    }


def _shape(
    held: Measured, walked: Paths, points: Mapping[PointMeasure, Column], *, by_strength: bool
) -> dict[NetworkMeasure, Figure]:
    longest = walked.longest
    # The innermost core is that of the whole network; none where nobody has a tie.
    cores = [core or 0 for core in points[PointMeasure.CORE]]
    most = max(cores, default=0)
    return {
        NetworkMeasure.MEAN_PATH: walked.mean,
        NetworkMeasure.DIAMETER: longest if by_strength or longest is None else int(longest),
        NetworkMeasure.TRANSITIVITY: _defined(held.transitivity()),
        NetworkMeasure.DEGREE_ASSORTATIVITY: _defined(held.degree_assortativity()),
        NetworkMeasure.ARTICULATIONS: points[PointMeasure.ARTICULATION].count(1),
        NetworkMeasure.CORE: int(most) if most else None,
        NetworkMeasure.CORE_SIZE: cores.count(most) if most else None,
    }


def _communities(network: Arrays, held: Measured) -> tuple[list[int], dict[NetworkMeasure, Figure]]:
    """Return the community of each point, numbered from the largest, and what that division is."""
    # Of so many divisions the best is taken: fewer where each is dear.
    runs = max(FEWEST_RUNS, min(MOST_RUNS, TIES_OF_RUNS // max(network.ties, 1)))
    membership, modularity = held.communities(SEED, runs) if network.count else ([], 0.0)
    # Numbered by size and then by their first point, for Leiden numbers them by its lots.
    first = {number: place for place, number in reversed([*enumerate(membership)])}
    by_size = sorted(first, key=lambda number: (-membership.count(number), first[number]))
    rank = {number: place for place, number in enumerate(by_size)}
    community = [rank[number] for number in membership]
    return community, {
        NetworkMeasure.COMMUNITIES: int(np.count_nonzero(np.bincount(community or [0]) > 1)),
        NetworkMeasure.MODULARITY: modularity if network.ties else None,
    }


def _helixes(mixed: Arrays, gatherings: Iterable[Sequence[int]]) -> dict[NetworkMeasure, Figure]:
    chance = helix_mixing.ei_chance(mixed)
    counts = [tuple(gathering) for gathering in gatherings]
    # Synergy asks which helixes were there, not how many of each.
    present = [[int(bool(count)) for count in row] for row in counts]
    evenness = (helix_mixing.evenness(row) for row in counts)
    even = [value for value in evenness if value is not None]
    return {
        NetworkMeasure.EI_INDEX: helix_mixing.ei_index(mixed),
        NetworkMeasure.EI_BY_CHANCE: helix_mixing.ei_by_chance(mixed),
        NetworkMeasure.EI_Z: chance.z if chance else None,
        NetworkMeasure.ASSORTATIVITY: helix_mixing.assortativity(mixed),
        NetworkMeasure.SEGREGATION: helix_mixing.segregation(mixed),
        NetworkMeasure.SYNERGY: helix_mixing.synergy(present),
        NetworkMeasure.EVENNESS: math.fsum(even) / len(even) if even else None,
    }


def _plain(values: Values) -> Column:
    """Return sums of weights without the dust of adding thirds, whole where they are whole."""
    rounded = np.round(values.astype(np.float64), 9).tolist()
    return [int(value) if value.is_integer() else value for value in rounded]


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _where(has: Sides, values: Values) -> Column:
    return [float(value) if known else None for value, known in zip(values, has, strict=True)]


@dataclass(frozen=True, slots=True)
class Paths:
    """
    What the shortest paths of a network say.

    :param betweenness: share of the pairs of others whose shortest paths pass a point (Freeman
        1977, Sociometry 40:35)
    :param closeness: how near a point is to all others, 0 to 1; who is out of reach counts as far
        (Wasserman & Faust 1994, 5.2.2)
    :param mean: mean distance of all pairs that reach each other; none where there is no such pair
    :param longest: the greatest distance of such a pair
    """

    betweenness: Values
    closeness: Values
    mean: float | None
    longest: float | None


def paths(held: Measured, parts: Numbers, on_progress: OnProgress) -> Paths:
    """
    Return what the shortest paths of a network say.

    :param parts: number of the part that each point hangs together with
    :param on_progress: hears how many points of how many were looked at
    """
    count = len(parts)
    between, near, far = np.zeros(count), np.full(count, np.nan), np.zeros(count)
    chunks = (range(start, min(start + AT_ONCE, count)) for start in range(0, count, AT_ONCE))
    for some in chunks:
        between += np.array(held.betweenness(some))
        near[some] = held.closeness(some)
        far[some] = held.eccentricity(some)
        on_progress(some.stop, count)
    others = np.bincount(parts)[parts] - 1 if count else np.zeros(0)
    sums = np.divide(1.0, near, out=np.zeros(count), where=others > 0)
    nearness = np.divide(others, sums, out=np.zeros(count), where=others > 0)
    pairs = float(others.sum())
    return Paths(
        betweenness=between * (2 / max((count - 1) * (count - 2), 1)),
        closeness=nearness * (others / max(count - 1, 1)),
        mean=float(sums.sum()) / pairs if pairs else None,
        longest=float(far.max()) if pairs else None,
    )


def digest(network: Arrays, gatherings: Sequence[Sequence[int]], *, by_strength: bool) -> str:
    """Return a mark of everything that the figures of a network follow from."""
    # The ties in the order of their ends: the same network read in another order has one mark.
    found = hashlib.sha256(repr((VERSION, by_strength, network.keys, tuple(gatherings))).encode())
    order = np.lexsort((network.ends.max(axis=1), network.ends.min(axis=1)))
    for column in (np.sort(network.ends, axis=1)[order], network.weights[order], network.helix):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()


def packed(figures: Figures) -> str:
    """Return `figures` as JSON."""
    values = {name: getattr(figures, name) for name in Figures.__slots__}
    return json.dumps(values, separators=(",", ":"), allow_nan=False)


def unpacked(text: str) -> Figures:
    """Return the figures that `packed` made this text of."""
    values = json.loads(text)
    values["keys"] = tuple(values["keys"])
    values["points"] = {PointMeasure(name): row for name, row in values["points"].items()}
    values["network"] = {NetworkMeasure(name): value for name, value in values["network"].items()}
    return Figures(**values)
