"""From who took part in what to a graph of ties."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, TypeAlias, TypeVar

from crm.core.libraries import np, nx
from crm.core.ties import is_meeting
from crm.networks import backbone
from crm.networks.counting import OPEN_BEGIN, OPEN_END, Counting
from crm.networks.material import Material
from crm.networks.pair_counts import Row, Ties
from crm.networks.selection import Selection
from crm.stakeholders.models import Helix

T = TypeVar("T")
# In quotes: the class takes no parameter while running.
StakeholderGraph: TypeAlias = "nx.Graph[str]"


def build(material: Material, selection: Selection) -> StakeholderGraph:
    """
    Return the graph of all ties in `selection`; what thins it is left to `thinning`.

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
    points = _points(counting, ties)
    kept = ties.only(points[ties.one] & points[ties.other])
    tied = np.zeros_like(points)
    tied[kept.one] = tied[kept.other] = True
    graph: StakeholderGraph = nx.Graph(view=selection.view, plenaries=counting.plenaries)
    graph.add_nodes_from(
        (key, _traits(material, key))
        for place, key in enumerate(counting.keys)
        if points[place] and (tied[place] or not is_meeting(key))
    )
    graph.add_edges_from(_edges(counting, kept))
    if selection.per_person is not None:
        _test(graph, counting, kept)
    return graph


def helix_of(graph: StakeholderGraph, key: str) -> Helix | None:
    """Return the helix of one point; a meeting has none."""
    helix: Helix | None = graph.nodes[key]["helix"]
    return helix


def _points(counting: Counting, ties: Ties) -> Row:
    """Return for each number whether it is a point of the network, tied or not."""
    tied = np.zeros(len(counting.keys), dtype=bool)
    tied[ties.one] = tied[ties.other] = True
    return np.array(
        [
            counting.is_chosen(key) and (tied[place] or counting.counts_without_tie(key))
            for place, key in enumerate(counting.keys)
        ],
        dtype=bool,
    )


def _traits(material: Material, key: str) -> dict[str, Any]:
    return {
        "helix": material.helixes.get(key),
        "second": material.seconds.get(key),
        "neighbourhood": material.neighbourhoods.get(key),
    }


def _edges(counting: Counting, ties: Ties) -> Iterator[tuple[str, str, dict[str, Any]]]:
    names = np.array(counting.keys, dtype=object)
    columns = (
        _weights(counting, ties),
        _each(ties.kinds, lambda bits: _kinds(counting, bits)),
        _each(ties.first, lambda day: None if day == OPEN_BEGIN else date.fromordinal(day)),
        _each(ties.last, lambda day: None if day == OPEN_END else date.fromordinal(day)),
    )
    for one, other, weight, kinds, first, last in zip(
        names[ties.one].tolist(), names[ties.other].tolist(), *columns, strict=True
    ):
        yield one, other, {"weight": weight, "kinds": kinds, "first": first, "last": last}


def _test(graph: StakeholderGraph, counting: Counting, ties: Ties) -> None:
    """Add to a graph that is still being built how likely each tie is by chance alone."""
    chances, graph.graph["believable"] = _chances(counting, ties)
    names = np.array(counting.keys, dtype=object)
    ends = names[ties.one].tolist(), names[ties.other].tolist()
    for one, other, chance in zip(*ends, chances.tolist(), strict=True):
        graph.edges[one, other]["chance"] = chance


def _chances(counting: Counting, ties: Ties) -> tuple[Row, float | None]:
    count = len(counting.keys)
    if not counting.counts_meetings:
        return backbone.by_disparity(ties.one, ties.other, ties.weight, count), None
    mine, yours = counting.attended[ties.one], counting.attended[ties.other]
    chances = backbone.by_meeting(ties.times, mine, yours, counting.held)
    came = int(np.count_nonzero(counting.attended))
    return chances, backbone.believable(chances, came * (came - 1) // 2)


def _weights(counting: Counting, ties: Ties) -> list[float]:
    # Adding thirds and sevenths leaves dust behind the comma that would part equal weights.
    whole = counting.has_whole_weights
    found: list[float] = (ties.weight.astype(int) if whole else ties.weight.round(9)).tolist()
    return found


def _kinds(counting: Counting, bits: int) -> tuple[str, ...]:
    return tuple(kind for place, kind in enumerate(counting.kinds) if bits >> place & 1)


def _each(column: Row, written: Callable[[int], T]) -> list[T]:
    """Return what is written for each value; each different value is written once."""
    values, places = np.unique(column, return_inverse=True)
    words = np.empty(len(values), dtype=object)
    words[:] = [written(value) for value in values.tolist()]
    found: list[T] = words[places].tolist()
    return found
