"""The network as somebody looks at it: built once, placed, and kept until the project changes."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from itertools import chain

from sqlalchemy import select

from crm.core import clock, ties
from crm.core.audit import version_of
from crm.core.db import session
from crm.core.i18n import _
from crm.core.memory import Memory
from crm.core.permissions import Actor
from crm.networks.models import NetworkLayout
from crm.networks.queries.materials import material, names
from crm.networks.rules import graph, layout
from crm.networks.rules.graph import Lines, StakeholderGraph, lines_of
from crm.networks.rules.helix_mixing import Measures, measure
from crm.networks.rules.layout import Places
from crm.networks.rules.selection import NetworkView, Selection, month_end
from crm.projects.models import Project
from crm.segments import queries as segments

# Of points without a line more than this of one kind are counted but not drawn or listed.
DRAWN_ALONE = 500
# A network of 35,000 ties takes about 50 megabytes.
_networks = Memory(6)
_layouts = Memory(12)
_placed = Memory(6)
_names = Memory(12)


@dataclass(frozen=True, slots=True)
class Placed:
    """Where the points of a whole view stand, with the marks of its network and project then."""

    places: Places
    mark: str
    version: str


def kept_layout(view: NetworkView) -> NetworkLayout | None:
    """Return the kept places of a view of the project in scope, if there are any."""
    return session().scalar(select(NetworkLayout).where(NetworkLayout.view == view))


def can_put_back(view: NetworkView) -> bool:
    """Whether places that were given up for others are still kept."""
    statement = select(NetworkLayout.id).where(
        NetworkLayout.view == view, NetworkLayout.before.is_not(None)
    )
    return session().scalar(statement) is not None


def placed(project_id: int, view: NetworkView, whole: StakeholderGraph) -> Placed:
    """Return where the points of `whole`, all of a view, stand: the same for the same data."""
    # Nothing is written: what is kept is kept by a job, which finds the same.
    version = version_of(project_id)
    kept = kept_layout(view)
    mark = layout.mark(whole)
    if kept is None:
        # Through its history, so that what is found now is what would have been kept all along.
        usual, days = Selection(view=view), layout.dates(whole)[:-1]
        found = material(usual) if days else None
        # One at a time: each of them takes tens of megabytes.
        past = (graph.build(found, replace(usual, until=day)) for day in days if found)
        return Placed(layout.through(chain(past, (whole,))), mark, version)
    before = Places.read(kept.points, here=whole)
    go_on = layout.shelve if kept.mark == mark else layout.grow
    return Placed(replace(go_on(before, whole), away=before.away), mark, version)


def placed_apart(project_id: int, view: NetworkView) -> Placed:
    """Return where the points of a whole view stand, and keep no network in memory: for a job."""
    usual = Selection(view=view)
    return placed(project_id, view, graph.build(material(usual), usual))


def anew(project_id: int, whole: StakeholderGraph) -> Placed:
    """Return places for `whole` that continue none."""
    return Placed(layout.anew(whole), layout.mark(whole), version_of(project_id))


@dataclass(frozen=True, slots=True)
class Network:
    """
    A network as it was asked for, the same for everybody.

    Dates, kinds, helixes and filters choose the network; the cut (minimum weight, ties per person)
    only chooses which of its ties are drawn as lines.
    """

    selection: Selection  # what was asked for, with the minimum weight that holds
    whole: StakeholderGraph  # every tie of the network; never to be changed
    shown: StakeholderGraph  # the ties that are drawn as lines, and the points that are drawn
    measures: Measures  # measures of the network
    drawn: Measures  # measures of the lines drawn, all points counted
    left_out: int  # how many ties are not drawn
    was_thinned: bool  # whether we chose the minimum, and it leaves something out
    homes: Mapping[str, str]  # the organisation that each person folds into, where they do
    hidden: frozenset[str]  # people who do not want to be shown by name
    is_too_small: bool  # whether nothing is shown since too few live in the areas that were asked
    last_day: date  # the day from which age is counted back

    @property
    def lighter(self) -> int:
        """How many points have ties, all of them below the cut."""
        return self.measures.nodes - self.drawn.nodes

    @property
    def are_hidden(self) -> bool:
        """Whether points without a tie are too many to be drawn."""
        return self.measures.isolates > DRAWN_ALONE

    @property
    def are_lighter_hidden(self) -> bool:
        """Whether points with only lighter ties are too many to be drawn."""
        return self.lighter > DRAWN_ALONE

    def lines_of(self, key: str) -> Lines:
        """Return whether a point of the network has lines, only lighter ties, or none."""
        return lines_of(self.whole, self.shown, key)

    def on_shelf(self, lines: Lines) -> list[str]:
        """Return the keys of the drawn points of a kind that have no line."""
        alone = (key for key, degree in self.shown.degree if not degree)
        return [key for key in alone if self.lines_of(key) is lines]

    @property
    def believable(self) -> int | None:
        """How many of the shown ties are more than chance gives; none where that is not tested."""
        largest: float | None = self.whole.graph.get("believable")
        if largest is None:
            return None
        shown = self.shown.edges(data=True)
        return sum(1 for _one, _other, tie in shown if tie["chance"] <= largest)

    @property
    def plenary_above(self) -> int:
        """How many may be at a meeting before it is left out as a plenary."""
        return ties.plenary_above()

    @property
    def plenaries(self) -> int:
        """How many meetings are left out for their size."""
        count: int = self.whole.graph["plenaries"]
        return count


@dataclass(frozen=True, slots=True)
class Look(Network):
    """
    A network as one actor sees it.

    :param names: what each drawn point is called for this actor; see `with_every_name`
    :param state: the same for the same network in the same eyes; what follows may be kept under it
    """

    names: dict[str, str]
    state: Hashable


def look(actor: Actor, project_id: int, selection: Selection) -> Look:
    """Return the network of the project in scope, as `actor` may see it."""
    selection = allowed(actor, selection)
    state = state_of(project_id, selection)
    built = _kept(project_id, selection, state)
    seen_by = (state, eyes_of(actor))
    # The network is the same for everybody; only what its points are called differs.
    called = _names.get(seen_by, lambda: names(actor, [*built.shown]))
    same = {field.name: getattr(built, field.name) for field in fields(built)}
    return Look(**same, names=called, state=seen_by)


def with_every_name(actor: Actor, seen: Look) -> Look:
    """Return a look that names each point of the network, whether it is drawn or not: for files."""
    if len(seen.names) == seen.whole.number_of_nodes():
        return seen
    state = (seen.state, "every name")
    called = _names.get(state, lambda: names(actor, [*seen.whole]))
    return replace(seen, names=called, state=state)


def places(actor: Actor, project_id: int, selection: Selection) -> dict[str, tuple[int, int]]:
    """Return where each drawn point stands in the picture of the project in scope."""
    selection = allowed(actor, selection)
    state = state_of(project_id, selection)
    built = _kept(project_id, selection, state)

    def made() -> dict[str, tuple[int, int]]:
        standing = placed_in(project_id, selection.view).places
        lower = built.on_shelf(Lines.LIGHTER)
        if selection.month is None:
            return layout.among(standing, built.shown, lower).all
        # From month to month nobody moves but to the shelf, and that stays below all of them.
        window = layout.among(standing, _kept(project_id, selection.window).shown)
        return layout.staying(standing, window, built.shown, lower).all

    return _layouts.get(state, made)


def placed_in(project_id: int, view: NetworkView) -> Placed:
    """Return where the points of a whole view stand, whatever is chosen of it."""
    state = state_of(project_id, Selection(view=view))
    return _placed.get(state, lambda: placed(project_id, view, whole_of_view(project_id, view)))


def whole_of_view(project_id: int, view: NetworkView) -> StakeholderGraph:
    """Return every tie of a view of the project in scope; never to be changed."""
    return _kept(project_id, Selection(view=view)).whole


def months(actor: Actor, project_id: int, selection: Selection) -> tuple[date, date] | None:
    """Return days in the first and last month of the window in which a line began or ended."""
    latest = month_end(clock.today())
    window = _kept(project_id, allowed(actor, selection).window).shown
    ends = (tie[end] for _one, _other, tie in window.edges(data=True) for end in ("first", "last"))
    days = [day for day in ends if day is not None and day <= latest]
    return (min(days), max(days)) if days else None


def state_of(project_id: int, selection: Selection) -> tuple[Hashable, ...]:
    """Return, in one statement, a key under which what follows from the network may be kept."""
    # What holds names must be kept under what an actor may see (`eyes_of`) as well.
    # Roles begin and end without a change, so what holds is what holds today.
    return (project_id, version_of(project_id), clock.today(), selection.key())


def allowed(actor: Actor, selection: Selection) -> Selection:
    """Return the part of `selection` that `actor` may ask, with what its segment says."""
    # Tags tell of private persons, and so may the conditions of a segment.
    if not actor.sees_private_persons:
        selection = replace(selection, tag="")
    if selection.segment is None:
        return replace(selection, where="")
    return replace(selection, where=segments.told_to_everybody(actor, selection.segment))


def eyes_of(actor: Actor) -> tuple[Hashable, ...]:
    """Return the key under which what holds names may be kept: what `actor` may see."""
    # The pseudonym is a word of the reader's language.
    return (actor.sees_persons, actor.sees_private_persons, str(_("Resident %(number)s", number=0)))


def _kept(
    project_id: int, selection: Selection, state: tuple[Hashable, ...] | None = None
) -> Network:
    known = state or state_of(project_id, selection)
    return _networks.get(known, lambda: _built(project_id, selection))


def _built(project_id: int, asked: Selection) -> Network:
    selection = asked.meant()
    found = material(selection)
    whole = graph.around(graph.build(found, selection), selection)
    smallest = session().get_one(Project, project_id).smallest_group
    is_too_small = graph.is_too_small(whole, selection, smallest)
    if is_too_small:
        whole = graph.nothing_of(whole)
    cut, shown = _drawn(whole, selection, project_id)
    left_out = whole.number_of_edges() - shown.number_of_edges()
    measures = measure(whole)
    return Network(
        selection=cut,
        whole=whole,
        shown=_without_many_alone(shown, whole),
        measures=measures,
        drawn=measure(shown) if left_out else measures,
        left_out=left_out,
        was_thinned=selection.minimum is None and not selection.per_person and left_out > 0,
        homes=found.belongs,
        hidden=found.hidden,
        is_too_small=is_too_small,
        last_day=found.last_day,
    )


def _drawn(
    whole: StakeholderGraph, selection: Selection, project_id: int
) -> tuple[Selection, StakeholderGraph]:
    """Return the selection with the minimum weight that holds, and the ties that are drawn."""
    # Of a month: the lines of the window that were there, and what the window does not have.
    if selection.month is not None:
        window = _kept(project_id, selection.window)
        cut = replace(selection, minimum=window.selection.minimum)
        return cut, graph.as_in(whole, cut, window.whole, window.shown)
    minimum = selection.minimum
    if minimum is None:
        # So many ties of each are a choice of their own: no minimum beside it.
        minimum = 0 if selection.per_person else graph.readable_minimum(whole)
    heavy = graph.at_least(whole, minimum)
    if selection.per_person is not None:
        heavy = graph.strongest(heavy, selection.per_person)
    return replace(selection, minimum=minimum), heavy


def _without_many_alone(shown: StakeholderGraph, whole: StakeholderGraph) -> StakeholderGraph:
    alone: dict[Lines, list[str]] = {Lines.LIGHTER: [], Lines.WITHOUT: []}
    for key, degree in shown.degree:
        if not degree:
            alone[lines_of(whole, shown, key)].append(key)
    for many in alone.values():
        if len(many) > DRAWN_ALONE:
            shown.remove_nodes_from(many)
    return shown
