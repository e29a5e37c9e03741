"""What changed in the network since a day, for one reader."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm.core import ties
from crm.core.libraries import nx
from crm.core.permissions import Actor
from crm.networks import graph
from crm.networks.changes import Changes, Since, changes
from crm.networks.graph import StakeholderGraph
from crm.networks.memory import Memory
from crm.networks.queries.choosing import last_day
from crm.networks.queries.materials import material
from crm.networks.queries.naming import names
from crm.networks.queries.network_views import allowed, look, state_of
from crm.networks.selection import Selection

SHOWN = 50  # of each list; the file has them all
_changes = Memory(6)


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed, and what everybody in it is called for this reader."""

    changes: Changes
    names: dict[str, str]


def changed(
    actor: Actor, project_id: int, selection: Selection, since: date, shown: int | None = SHOWN
) -> Changed:
    """
    Return what changed since a day in the network that is asked for, its last day included.

    :param shown: how many of each list get names; none asks for all
    """
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


def forget_changes() -> None:
    """Give up what is kept."""
    _changes.clear()


def _since(selection: Selection, day: date) -> Since:
    end = last_day(selection)
    meetings = frozenset(one.kind for one in ties.sources(selection.kinds) if one.point)
    others = frozenset(one.kind for one in ties.sources(selection.kinds)) - meetings
    return Since(
        day,
        ran=_within(selection, others, day, day),
        runs=_within(selection, others, end, end),
        met=_within(selection, meetings, day + timedelta(days=1), end),
    )


def _within(
    selection: Selection, kinds: frozenset[str], first: date, last: date
) -> StakeholderGraph:
    if not kinds or first > last:
        return nx.Graph()
    asked = replace(selection, kinds=kinds, since=first, until=last, month=None, around=None)
    return graph.build(material(asked), asked)
