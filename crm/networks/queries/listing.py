"""The network as lists: the same points and ties as the picture, sorted and in pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

from crm.core.errors import NotFound
from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.networks.graph import helix_of
from crm.networks.lines import Lines
from crm.networks.memory import Memory
from crm.networks.queries.naming import names
from crm.networks.queries.network_views import Look
from crm.stakeholders.models import Helix

R = TypeVar("R")
Edge: TypeAlias = tuple[str, str, dict[str, Any]]
UNDER_PICTURE = 10
"""Rows of the list under a picture: what is written and read there keeps the picture waiting."""


@dataclass(frozen=True, slots=True)
class PointRow:
    """
    One point: who it is, how many ties it has and how heavy they are together.

    :param lines: whether it is an end of a line in the picture
    :param drawn: how many of its ties are lines
    """

    key: str
    name: str
    helix: Helix | None
    ties: int
    weight: float
    lines: Lines = Lines.SHOWN
    drawn: int = 0


@dataclass(frozen=True, slots=True)
class TieRow:
    """
    One tie: its two ends, its weight and what kinds of things made it.

    :param ranks: where the names of both ends stand among all names
    :param drawn: whether it is a line in the picture
    """

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
# Making 35,000 rows takes longer than all else of a page; they take 15 megabytes.
_lists = Memory(4)

POINT_SORT, TIE_SORT = "-ties", "-weight"


def points(seen: Look, sort: str, find: str = "", lines: Lines | None = None) -> list[PointRow]:
    """
    Return every point that `seen` names, by `sort`: name, helix, ties or weight; "-" turns it.

    Ties and weight are those of the network.

    :param find: words that stand in the name, whatever their case; none asks for all
    :param lines: only those with lines, with lighter ties or without a tie; none asks for all
    """
    sort = _known(sort, POINT_ORDERS, POINT_SORT)
    rows = _lists.get((seen.state, "points", sort), lambda: _points(seen, sort))
    if lines is not None:
        rows = [row for row in rows if row.lines is lines]
    if not find.strip():
        return rows
    called = _called(seen, find)
    return [row for row in rows if row.key in called]


def _points(seen: Look, sort: str) -> list[PointRow]:
    graph, strengths = seen.whole, dict(seen.whole.degree(weight="weight"))
    rows = [
        _point(seen, key, seen.names[key], strengths[key]) for key in graph if key in seen.names
    ]
    rows.sort(key=POINT_ORDERS["name"])
    return _sorted(rows, POINT_ORDERS, sort)


def _point(seen: Look, key: str, name: str, weight: float) -> PointRow:
    lines, drawn = seen.lines_of(key), seen.shown.degree[key] if key in seen.shown else 0
    ties = seen.whole.degree[key]
    return PointRow(key, name, helix_of(seen.whole, key), ties, weight, lines, drawn)


def point(actor: Actor, seen: Look, key: str) -> PointRow:
    """
    Return one point, whether it is drawn or not.

    :raises NotFound: if there is no such person or organisation in the project
    """
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
        lambda: _sorted(_tie_rows(seen, _edges(seen, every=every), seen.names), TIE_ORDERS, sort),
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


def _edges(seen: Look, *, every: bool) -> Iterable[Edge]:
    found: Iterable[Edge] = (seen.whole if every else seen.shown).edges(data=True)
    return found


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


def forget_lists() -> None:
    """Give up the lists that are kept."""
    _lists.clear()
