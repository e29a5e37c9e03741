"""The network as lists: the same points and ties as the picture, sorted and in pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from crm.core.errors import NotFound
from crm.core.folding import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.networks.graph import helix_of
from crm.networks.memory import Memory
from crm.networks.queries.looking import Look
from crm.networks.queries.naming import names
from crm.stakeholders.models import Helix

R = TypeVar("R")
UNDER_PICTURE = 10
"""Rows of the list under a picture: what is written and read there keeps the picture waiting."""


@dataclass(frozen=True, slots=True)
class PointRow:
    """One point: who it is, how many ties it has and how heavy they are together."""

    key: str
    name: str
    helix: Helix | None
    ties: int
    weight: float


@dataclass(frozen=True, slots=True)
class TieRow:
    """
    One tie: its two ends, its weight and what kinds of things made it.

    :param ranks: where the names of both ends stand among all names
    """

    one: str
    other: str
    one_name: str
    other_name: str
    weight: float
    kinds: tuple[str, ...]
    ranks: tuple[int, int]


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


def points(seen: Look, sort: str, find: str = "") -> list[PointRow]:
    """
    Return every drawn point, by `sort`: name, helix, ties or weight; "-" turns it round.

    :param find: words that stand in the name, whatever their case; none asks for all
    """
    sort = _known(sort, POINT_ORDERS, POINT_SORT)
    rows = _lists.get((seen.state, "points", sort), lambda: _points(seen, sort))
    if not find.strip():
        return rows
    called = _called(seen, find)
    return [row for row in rows if row.key in called]


def _points(seen: Look, sort: str) -> list[PointRow]:
    graph = seen.shown
    rows = [
        PointRow(key, seen.names[key], helix_of(graph, key), degree, strength)
        for (key, degree), (_key, strength) in zip(
            graph.degree, graph.degree(weight="weight"), strict=True
        )
    ]
    rows.sort(key=POINT_ORDERS["name"])
    return _sorted(rows, POINT_ORDERS, sort)


def point(actor: Actor, seen: Look, key: str) -> PointRow:
    """
    Return one point, whether it is drawn or not.

    :raises NotFound: if there is no such person or organisation in the project
    """
    called = names(actor, [key])
    if key not in called:
        raise NotFound
    graph = seen.whole
    if key not in graph:
        return PointRow(key, called[key], None, 0, 0)
    degree, strength = seen.shown.degree, seen.shown.degree(weight="weight")
    drawn = key in seen.shown
    return PointRow(
        key,
        called[key],
        helix_of(graph, key),
        degree[key] if drawn else 0,
        strength[key] if drawn else 0,
    )


def ties(seen: Look, sort: str, find: str = "") -> list[TieRow]:
    """
    Return every drawn tie, by `sort`: one, other, weight or kinds; "-" turns it round.

    :param find: words that stand in the name of one of both ends; none asks for all
    """
    sort = _known(sort, TIE_ORDERS, TIE_SORT)
    rows = _lists.get(
        (seen.state, "ties", sort), lambda: _sorted(_tie_rows(seen, None), TIE_ORDERS, sort)
    )
    if not find.strip():
        return rows
    called = _called(seen, find)
    return [row for row in rows if row.one in called or row.other in called]


def ties_of(seen: Look, key: str, sort: str) -> list[TieRow]:
    """Return the drawn ties of one point, which stands first in each."""
    return _sorted(_tie_rows(seen, key), TIE_ORDERS, _known(sort, TIE_ORDERS, TIE_SORT))


def between_helixes(seen: Look) -> list[list[int]]:
    """Return how many drawn ties join each two helixes, each counted once, in the usual order."""
    places: dict[Helix | None, int] = {helix: place for place, helix in enumerate(Helix)}
    counted = [[0] * len(places) for _helix in places]
    for one, other in seen.shown.edges:
        row, column = (places[helix_of(seen.shown, end)] for end in (one, other))
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


def _tie_rows(seen: Look, key: str | None) -> list[TieRow]:
    if key is not None and key not in seen.shown:
        return []
    called = seen.names
    by_name = sorted(called, key=lambda point: fold(called[point]))
    rank = {point: place for place, point in enumerate(by_name)}
    rows = []
    for one, other, tie in seen.shown.edges(key, data=True):
        # The one asked for stands first, or else the first by name.
        turned = key is None and rank[other] < rank[one]
        first, second = (other, one) if turned else (one, other)
        ends = first, second, called[first], called[second]
        rows.append(TieRow(*ends, tie["weight"], tie["kinds"], (rank[first], rank[second])))
    return rows


def _called(seen: Look, find: str) -> frozenset[str]:
    """Return the drawn points in whose names all words of `find` stand."""
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
