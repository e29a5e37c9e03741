"""From who took part in what to a graph of ties."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import TypeAlias

import networkx as nx

from crm.networks.material import Gathering, Material, Part, is_organisation
from crm.networks.selection import NetworkView, Selection, TieKind, TieWeight
from crm.stakeholders.models import Helix

Period = tuple[date, date]
Event = tuple[TieKind, int]
# In quotes: the class takes no parameter while running.
StakeholderGraph: TypeAlias = "nx.Graph[str]"


@dataclass(slots=True)
class _Tie:
    weight: float = 0.0
    events: dict[Event, None] = field(default_factory=dict)


def build(material: Material, selection: Selection) -> StakeholderGraph:
    """
    Return the graph of all ties in `selection`; its minimum is left to `thinning`.

    The graph carries `view`; nodes carry `helix`; edges carry `weight`, `kinds` (sorted) and
    `events` (kind and id of what made the tie). People without a tie are nodes too, and so are
    organisations in their own view. There, a tie is the sum of the ties between their people:
    three colleagues at a table with one guest make a tie of three.
    """
    folded = selection.view is NetworkView.ORGANISATIONS
    belongs = material.belongs if folded else {}
    found: defaultdict[tuple[str, str], _Tie] = defaultdict(_Tie)
    for gathering in _chosen(material, selection):
        event = gathering.kind, gathering.id
        for one, other, weight in _pairs(gathering, selection):
            ends = _ends(belongs.get(one, one), belongs.get(other, other))
            if ends[0] != ends[1]:
                tie = found[ends]
                tie.weight += weight
                tie.events[event] = None
    return _graph(material, selection, found)


def _ends(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _chosen(material: Material, selection: Selection) -> Iterator[Gathering]:
    for gathering in material.gatherings:
        if gathering.kind in selection.kinds:
            yield gathering
    if TieKind.AFFILIATION not in selection.kinds:
        return
    folded = selection.view is NetworkView.ORGANISATIONS
    yield from _shared_people(material) if folded else _roles(material)


def _roles(material: Material) -> Iterator[Gathering]:
    parts: defaultdict[tuple[str, str], list[Part]] = defaultdict(list)
    first: dict[tuple[str, str], int] = {}
    for role in sorted(material.roles, key=lambda role: role.id):
        ends = role.person, role.organisation
        first.setdefault(ends, role.id)
        parts[ends] += [Part(end, role.since, role.until) for end in ends]
    for ends, both in parts.items():
        yield Gathering(TieKind.AFFILIATION, first[ends], tuple(both))


def _shared_people(material: Material) -> Iterator[Gathering]:
    parts: defaultdict[str, list[Part]] = defaultdict(list)
    for role in material.roles:
        parts[role.person].append(Part(role.organisation, role.since, role.until))
    for person, organisations in parts.items():
        yield Gathering(TieKind.AFFILIATION, int(person[1:]), tuple(organisations))


def _pairs(gathering: Gathering, selection: Selection) -> Iterator[tuple[str, str, float]]:
    """Yield who met whom within the window, with the weight of this one gathering."""
    present = _present(gathering.parts, selection.since, selection.until)
    if len(present) < 2:  # noqa: PLR2004 - alone, nobody is met
        return
    newman = selection.weight is TieWeight.NEWMAN
    weight = 1 / (len(present) - 1) if newman else 1.0
    at_once = gathering.kind is TieKind.ATTENDANCE
    for one, other in combinations(sorted(present), 2):
        if at_once or _overlap(present[one], present[other]):
            yield one, other, weight


def _present(
    parts: Iterable[Part], since: date | None, until: date | None
) -> dict[str, list[Period]]:
    """Return the periods of each stakeholder within the window; a double row counts once."""
    first, last = since or date.min, until or date.max
    present: dict[str, list[Period]] = {}
    for part in parts:
        begin, end = max(part.since or date.min, first), min(part.until or date.max, last)
        if begin <= end:
            present.setdefault(part.stakeholder, []).append((begin, end))
    return present


def _overlap(ones: list[Period], others: list[Period]) -> bool:
    return any(
        begin <= other_end and other_begin <= end
        for begin, end in ones
        for other_begin, other_end in others
    )


def _graph(
    material: Material, selection: Selection, found: dict[tuple[str, str], _Tie]
) -> StakeholderGraph:
    helixes = material.helixes
    graph: StakeholderGraph = nx.Graph(view=selection.view)
    graph.add_nodes_from(
        (key, {"helix": helixes[key]})
        for key in sorted(_points(material, selection, found))
        if helixes[key] in selection.helixes
    )
    graph.add_edges_from(
        (one, other, _attributes(tie, selection))
        for (one, other), tie in sorted(found.items(), key=lambda item: item[0])
        if one in graph and other in graph
    )
    return graph


def _points(material: Material, selection: Selection, found: Iterable[tuple[str, str]]) -> set[str]:
    tied = {end for ends in found for end in ends}
    if selection.view is NetworkView.PEOPLE:
        return tied | {key for key in material.helixes if not is_organisation(key)}
    return tied | {key for key in material.helixes if key not in material.belongs}


def _attributes(tie: _Tie, selection: Selection) -> dict[str, object]:
    # Adding thirds and sevenths leaves dust behind the comma that would part equal weights.
    counted = selection.weight is TieWeight.COUNT
    weight = int(tie.weight) if counted else round(tie.weight, 9)
    kinds = tuple(sorted({kind for kind, _id in tie.events}))
    return {"weight": weight, "kinds": kinds, "events": tuple(sorted(tie.events))}


def helix_of(graph: StakeholderGraph, key: str) -> Helix:
    """Return the helix of one point."""
    helix: Helix = graph.nodes[key]["helix"]
    return helix
