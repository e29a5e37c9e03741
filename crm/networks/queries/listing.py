"""The network as lists: its points and ties, what made a tie, and what changed since a day."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, TypeAlias, TypeVar

from crm.core import ties as kinds_of_tie
from crm.core.errors import NotFound
from crm.core.libraries import nx
from crm.core.memory import Memory
from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.core.ties import Asked, Evidence
from crm.networks.queries import materials
from crm.networks.queries.materials import gatherings, last_day, names
from crm.networks.queries.network_views import Look, allowed, look, state_of
from crm.networks.rules.changes import Changes, Since, changes
from crm.networks.rules.counting import Material, makers
from crm.networks.rules.graph import Lines, StakeholderGraph, build, helix_of
from crm.networks.rules.selection import Selection
from crm.stakeholders.models import Helix

R = TypeVar("R")
Edge: TypeAlias = tuple[str, str, dict[str, Any]]
# Rows of the list under a picture: what is written and read there keeps the picture waiting.
UNDER_PICTURE = 10
# Making 35,000 rows takes longer than all else of a page; they take 15 megabytes.
_lists = Memory(4)
POINT_SORT, TIE_SORT = "-ties", "-weight"
# Both databases take this many values in one statement.
MOST_AMONG = 20_000
SHOWN = 50  # of each list; the file has them all
_changes = Memory(6)


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point; its weight is of all its ties, of which `drawn` are lines."""

    key: str
    name: str
    helix: Helix | None
    ties: int
    weight: float
    lines: Lines = Lines.SHOWN
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class TieRow:
    """One tie; `ranks` are the places of both names among all, `drawn` whether it is a line."""

    one: str
    other: str
    one_name: str
    other_name: str
    weight: float
    kinds: tuple[str, ...]
    ranks: tuple[int, int]
    drawn: bool = True


POINT_ORDERS: dict[str, Callable[[PointRow], Any]] = {
    "name": lambda row: fold(row.name),
    "helix": lambda row: list(Helix).index(row.helix) if row.helix else -1,
    "ties": lambda row: row.ties,
    "weight": lambda row: row.weight,
}
TIE_ORDERS: dict[str, Callable[[TieRow], Any]] = {
    "one": lambda row: row.ranks,
    "other": lambda row: row.ranks[::-1],
    "weight": lambda row: row.weight,
    "kinds": lambda row: row.kinds,
}


def points(seen: Look, sort: str, find: str = "", lines: Lines | None = None) -> list[PointRow]:
    """
    Return every point that `seen` names, by `sort`: name, helix, ties or weight; "-" turns it.

    Ties and weight are those of the network.

    :param find: words that stand in the name, whatever their case; none asks for all
    :param lines: only those with lines, with lighter ties or without a tie; none asks for all
    """
    sort = _known(sort, POINT_ORDERS, POINT_SORT)

    def made() -> list[PointRow]:
        graph, strengths = seen.whole, dict(seen.whole.degree(weight="weight"))
        keys = (key for key in graph if key in seen.names)
        every = [_point(seen, key, seen.names[key], strengths[key]) for key in keys]
        # By name first: sorting is stable, so those that are equal stand by name.
        every.sort(key=POINT_ORDERS["name"])
        return _sorted(every, POINT_ORDERS, sort)

    rows = _lists.get((seen.state, "points", sort), made)
    if lines is not None:
        rows = [row for row in rows if row.lines is lines]
    if not find.strip():
        return rows
    called = _called(seen, find)
    return [row for row in rows if row.key in called]


def _point(seen: Look, key: str, name: str, weight: float) -> PointRow:
    lines, drawn = seen.lines_of(key), seen.shown.degree[key] if key in seen.shown else 0
    ties = seen.whole.degree[key]
    return PointRow(key, name, helix_of(seen.whole, key), ties, weight, lines, drawn)


def point(actor: Actor, seen: Look, key: str) -> PointRow:
    """Return one point, whether it is drawn or not; raise `NotFound` if there is none."""
    called = names(actor, [key])
    if key not in called:
        raise NotFound
    if key not in seen.whole:
        return PointRow(key, called[key], None, 0, 0, Lines.WITHOUT)
    return _point(seen, key, called[key], seen.whole.degree(weight="weight")[key])


def ties(seen: Look, sort: str, find: str = "", *, every: bool = False) -> list[TieRow]:
    """
    Return the ties that are drawn as lines, by `sort`: one, other, weight or kinds; "-" turns it.

    :param find: words that stand in the name of one of both ends; none asks for all
    :param every: all ties of the network instead, which needs a name for each point
    """
    sort = _known(sort, TIE_ORDERS, TIE_SORT)
    rows = _lists.get(
        (seen.state, "ties", sort, every),
        lambda: _sorted(
            _tie_rows(seen, (seen.whole if every else seen.shown).edges(data=True), seen.names),
            TIE_ORDERS,
            sort,
        ),
    )
    if not find.strip():
        return rows
    called = _called(seen, find)
    return [row for row in rows if row.one in called or row.other in called]


def ties_of(actor: Actor, seen: Look, key: str, sort: str) -> list[TieRow]:
    """Return the ties of one point of the network, which stands first in each."""
    if key not in seen.whole:
        return []
    called = names(actor, [key, *seen.whole[key]])
    rows = _tie_rows(seen, seen.whole.edges(key, data=True), called, first=key)
    return _sorted(rows, TIE_ORDERS, _known(sort, TIE_ORDERS, TIE_SORT))


def between_helixes(seen: Look) -> list[list[int]]:
    """Return how many ties join each two helixes, each counted once, in the usual order."""
    places: dict[Helix | None, int] = {helix: place for place, helix in enumerate(Helix)}
    counted = [[0] * len(places) for _helix in places]
    for one, other in seen.whole.edges:
        row, column = (places[helix_of(seen.whole, end)] for end in (one, other))
        counted[row][column] += 1
        if row != column:
            counted[column][row] += 1
    return counted


def page_of(rows: Sequence[R], number: int, per_page: int = PER_PAGE) -> Page[R]:
    """Return page `number`, from 1, of rows that are all at hand."""
    number = max(1, number)
    start = (number - 1) * per_page
    some = list(rows[start : start + per_page])
    return Page(some, number, len(rows), total_is_capped=False, per_page=per_page)


def _tie_rows(
    seen: Look, edges: Iterable[Edge], called: Mapping[str, str], first: str | None = None
) -> list[TieRow]:
    by_name = sorted(called, key=lambda point: fold(called[point]))
    rank = {point: place for place, point in enumerate(by_name)}
    rows = []
    for one, other, tie in edges:
        # The one asked for stands first, or else the first by name.
        turned = first is None and rank[other] < rank[one]
        begin, end = (other, one) if turned else (one, other)
        ends = begin, end, called[begin], called[end]
        drawn = seen.shown.has_edge(one, other)
        rows.append(TieRow(*ends, tie["weight"], tie["kinds"], (rank[begin], rank[end]), drawn))
    return rows


def _called(seen: Look, find: str) -> frozenset[str]:
    """Return the points in whose names all words of `find` stand."""
    asked = fold(find).split()
    folded = ((key, fold(name)) for key, name in seen.names.items())
    return frozenset(key for key, name in folded if all(word in name for word in asked))


def _known(sort: str, orders: Mapping[str, object], otherwise: str) -> str:
    return sort if sort.removeprefix("-") in orders else otherwise


def _sorted(rows: list[R], orders: Mapping[str, Callable[[R], Any]], sort: str) -> list[R]:
    # Sorting is stable both ways, so equal rows keep their order and pages never overlap.
    return sorted(rows, key=orders[sort.removeprefix("-")], reverse=sort.startswith("-"))


@dataclass(frozen=True, slots=True)
class TieEvidence:
    """A tie with everything that made it."""

    one: str
    other: str
    one_name: str
    other_name: str
    weight: float
    evidence: tuple[Evidence, ...]


def evidence(actor: Actor, seen: Look, one: str, other: str) -> TieEvidence:
    """
    Return what ties `one` to `other` in what was selected, oldest first.

    It is found again from what its two ends took part in.

    :raises NotFound: if nothing does, or one of them is not in this project
    """
    if not seen.whole.has_edge(one, other):
        raise NotFound
    # Only what its two ends took part in is read again; of a folded end, what its people did.
    ends = {one, other}
    folded = seen.selection.is_folded
    members = (key for key, home in seen.homes.items() if home in ends) if folded else ()
    among = frozenset({*ends, *members})
    asked = Asked(folded, among if len(among) < MOST_AMONG else None)
    material = Material(
        helixes={},
        gatherings=gatherings(seen.selection, asked),
        belongs=seen.homes,
        meetings=kinds_of_tie.meetings(),
        plenary=kinds_of_tie.plenary_above(),
    )
    made: defaultdict[str, list[int]] = defaultdict(list)
    for kind, number in makers(material, seen.selection, one, other):
        made[kind].append(number)
    found = [
        piece
        for kind, ids in made.items()
        for piece in kinds_of_tie.source(kind).evidence(actor, asked, ids)
    ]
    found.sort(key=lambda piece: (piece.since or date.min, piece.kind, piece.id))
    called = names(actor, [one, other])
    weight = seen.whole.edges[one, other]["weight"]
    return TieEvidence(one, other, called[one], called[other], weight, tuple(found))


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed, and what everybody in it is called for this reader."""

    changes: Changes
    names: dict[str, str]


def changed(
    actor: Actor, project_id: int, selection: Selection, since: date, shown: int | None = SHOWN
) -> Changed:
    """Return what changed since a day, up to the last of the network; `shown` of each get names."""
    # Every tie until the end, also the lightest: what is not drawn may be new all the same.
    selection = replace(allowed(actor, selection), since=None, minimum=0, per_person=None)
    seen = look(actor, project_id, selection)
    found = _changes.get(
        (state_of(project_id, selection), since),
        lambda: changes(seen.whole, _since(selection, since)),
    )
    keys = {
        key
        for many in (found.new, found.lost, found.silent)
        for tie in many[:shown]
        for key in (tie.one, tie.other)
    }
    keys |= {key for bridge in found.bridges[:shown] for key in (bridge.key, bridge.other)}
    keys |= {key for key, _first in found.newcomers[:shown]}
    return Changed(found, names(actor, sorted(keys)))


def _since(selection: Selection, day: date) -> Since:
    end = last_day(selection)
    kinds = {source.kind: source.point for source in kinds_of_tie.sources(selection.kinds)}
    meetings = frozenset(kind for kind, point in kinds.items() if point)
    others = frozenset(kinds) - meetings

    def within(some: frozenset[str], first: date, last: date) -> StakeholderGraph:
        # No kind at all would ask for all of them.
        if not some or first > last:
            return nx.Graph()
        asked = replace(selection, kinds=some, since=first, until=last, month=None, around=None)
        return build(materials.material(asked), asked)

    return Since(
        day,
        ran=within(others, day, day),
        runs=within(others, end, end),
        met=within(meetings, day + timedelta(days=1), end),
    )
