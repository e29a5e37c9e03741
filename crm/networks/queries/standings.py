"""Figures as lists for one reader: points with their measures, and what would break."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from crm.core.libraries import nx
from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.networks.graph import StakeholderGraph, helix_of
from crm.networks.measures import Figure, Figures, PointMeasure
from crm.networks.queries.figures import Measured
from crm.networks.queries.naming import names
from crm.stakeholders.models import Helix

STANDING_SORT = f"-{PointMeasure.BETWEENNESS}"
PARTS_TOLD, NAMES_TOLD = 5, 8


@dataclass(frozen=True, slots=True)
class Standing:
    """One point with its figures."""

    key: str
    name: str
    helix: Helix | None
    figures: Mapping[PointMeasure, Figure]


@dataclass(frozen=True, slots=True)
class LoosePart:
    """Some of those who would hang together apart from the rest, and how many more they are."""

    names: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Breaking:
    """
    What would hang loose without a point.

    :param cut_off: how many points would lose their way to the largest part that is left
    :param parts: the largest loose parts
    :param more_parts: how many further parts there are
    """

    cut_off: int
    parts: tuple[LoosePart, ...]
    more_parts: int


def standings(actor: Actor, measured: Measured, sort: str, number: int) -> Page[Standing]:
    """
    Return page `number`, from 1, of the points with their figures.

    :param sort: name, helix or a measure, "-" turns it round; who has no value comes last
    """
    keys = _sorted_keys(actor, measured, sort)
    number = max(1, number)
    some = keys[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(_rows(actor, measured, some), number, len(keys), total_is_capped=False)


def all_standings(actor: Actor, measured: Measured, sort: str) -> list[Standing]:
    """Return every point with its figures."""
    return _rows(actor, measured, _sorted_keys(actor, measured, sort))


def standing_of(actor: Actor, measured: Measured, key: str) -> Standing | None:
    """Return the figures of one point; none where it is no point of the network."""
    if measured.figures is None or key not in measured.subject.graph:
        return None
    return _rows(actor, measured, [key])[0]


def breaking(actor: Actor, measured: Measured, key: str) -> Breaking | None:
    """Return what would hang loose without a point; none where nothing would."""
    loose = _loose_parts(measured.subject.graph, key)
    if not loose:
        return None
    some = [sorted(part)[:NAMES_TOLD] for part in loose[:PARTS_TOLD]]
    called = names(actor, {point for part in some for point in part})
    told = tuple(
        LoosePart(tuple(called[point] for point in part), len(whole) - len(part))
        for part, whole in zip(some, loose, strict=False)
    )
    return Breaking(sum(map(len, loose)), told, len(loose) - len(told))


def _loose_parts(graph: StakeholderGraph, key: str) -> list[set[str]]:
    if key not in graph:
        return []
    around = nx.node_connected_component(graph, key) - {key}
    parts = list(nx.connected_components(graph.subgraph(around)))
    return sorted(parts, key=lambda part: (-len(part), min(part)))[1:]


def _rows(actor: Actor, measured: Measured, keys: Collection[str]) -> list[Standing]:
    figures, graph = measured.figures, measured.subject.graph
    if figures is None:
        return []
    called = names(actor, keys)
    place = {key: number for number, key in enumerate(figures.keys)}
    return [
        Standing(
            key,
            called[key],
            helix_of(graph, key),
            {measure: column[place[key]] for measure, column in figures.points.items()},
        )
        for key in keys
    ]


def _sorted_keys(actor: Actor, measured: Measured, sort: str) -> list[str]:
    if measured.figures is None:
        return []
    asked = sort.removeprefix("-")
    backwards = (sort if asked in _orders() else STANDING_SORT).startswith("-")
    if asked not in _orders():
        asked = STANDING_SORT.removeprefix("-")
    keys = sorted(measured.figures.keys)
    if asked == "name":
        called = names(actor, keys)
        return sorted(keys, key=lambda key: (fold(called[key]), key), reverse=backwards)
    value = _value(measured, measured.figures, asked)
    known = [key for key in keys if value(key) is not None]
    known.sort(key=value, reverse=backwards)
    return known + [key for key in keys if value(key) is None]


def _orders() -> set[str]:
    return {"name", "helix", *(one.value for one in PointMeasure)}


def _value(measured: Measured, figures: Figures, asked: str) -> Callable[[str], Any]:
    if asked == "helix":
        rank: dict[Helix | None, int] = {helix: place for place, helix in enumerate(Helix)}
        graph = measured.subject.graph
        return lambda key: rank.get(helix_of(graph, key))
    column = dict(zip(figures.keys, figures.points[PointMeasure(asked)], strict=True))
    return lambda key: column[key]
