"""All measures of one network at once, as values that can be kept."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from crm.core.libraries import np
from crm.networks.igraphs import Measured
from crm.networks.measures import brokerage, helix_mixing, meetings
from crm.networks.measures.arrays import NO_HELIX, Arrays, Numbers, Values
from crm.networks.measures.modes import Modes, modes_of
from crm.networks.measures.paths import OnProgress, Paths, paths
from crm.networks.measures.vocabulary import NetworkMeasure, PointMeasure

SEED = 20200326
# The best of so many seeded divisions into communities; all runs together see so many ties.
MOST_RUNS, FEWEST_RUNS, TIES_OF_RUNS = 20, 4, 200_000
LIGHTEST = 1e-9  # weights are rounded to this

Figure: TypeAlias = float | int | None
Column: TypeAlias = list[Figure]


@dataclass(frozen=True, slots=True)
class Figures:
    """
    Everything that is measured of one network; what is undefined is none.

    :param keys: the points, in the order of every column of `points`
    :param helixes: points of each helix in the order of `Helix`
    :param mixing: ties between each two helixes in that order, each counted once
    :param mixing_by_chance: the same as chance alone would give
    :param homophily: Coleman's homophily of each helix in that order
    :param community: number of each point's community, from 0 and the largest first
    """

    keys: tuple[str, ...]
    points: Mapping[PointMeasure, Column]
    network: Mapping[NetworkMeasure, Figure]
    helixes: list[int]
    mixing: list[list[int]]
    mixing_by_chance: list[list[float]]
    homophily: Column
    community: list[int]

    def of(self, key: str) -> dict[PointMeasure, Figure]:
        """Return the figures of one point; none of them where it is no point of this network."""
        if key not in self.keys:
            return {}
        place = self.keys.index(key)
        return {measure: column[place] for measure, column in self.points.items()}

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
    held = _held(network, by_strength=by_strength)
    parts = np.array(held.parts(), dtype=np.int64)
    walked, modes = paths(held, parts, on_progress), modes_of(network)
    points = _points(network, held, by_strength=by_strength) | _along(network, walked, modes)
    points |= _across(network)
    community, divided = _communities(network, held)
    mixed = network.with_helix()
    whole = _sizes(network, parts, modes) | _shape(held, walked, by_strength=by_strength)
    across_helixes = _helixes(mixed) | _gatherings(gatherings)
    return Figures(
        keys=network.keys,
        points={measure: points[measure] for measure in PointMeasure},
        network=whole | _cores(points) | divided | across_helixes,
        helixes=helix_mixing.sizes(mixed).tolist(),
        mixing=helix_mixing.mixing(mixed).tolist(),
        mixing_by_chance=helix_mixing.mixing_by_chance(mixed).tolist(),
        homophily=[*helix_mixing.homophily(mixed)],
        community=community,
    )


def _held(network: Arrays, *, by_strength: bool) -> Measured:
    if not by_strength:
        return Measured(network.count, network.ends.tolist())
    # What faded to nothing is the lightest tie and the longest way, but no endless one.
    weights = np.maximum(network.weights, LIGHTEST)
    return Measured(
        network.count,
        network.ends.tolist(),
        lengths=(1 / weights).tolist(),
        weights=weights.tolist(),
    )


def _along(network: Arrays, walked: Paths, modes: Modes) -> dict[PointMeasure, Column]:
    """Return what goes by how many ties and ways there could be at most."""
    degrees = network.degrees().astype(np.float64)
    return {
        PointMeasure.SHARE_OF_TIES: modes.share_of_ties(degrees).tolist(),
        PointMeasure.BETWEENNESS: modes.betweenness(walked.betweenness).tolist(),
        PointMeasure.CLOSENESS: modes.closeness(walked.closeness).tolist(),
    }


def _points(network: Arrays, held: Measured, *, by_strength: bool) -> dict[PointMeasure, Column]:
    degrees = network.degrees()
    cut = set(held.articulation_points())
    if by_strength:
        redundant = brokerage.redundancies(network)
    else:
        redundant = np.array(held.closed_pairs()) * (degrees - 1)
    sizes = _only_with_ties(degrees - redundant, degrees)
    return {
        PointMeasure.DEGREE: degrees.tolist(),
        PointMeasure.STRENGTH: _plain(network.strengths()),
        PointMeasure.CONSTRAINT: [_defined(value) for value in held.constraint()],
        PointMeasure.EFFECTIVE_SIZE: sizes,
        PointMeasure.EFFICIENCY: _only_with_ties(
            (degrees - redundant) / np.maximum(degrees, 1), degrees
        ),
        PointMeasure.CORE: [*held.coreness()],
        PointMeasure.ARTICULATION: [int(place in cut) for place in range(network.count)],
    }


def _across(network: Arrays) -> dict[PointMeasure, Column]:
    """Return what goes by helix; none for points without one."""
    mixed = network.with_helix()
    roles = brokerage.roles(mixed)
    columns: dict[PointMeasure, Column] = {
        PointMeasure.PARTICIPATION: [*helix_mixing.participation(mixed)],
        PointMeasure.COORDINATOR: roles.coordinator.tolist(),
        PointMeasure.ITINERANT: roles.itinerant.tolist(),
        PointMeasure.BOUNDARY: roles.boundary.tolist(),
        PointMeasure.LIAISON: roles.liaison.tolist(),
    }
    has = (network.helix != NO_HELIX).tolist()
    return {measure: _spread(column, has) for measure, column in columns.items()}


def _spread(column: Column, has: Sequence[bool]) -> Column:
    values = iter(column)
    return [next(values) if one else None for one in has]


def _sizes(network: Arrays, parts: Numbers, modes: Modes) -> dict[NetworkMeasure, Figure]:
    count, ties = network.count, network.ties
    sizes = np.bincount(parts)
    every = modes.pairs
    return {
        NetworkMeasure.POINTS: count,
        NetworkMeasure.ALONE: int(np.count_nonzero(network.degrees() == 0)),
        NetworkMeasure.TIES: ties,
        NetworkMeasure.WEIGHT: _plain(np.array([math.fsum(network.weights)]))[0],
        NetworkMeasure.COMPONENTS: int(np.count_nonzero(sizes > 1)),
        NetworkMeasure.LARGEST: int(sizes.max(initial=0)),
        NetworkMeasure.DENSITY: ties / every if every else None,
    }


def _shape(held: Measured, walked: Paths, *, by_strength: bool) -> dict[NetworkMeasure, Figure]:
    longest = walked.longest
    return {
        NetworkMeasure.MEAN_PATH: walked.mean,
        NetworkMeasure.DIAMETER: longest if by_strength or longest is None else int(longest),
        NetworkMeasure.TRANSITIVITY: _defined(held.transitivity()),
        NetworkMeasure.DEGREE_ASSORTATIVITY: _defined(held.degree_assortativity()),
    }


def _cores(points: Mapping[PointMeasure, Column]) -> dict[NetworkMeasure, Figure]:
    cores = [core or 0 for core in points[PointMeasure.CORE]]
    most = max(cores, default=0)
    return {
        NetworkMeasure.ARTICULATIONS: points[PointMeasure.ARTICULATION].count(1),
        NetworkMeasure.CORE: int(most) if most else None,
        NetworkMeasure.CORE_SIZE: cores.count(most) if most else None,
    }


def _communities(network: Arrays, held: Measured) -> tuple[list[int], dict[NetworkMeasure, Figure]]:
    """Return the community of each point, numbered from the largest, and what that division is."""
    runs = division_runs(network.ties)
    membership, modularity = held.communities(SEED, runs) if network.count else ([], 0.0)
    first = {number: place for place, number in reversed([*enumerate(membership)])}
    by_size = sorted(first, key=lambda number: (-membership.count(number), first[number]))
    rank = {number: place for place, number in enumerate(by_size)}
    community = [rank[number] for number in membership]
    return community, {
        NetworkMeasure.COMMUNITIES: int(np.count_nonzero(np.bincount(community or [0]) > 1)),
        NetworkMeasure.MODULARITY: modularity if network.ties else None,
    }


def division_runs(ties: int) -> int:
    """Return how many divisions are tried, of which the best is taken: fewer where each is dear."""
    return max(FEWEST_RUNS, min(MOST_RUNS, TIES_OF_RUNS // max(ties, 1)))


def _helixes(mixed: Arrays) -> dict[NetworkMeasure, Figure]:
    chance = helix_mixing.ei_chance(mixed)
    return {
        NetworkMeasure.EI_INDEX: helix_mixing.ei_index(mixed),
        NetworkMeasure.EI_BY_CHANCE: helix_mixing.ei_by_chance(mixed),
        NetworkMeasure.EI_Z: chance.z if chance else None,
        NetworkMeasure.ASSORTATIVITY: helix_mixing.assortativity(mixed),
        NetworkMeasure.SEGREGATION: helix_mixing.segregation(mixed),
    }


def _gatherings(gatherings: Iterable[Sequence[int]]) -> dict[NetworkMeasure, Figure]:
    counts = [tuple(one) for one in gatherings]
    even = [value for one in counts if (value := meetings.evenness(one)) is not None]
    present = [[int(bool(count)) for count in one] for one in counts]
    return {
        NetworkMeasure.SYNERGY: meetings.synergy(present),
        NetworkMeasure.EVENNESS: math.fsum(even) / len(even) if even else None,
    }


def _plain(values: Values) -> Column:
    """Return sums of weights without the dust of adding thirds, whole where they are whole."""
    rounded = np.round(values.astype(np.float64), 9).tolist()
    return [int(value) if value.is_integer() else value for value in rounded]


def _defined(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _only_with_ties(values: Values, degrees: Numbers) -> Column:
    return [float(value) if has else None for value, has in zip(values, degrees, strict=True)]
