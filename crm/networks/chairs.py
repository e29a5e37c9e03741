"""Empty chairs: each helix that nobody speaks for in a neighbourhood."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from crm.networks.graph import StakeholderGraph
from crm.stakeholders.models import Helix

Place = tuple[int, int]

BESIDE, COLUMN, ROW = 220, 170, 80  # in the units of the picture


@dataclass(frozen=True, slots=True)
class Chair:
    """A helix and a neighbourhood (the id of an area) without anybody."""

    area: int
    helix: Helix


def empty_chairs(
    graph: StakeholderGraph, areas: Iterable[int], helixes: Collection[Helix]
) -> list[Chair]:
    """
    Return the empty chairs of these areas, in their order.

    :param helixes: only these are missed; where there is none, each of them
    """
    taken = {(point["neighbourhood"], point["helix"]) for _key, point in graph.nodes(data=True)}
    return [
        Chair(area, helix)
        for area in areas
        for helix in Helix
        if (not helixes or helix in helixes) and (area, helix) not in taken
    ]


def placed(chairs: Sequence[Chair], places: Mapping[str, Place]) -> list[Place]:
    """Return a place for each chair to the right of the picture: a row for each neighbourhood."""
    right = max((x for x, _y in places.values()), default=0) + BESIDE
    top = min((y for _x, y in places.values()), default=0)
    rows = {area: number for number, area in enumerate(dict.fromkeys(one.area for one in chairs))}
    columns = list(Helix)
    return [
        (right + columns.index(one.helix) * COLUMN, top + rows[one.area] * ROW) for one in chairs
    ]
