"""The communities of a network for one reader: as lists and as a picture."""

import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeVar

from crm.core.i18n import _
from crm.core.libraries import nx
from crm.core.memory import Memory
from crm.core.normalisation import fold
from crm.core.pagination import Page
from crm.core.permissions import Actor
from crm.networks.queries.figures import Measured
from crm.networks.queries.listing import PointRow, page_of
from crm.networks.queries.materials import names
from crm.networks.rules import layout
from crm.networks.rules.community_graph import Division, divided
from crm.networks.rules.graph import StakeholderGraph, helix_of
from crm.networks.rules.picture import draw
from crm.networks.rules.words import has_clear_groups

R = TypeVar("R")

NAMED_AFTER = 2
COMMUNITY_SORT, COMMUNITY_TIE_SORT = "-size", "-weight"

_divided = Memory(6)
_pictures = Memory(6)


@dataclass(frozen=True, slots=True)
class Community:
    """A community, named after those of its members who have most weight within it."""

    key: str
    name: str
    named_after: tuple[str, ...]  # their names, as the reader may see them
    size: int
    helixes: tuple[int, ...]  # how many of its points each helix has, in the order of `Helix`
    inside: int  # ties between two of its points
    outside: int  # ties of its points with those of other communities


@dataclass(frozen=True, slots=True)
class CommunityTie:
    """What ties two communities: the ties between their points, and their weight together."""

    one: Community
    other: Community
    ties: int
    weight: float


@dataclass(frozen=True, slots=True)
class Communities:
    """Those of two points and more, the largest first; `are_clear` if this is no mere division."""

    communities: tuple[Community, ...]
    ties: tuple[CommunityTie, ...]
    division: Division
    are_clear: bool

    @property
    def size(self) -> int:
        """How many points are in them."""
        return sum(community.size for community in self.communities)

    @property
    def share_inside(self) -> int:
        """How many in 100 of their ties lie within one of them."""
        inside = sum(community.inside for community in self.communities)
        across = sum(tie.ties for tie in self.ties)
        return round(100 * inside / ((inside + across) or 1))


ORDERS: dict[str, Callable[[Community], Any]] = {
    "name": lambda community: fold(community.name),
    "size": lambda community: community.size,
    "inside": lambda community: community.inside,
    "outside": lambda community: community.outside,
}
TIE_ORDERS: dict[str, Callable[[CommunityTie], Any]] = {
    "one": lambda tie: fold(tie.one.name),
    "other": lambda tie: fold(tie.other.name),
    "ties": lambda tie: tie.ties,
    "weight": lambda tie: tie.weight,
}


def communities(actor: Actor, measured: Measured) -> Communities | None:
    """Return the communities of a network; none where its figures are not worked out yet."""
    figures = measured.figures
    if figures is None:
        return None

    def made() -> Communities:
        found = divided(measured.subject.network, figures.community)
        rows = _rows(actor, found)
        ties = tuple(
            CommunityTie(rows[one], rows[other], tie["ties"], tie["weight"])
            for one, other, tie in found.graph.edges(data=True)
        )
        return Communities(tuple(rows.values()), ties, found, has_clear_groups(figures))

    return _divided.get(_key(measured), made)


def communities_picture(actor: Actor, measured: Measured) -> bytes | None:
    """Return the data of the picture of the communities as JSON; none where they are not there."""
    found = communities(actor, measured)
    if found is None:
        return None

    def made() -> bytes:
        graph = found.division.graph
        # By how many ties, not by their weight: what faded to nothing still ties.
        by_ties: StakeholderGraph = nx.Graph()
        by_ties.add_nodes_from(graph)
        by_ties.add_weighted_edges_from(graph.edges(data="ties"))
        rows = found.communities
        called = {community.key: f"{community.size}: {community.name}" for community in rows}
        # A mark grows with how many are in its community.
        sizes = {community.key: community.size for community in rows}
        data = draw(graph, layout.anew(by_ties).all, called, sizes)
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()

    return _pictures.get(_key(measured), made)


def communities_by(found: Communities, sort: str, find: str) -> tuple[list[Community], str]:
    """Return those with `find` in the name, sorted (name, size, inside or outside), and how."""
    rows = [community for community in found.communities if fold(find) in fold(community.name)]
    return _sorted(rows, ORDERS, sort, COMMUNITY_SORT)


def community_ties_by(found: Communities, sort: str, find: str) -> tuple[list[CommunityTie], str]:
    """Return ties with `find` in a name, sorted (one, other, ties or weight), and how."""
    rows = [
        tie
        for tie in found.ties
        if any(fold(find) in fold(end.name) for end in (tie.one, tie.other))
    ]
    return _sorted(rows, TIE_ORDERS, sort, COMMUNITY_TIE_SORT)


def community_members(
    actor: Actor, measured: Measured, found: Communities, key: str, number: int
) -> tuple[Community, Page[PointRow]] | None:
    """Return a community, or none, and page `number`, from 1, of who is in it."""
    # Who has the heaviest ties comes first; ties with other communities count too.
    community = next((known for known in found.communities if known.key == key), None)
    if community is None:
        return None
    graph = measured.subject.graph
    weights = dict(graph.degree(found.division.members[key], weight="weight"))
    some = page_of(sorted(weights, key=lambda point: (-weights[point], point)), number)
    called = names(actor, set(some.items))
    rows = [
        PointRow(point, called[point], helix_of(graph, point), graph.degree(point), weights[point])
        for point in some.items
    ]
    return community, Page(
        rows, some.number, some.total, total_is_capped=False, per_page=some.per_page
    )


def _key(measured: Measured) -> Hashable:
    # The state holds who looks, and changes when an organisation gets another name.
    return (measured.seen.state, measured.subject.digest)


def _rows(actor: Actor, found: Division) -> dict[str, Community]:
    central = {key: points[:NAMED_AFTER] for key, points in found.central.items()}
    called = names(actor, {key for keys in central.values() for key in keys})
    outside = dict(found.graph.degree(weight="ties"))
    # Whose members may not be named gets a number: one that all the named ones leave free.
    numbers = count(1)
    rows = {}
    for key, points in found.members.items():
        after = tuple(called[point] for point in central[key] if point in called)
        name = ", ".join(after) or str(_("Community %(number)s", number=next(numbers)))
        counts = found.helixes[key], found.inside[key], int(outside[key])
        rows[key] = Community(key, name, after, len(points), *counts)
    return rows


def _sorted(
    rows: list[R], orders: Mapping[str, Callable[[R], Any]], sort: str, usual: str
) -> tuple[list[R], str]:
    known = sort if sort.removeprefix("-") in orders else usual
    key = orders[known.removeprefix("-")]
    return sorted(rows, key=key, reverse=known.startswith("-")), known
