"""From who took part in what to a graph of ties, and which of its ties are drawn as lines."""

from collections.abc import Callable
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import TypeAlias, TypeVar

from crm.core.libraries import np, nx, stats
from crm.core.ties import is_meeting, is_person
from crm.networks.rules.counting import OPEN_BEGIN, OPEN_END, Counting, Material, Row, Ties
from crm.networks.rules.selection import Selection
from crm.stakeholders.models import Helix

T = TypeVar("T")
# In quotes: the class takes no parameter while running.
StakeholderGraph: TypeAlias = "nx.Graph[str]"

LEVEL = 0.05  # of what is believed, so large a share is expected to be false
READABLE = 3  # ties for each point: with more, a picture becomes a ball of wool
DUST = 1e-9  # behind the comma of added thirds and sevenths


class Lines(StrEnum):
    """
    Whether a point is an end of a line in the picture.

    SHOWN is; LIGHTER has ties, all of them below the cut; WITHOUT has no tie of the chosen kinds
    and dates.
    """

    SHOWN = "shown"
    LIGHTER = "lighter"
    WITHOUT = "without"


def build(material: Material, selection: Selection) -> StakeholderGraph:
    """
    Return the graph of all ties in `selection`, before any is left out.

    The graph carries `view` and `plenaries`, how many meetings are left out for their size. Points
    carry `helix` and `second` (none for a meeting) and `neighbourhood` (the id of an area, or
    none). Ties carry `weight` (a whole number where things are counted), `kinds` (sorted), and
    `first` and `last`: the days between which the two shared something within the window, none
    where that is open.

    People without a tie are points too, and so are organisations in their own view. There, a tie is
    the sum of the ties between their people: three colleagues at a table with one guest make a tie
    of three. Among people and sessions, a tie is that somebody came.
    """
    counting = Counting(material, selection)
    ties = counting.ties()
    tied = np.zeros(len(counting.keys), dtype=bool)
    tied[ties.one] = tied[ties.other] = True
    points = np.array(
        [
            counting.is_chosen(key) and (tied[place] or counting.counts_without_tie(key))
            for place, key in enumerate(counting.keys)
        ],
        dtype=bool,
    )
    kept = ties.only(points[ties.one] & points[ties.other])
    # Anew: whoever was tied to somebody who is not asked for may have no tie left.
    tied = np.zeros_like(points)
    tied[kept.one] = tied[kept.other] = True
    graph: StakeholderGraph = nx.Graph(view=selection.view, plenaries=counting.plenaries)
    graph.add_nodes_from(
        (
            key,
            {
                "helix": material.helixes.get(key),
                "second": material.seconds.get(key),
                "neighbourhood": material.neighbourhoods.get(key),
            },
        )
        for place, key in enumerate(counting.keys)
        if points[place] and (tied[place] or not is_meeting(key))
    )
    _add_ties(graph, counting, kept)
    if selection.per_person is not None:
        _test(graph, counting, kept)
    return graph


def helix_of(graph: StakeholderGraph, key: str) -> Helix | None:
    """Return the helix of one point; a meeting has none."""
    helix: Helix | None = graph.nodes[key]["helix"]
    return helix


def lines_of(whole: StakeholderGraph, drawn: StakeholderGraph, key: str) -> Lines:
    """Return which of these a point of `whole` is, of which the ties in `drawn` are lines."""
    if key in drawn and drawn.degree[key]:
        return Lines.SHOWN
    return Lines.LIGHTER if whole.degree[key] else Lines.WITHOUT


def _add_ties(graph: StakeholderGraph, counting: Counting, ties: Ties) -> None:
    # Adding thirds and sevenths leaves dust behind the comma that would part equal weights.
    weights = ties.weight.astype(int) if counting.has_whole_weights else ties.weight.round(9)
    kinds_of_bits = _each(
        ties.kinds,
        lambda bits: tuple(kind for place, kind in enumerate(counting.kinds) if bits >> place & 1),
    )
    names = np.array(counting.keys, dtype=object)
    columns = (
        names[ties.one].tolist(),
        names[ties.other].tolist(),
        weights.tolist(),
        kinds_of_bits,
        _each(ties.first, lambda day: None if day == OPEN_BEGIN else date.fromordinal(day)),
        _each(ties.last, lambda day: None if day == OPEN_END else date.fromordinal(day)),
    )
    graph.add_edges_from(
        (one, other, {"weight": weight, "kinds": kinds, "first": first, "last": last})
        for one, other, weight, kinds, first, last in zip(*columns, strict=True)
    )


def _each(column: Row, written: Callable[[int], T]) -> list[T]:
    """Return what is written for each value; each different value is written once."""
    values, places = np.unique(column, return_inverse=True)
    # Filled afterwards: numpy would make columns of the tuples in a list.
    words = np.empty(len(values), dtype=object)
    words[:] = [written(value) for value in values.tolist()]
    found: list[T] = words[places].tolist()
    return found


def _test(graph: StakeholderGraph, counting: Counting, ties: Ties) -> None:
    """Add to a graph that is still being built how likely each tie is by chance alone."""
    if counting.counts_meetings:
        mine, yours = counting.attended[ties.one], counting.attended[ties.other]
        chances = by_meeting(ties.times, mine, yours, counting.held)
        came = int(np.count_nonzero(counting.attended))
        graph.graph["believable"] = believable(chances, came * (came - 1) // 2)
    else:
        # By weights no test says which of them to believe: they only give an order.
        chances = by_disparity(ties.one, ties.other, ties.weight, len(counting.keys))
        graph.graph["believable"] = None
    names = np.array(counting.keys, dtype=object)
    ends = names[ties.one].tolist(), names[ties.other].tolist()
    for one, other, chance in zip(*ends, chances.tolist(), strict=True):
        graph.edges[one, other]["chance"] = chance


def by_meeting(shared: Row, mine: Row, yours: Row, held: int) -> Row:
    """
    Return how likely two people share at least so many meetings by chance alone.

    Tumminello e.a. 2011 (PLoS ONE 6:e17994): the upper tail of the hypergeometric distribution.

    :param shared: how many meetings both were at, of one pair a row
    :param mine: how many the one was at
    :param yours: how many the other was at
    :param held: how many meetings both could have been at
    """
    # Few cases differ, and each tail is dear: a hundred times as quick.
    cases, places = np.unique(np.stack([shared, mine, yours]), axis=1, return_inverse=True)
    tails: Row = stats.hypergeom.sf(cases[0] - 1, held, cases[1], cases[2])
    return tails[places.ravel()]


def by_disparity(one: Row, other: Row, weight: Row, count: int) -> Row:
    """
    Return how likely a tie takes so large a share of all weight of one end by chance alone.

    Serrano e.a. 2009 (PNAS 106:6483): (1 - w / s) ** (k - 1) for k ties of weight s together; the
    smaller of both ends counts. An end with one tie tells nothing: 1.

    :param one: number of the one end of each tie
    :param other: number of the other
    :param count: how many numbers there are
    """
    ends = np.concatenate([one, other])
    strength = np.bincount(ends, np.concatenate([weight, weight]), count)
    degree = np.bincount(ends, minlength=count)
    sides = [np.clip(1 - weight / strength[end], 0, 1) ** (degree[end] - 1) for end in (one, other)]
    smaller: Row = np.minimum(*sides)
    return smaller


def believable(chances: Row, tests: int) -> float:
    """
    Return the largest of `chances` that one may believe, of so many tests; -1 if there is none.

    Benjamini and Hochberg 1995 (J. R. Stat. Soc. B 57:289): of what is believed, at most 5 in 100
    is expected to be false.

    :param tests: how many were made; those that are not among `chances` came to 1
    """
    rising = np.sort(chances)
    held = rising <= LEVEL * np.arange(1, len(rising) + 1) / max(tests, 1)
    return float(rising[held][-1]) if held.any() else -1.0


def at_least(graph: StakeholderGraph, minimum: float) -> StakeholderGraph:
    """Return a copy with the ties of at least this weight; points carry `ties`, how many before."""
    kept: StakeholderGraph = nx.Graph(**graph.graph)
    degrees: dict[str, int] = dict(graph.degree)
    kept.add_nodes_from((key, {**node, "ties": degrees[key]}) for key, node in graph.nodes.items())
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if tie["weight"] >= minimum - DUST
    )
    return kept


def as_in(
    graph: StakeholderGraph, selection: Selection, whole: StakeholderGraph, lines: StakeholderGraph
) -> StakeholderGraph:
    """Return a copy of `graph` with those of its ties that are in `lines`, and all its points."""
    # What is not in `whole`, of which these are lines, stays if it is heavy enough.
    kept, heavy = at_least(graph, 0), at_least(graph, selection.minimum or 0)
    kept.remove_edges_from(
        [
            ends
            for ends in graph.edges
            if not lines.has_edge(*ends) and (whole.has_edge(*ends) or not heavy.has_edge(*ends))
        ]
    )
    return kept


def is_too_small(graph: StakeholderGraph, selection: Selection, smallest: int) -> bool:
    """Whether fewer than `smallest` people, but not none, of the areas asked stand in `graph`."""
    return bool(selection.neighbourhoods) and 0 < sum(map(is_person, graph)) < smallest


def nothing_of(graph: StakeholderGraph) -> StakeholderGraph:
    """Return a network of the same kind without a point."""
    return nx.Graph(**graph.graph)


def readable_minimum(graph: StakeholderGraph) -> float:
    """
    Return the lowest minimum weight that leaves at most three ties for each point of the network.

    Points count that have a tie before any is left out. Where no weight does, as after one meeting
    of many, the heaviest ties stay.
    """
    ties: list[tuple[str, str, float]] = sorted(graph.edges(data="weight"), key=lambda tie: -tie[2])
    allowed = READABLE * sum(1 for _key, degree in graph.degree if degree)
    kept, chosen = 0, 0.0
    for weight, level in groupby(ties, key=lambda tie: tie[2]):
        kept += sum(1 for _tie in level)
        if chosen and kept > allowed:
            break
        chosen = weight
    return chosen


def strongest(graph: StakeholderGraph, per_person: int) -> StakeholderGraph:
    """
    Return a copy of `graph` in which each point keeps the ties that chance explains least.

    A tie stays if it is among the first `per_person` of either end; its points all stay. The ties
    must carry `chance`; of those that are equal in it the heavier comes first.
    """
    kept: StakeholderGraph = nx.Graph(**graph.graph)
    kept.add_nodes_from(graph.nodes(data=True))
    chosen = set()
    for key in graph:
        ranks = {other: (tie["chance"], -tie["weight"], other) for other, tie in graph[key].items()}
        chosen |= {
            frozenset((key, other)) for other in sorted(ranks, key=ranks.__getitem__)[:per_person]
        }
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if frozenset((one, other)) in chosen
    )
    return kept


def around(graph: StakeholderGraph, selection: Selection) -> StakeholderGraph:
    """Return what lies within the steps around the point of `selection`; without one, all of it."""
    centre = selection.around
    if centre is None:
        return graph
    if centre not in graph:
        return nothing_of(graph)
    near = nx.single_source_shortest_path_length(graph, centre, cutoff=selection.steps)
    # In the order of the whole, so that the same data give the same picture.
    kept = nothing_of(graph)
    kept.add_nodes_from((key, graph.nodes[key]) for key in graph if key in near)
    kept.add_edges_from(
        (one, other, tie)
        for one, other, tie in graph.edges(data=True)
        if one in near and other in near
    )
    return kept
