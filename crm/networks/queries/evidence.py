"""What made a tie: the sessions, initiatives and roles behind it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.core import ties
from crm.core.errors import NotFound
from crm.core.permissions import Actor
from crm.core.ties import Asked, Evidence
from crm.networks import counting
from crm.networks.material import Material
from crm.networks.queries.materials import gatherings
from crm.networks.queries.naming import names
from crm.networks.queries.network_views import Look

# Both databases take this many values in one statement.
MOST_AMONG = 20_000


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
    found = list(_found(actor, seen, one, other))
    found.sort(key=lambda one: (one.since or date.min, one.kind, one.id))
    called = names(actor, [one, other])
    weight = seen.whole.edges[one, other]["weight"]
    return TieEvidence(one, other, called[one], called[other], weight, tuple(found))


def _found(actor: Actor, seen: Look, one: str, other: str) -> Iterable[Evidence]:
    folded = seen.selection.is_folded
    among = frozenset(
        {one, other, *(key for key, home in seen.homes.items() if home in {one, other})}
        if folded
        else {one, other}
    )
    asked = Asked(folded, among if len(among) < MOST_AMONG else None)
    material = Material(
        helixes={},
        gatherings=gatherings(seen.selection, asked),
        belongs=seen.homes,
        meetings=ties.meetings(),
        plenary=ties.plenary_above(),
    )
    made: defaultdict[str, list[int]] = defaultdict(list)
    for kind, number in counting.makers(material, seen.selection, one, other):
        made[kind].append(number)
    for kind, ids in made.items():
        yield from ties.source(kind).evidence(actor, asked, ids)
