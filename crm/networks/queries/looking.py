"""The network as somebody looks at it: built once, and kept until the project changes."""

import hashlib
import json
from collections.abc import Hashable
from dataclasses import dataclass, replace

from crm.core import clock
from crm.core.audit import version_of
from crm.core.i18n import _
from crm.core.permissions import Actor
from crm.networks import graph, layout, metrics, thinning
from crm.networks.graph import StakeholderGraph
from crm.networks.memory import Memory
from crm.networks.metrics import Measures
from crm.networks.picture import draw
from crm.networks.queries.materials import material
from crm.networks.queries.naming import names
from crm.networks.selection import Selection

# More points without a tie than this are counted but not drawn or listed: the register lists them.
DRAWN_ALONE = 500

# A network of 35,000 ties takes about 50 megabytes, its picture 3.
_networks = Memory(6)
_layouts = Memory(12)
_names = Memory(12)
_pictures = Memory(12)


@dataclass(frozen=True, slots=True)
class Look:
    """
    A network as one actor sees it.

    :param selection: what was asked for, with the minimum weight that holds
    :param whole: every tie, before light ones are left out; never to be changed
    :param shown: the ties that are heavy enough, and the points that are drawn
    :param measures: measures of what is heavy enough, all points counted
    :param names: what each drawn point is called for this actor
    :param was_thinned: whether we chose the minimum, and it leaves something out
    """

    selection: Selection
    whole: StakeholderGraph
    shown: StakeholderGraph
    measures: Measures
    names: dict[str, str]
    was_thinned: bool

    @property
    def are_hidden(self) -> bool:
        """Whether points without a tie are too many to be drawn."""
        return self.measures.nodes + self.measures.isolates > self.shown.number_of_nodes()


@dataclass(frozen=True, slots=True)
class _Built:
    selection: Selection
    whole: StakeholderGraph
    shown: StakeholderGraph
    measures: Measures
    was_thinned: bool


def look(actor: Actor, project_id: int, selection: Selection) -> Look:
    """Return the network of the project in scope, as `actor` may see it."""
    state = _state(project_id, selection)
    built = _networks.get(state, lambda: _build(selection))
    called = _names.get((state, _eyes(actor)), lambda: names(actor, [*built.shown]))
    return Look(
        built.selection, built.whole, built.shown, built.measures, called, built.was_thinned
    )


def picture(actor: Actor, project_id: int, selection: Selection) -> bytes:
    """Return the data of the picture as JSON, for `actor`."""
    state = _state(project_id, selection)

    def made() -> bytes:
        seen = look(actor, project_id, selection)
        data = draw(seen.shown, places(project_id, selection), seen.names)
        return json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode()

    return _pictures.get((state, _eyes(actor)), made)


def places(project_id: int, selection: Selection) -> dict[str, tuple[int, int]]:
    """Return where each drawn point stands in the picture of the project in scope."""
    state = _state(project_id, selection)
    built = _networks.get(state, lambda: _build(selection))
    return _layouts.get(state, lambda: layout.positions(built.shown))


def mark(actor: Actor, project_id: int, selection: Selection) -> str:
    """Return a mark that changes whenever the picture may change for `actor`: one statement."""
    state = repr((_state(project_id, selection), _eyes(actor)))
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def _state(project_id: int, selection: Selection) -> tuple[Hashable, ...]:
    # Roles begin and end without a change, so what holds is what holds today.
    return (project_id, version_of(project_id), clock.today(), selection.key())


def _eyes(actor: Actor) -> tuple[Hashable, ...]:
    # The pseudonym is a word of the reader's language.
    return (actor.sees_private_persons, str(_("Resident %(number)s", number=0)))


def _build(selection: Selection) -> _Built:
    found = material(selection.until or clock.today())
    whole = graph.build(found, selection)
    minimum = selection.minimum
    if minimum is None:
        minimum = thinning.readable_minimum(whole)
    shown = thinning.at_least(whole, minimum)
    left_out = whole.number_of_edges() - shown.number_of_edges()
    measures = metrics.measure(shown)
    if measures.isolates > DRAWN_ALONE:
        shown.remove_nodes_from([key for key, degree in shown.degree if not degree])
    return _Built(
        selection=replace(selection, minimum=minimum),
        whole=whole,
        shown=shown,
        measures=measures,
        was_thinned=selection.minimum is None and left_out > 0,
    )


def forget() -> None:
    """Give up everything that is kept, as after a start."""
    for memory in (_networks, _layouts, _names, _pictures):
        memory.clear()
