"""The figures of a network: at once where it is small, kept where not; as lists, and compared."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from crm.core import ties
from crm.core.db import session
from crm.core.i18n import LazyString, _l
from crm.core.libraries import nx
from crm.core.memory import Memory
from crm.core.normalisation import fold
from crm.core.pagination import PER_PAGE, Page
from crm.core.permissions import Actor
from crm.networks.models import KeptFigures
from crm.networks.queries.materials import names
from crm.networks.queries.network_views import Look, allowed, look, state_of
from crm.networks.rules import figures
from crm.networks.rules.arrays import Arrays, arrays_of
from crm.networks.rules.catalogue import Meaning, catalogue_of
from crm.networks.rules.figures import Figure, Figures, PointMeasure, digest, unpacked
from crm.networks.rules.graph import StakeholderGraph, helix_of
from crm.networks.rules.selection import Selection
from crm.networks.rules.words import are_few, difference, in_words
from crm.stakeholders.models import Helix
from crm.tasks.models import LongTask
from crm.tasks.queries import newest_about

# Points times ties up to which all figures take well below a second: as of 1,000 people.
AT_ONCE = 8_000_000
# Shortest ways by strength are about as many times as slow.
SLOWER_BY_STRENGTH = 6
WORK_OUT = "networks.figures"

_subjects = Memory(12)
_figures = Memory(24)
STANDING_SORT = f"-{PointMeasure.BETWEENNESS}"
PARTS_TOLD, NAMES_TOLD = 5, 8


@dataclass(frozen=True, slots=True)
class Subject:
    """
    What figures are worked out from.

    :param selection: what was asked for and may be, without what leaves lines out of the picture
    """

    selection: Selection
    graph: StakeholderGraph  # every tie of the network
    network: Arrays
    gatherings: tuple[tuple[int, ...], ...]  # how many of each helix were at each session
    by_strength: bool
    digest: str  # the same for the same, whatever else changed in the project

    @property
    def has_two_modes(self) -> bool:
        """Whether its points are people and the sessions they came to."""
        return self.network.second is not None

    @property
    def is_large(self) -> bool:
        """Whether its figures take longer than a page may."""
        work = self.network.count * self.network.ties
        return work * (SLOWER_BY_STRENGTH if self.by_strength else 1) > AT_ONCE

    def work_out(self, on_progress: figures.OnProgress = figures.no_progress) -> Figures:
        """Return all figures; `on_progress` hears how far it is."""
        return figures.figures(
            self.network, self.gatherings, by_strength=self.by_strength, on_progress=on_progress
        )


@dataclass(frozen=True, slots=True)
class Measured:
    """
    A network as one actor sees it, with its figures; or, where asked for, the work on them.

    :param task: what was begun last to work them out, if anything was
    """

    seen: Look
    subject: Subject
    figures: Figures | None
    task: LongTask | None


def measured(
    actor: Actor, project_id: int, selection: Selection, *, by_strength: bool = False
) -> Measured:
    """Return the figures of the network of the project in scope; never long to wait for."""
    seen = look(actor, project_id, selection)
    about = subject(actor, project_id, selection, by_strength=by_strength)
    if not about.is_large:
        return Measured(seen, about, _figures.get(about.digest, about.work_out), None)
    # A megabyte for 5,000 people: read only where this process does not have it.
    if not are_kept(about):
        return Measured(seen, about, None, newest_about(WORK_OUT, "digest", about.digest))
    values = select(KeptFigures.values).where(KeptFigures.digest == about.digest)
    found = _figures.get(about.digest, lambda: unpacked(session().scalars(values).one()))
    return Measured(seen, about, found, None)


def subject(actor: Actor, project_id: int, selection: Selection, *, by_strength: bool) -> Subject:
    """Return what the figures of a selection are worked out from."""
    selection = allowed(actor, selection)
    state = state_of(project_id, selection.network)

    def made() -> Subject:
        graph = look(actor, project_id, selection).whole
        network = arrays_of(graph)
        # Whatever ties are asked for: who sat together says how mixed the meetings were.
        gatherings = tuple(
            tuple(counts.get(helix, 0) for helix in Helix)
            for source in ties.sources()
            for counts in source.mixes(selection.since, selection.end)
        )
        mark = digest(network, gatherings, by_strength=by_strength)
        return Subject(selection.network, graph, network, gatherings, by_strength, mark)

    return _subjects.get((state, by_strength), made)


def are_kept(about: Subject) -> bool:
    """Whether the figures of a network are worked out already."""
    kept = select(KeptFigures.id).where(KeptFigures.digest == about.digest)
    return session().scalar(kept) is not None


@dataclass(frozen=True, slots=True)
class Standing:
    """One point with its figures."""

    key: str
    name: str
    helix: Helix | None
    figures: Mapping[PointMeasure, Figure]


@dataclass(frozen=True, slots=True)
class LoosePart:
    """Some of those who would hang together apart from the rest, and how many more they are."""

    names: tuple[str, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Breaking:
    """What would hang loose without a point."""

    cut_off: int  # how many points would lose their way to the largest part that is left
    parts: tuple[LoosePart, ...]  # the largest loose parts
    more_parts: int  # how many further parts there are


def standings(actor: Actor, measured: Measured, sort: str, number: int) -> Page[Standing]:
    """Return page `number`, from 1, by `sort` (name, helix or a measure; "-" turns it round)."""
    # Who has no value comes last, either way.
    keys = _sorted_keys(actor, measured, sort)
    number = max(1, number)
    some = keys[(number - 1) * PER_PAGE : number * PER_PAGE]
    return Page(_rows(actor, measured, some), number, len(keys), total_is_capped=False)


def all_standings(actor: Actor, measured: Measured, sort: str) -> list[Standing]:
    """Return every point with its figures."""
    return _rows(actor, measured, _sorted_keys(actor, measured, sort))


def standing_of(actor: Actor, measured: Measured, key: str) -> Standing | None:
    """Return the figures of one point; none where it is no point of the network."""
    if measured.figures is None or key not in measured.subject.graph:
        return None
    return _rows(actor, measured, [key])[0]


def breaking(actor: Actor, measured: Measured, key: str) -> Breaking | None:
    """Return what would hang loose without a point; none where nothing would."""
    graph = measured.subject.graph
    if key not in graph:
        return None
    around = nx.node_connected_component(graph, key) - {key}
    parts = list(nx.connected_components(graph.subgraph(around)))
    # All but the largest hang loose: that one is what they would lose their way to.
    loose = sorted(parts, key=lambda part: (-len(part), min(part)))[1:]
    if not loose:
        return None
    some = [sorted(part)[:NAMES_TOLD] for part in loose[:PARTS_TOLD]]
    called = names(actor, {point for part in some for point in part})
    told = tuple(
        LoosePart(tuple(called[point] for point in part), len(whole) - len(part))
        for part, whole in zip(some, loose, strict=False)
    )
    return Breaking(sum(map(len, loose)), told, len(loose) - len(told))


def _rows(actor: Actor, measured: Measured, keys: Collection[str]) -> list[Standing]:
    figures, graph = measured.figures, measured.subject.graph
    if figures is None:
        return []
    called = names(actor, keys)
    place = {key: number for number, key in enumerate(figures.keys)}
    return [
        Standing(
            key,
            called[key],
            helix_of(graph, key),
            {measure: column[place[key]] for measure, column in figures.points.items()},
        )
        for key in keys
    ]


def _sorted_keys(actor: Actor, measured: Measured, sort: str) -> list[str]:
    if measured.figures is None:
        return []
    if sort.removeprefix("-") not in {"name", "helix", *PointMeasure}:
        sort = STANDING_SORT
    asked, backwards = sort.removeprefix("-"), sort.startswith("-")
    keys = sorted(measured.figures.keys)
    if asked == "name":
        called = names(actor, keys)
        return sorted(keys, key=lambda key: (fold(called[key]), key), reverse=backwards)
    figures, graph = measured.figures, measured.subject.graph
    values: dict[str, Any]
    if asked == "helix":
        rank: dict[Helix | None, int] = {helix: place for place, helix in enumerate(Helix)}
        values = {key: rank.get(helix_of(graph, key)) for key in keys}
    else:
        values = dict(zip(figures.keys, figures.points[PointMeasure(asked)], strict=True))
    # Who has no value comes last either way: nothing is neither much nor little.
    known = [key for key in keys if values[key] is not None]
    known.sort(key=values.__getitem__, reverse=backwards)
    return known + [key for key in keys if values[key] is None]


def elsewhere(selection: Selection) -> Selection:
    """Return the part of a selection that can be asked of any project."""
    return Selection(
        view=selection.view,
        kinds=selection.kinds,
        weight=selection.weight,
        half_life=selection.half_life,
        plenaries=selection.plenaries,
        since=selection.since,
        until=selection.until,
        month=selection.month,
        helixes=selection.helixes,
    )


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure of two networks; `more` is how much more the second has."""

    meaning: Meaning
    first: Figure
    second: Figure
    more: Figure
    words: LazyString


@dataclass(frozen=True, slots=True)
class HelixDifference:
    """One thing counted of one helix in two networks."""

    helix: Helix
    counted: LazyString
    first: Figure
    second: Figure
    more: Figure


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two networks beside each other; without rows while the figures of one are not there yet."""

    first: Measured
    second: Measured

    @property
    def is_whole(self) -> bool:
        """Whether both have their figures."""
        return self.first.figures is not None and self.second.figures is not None

    @property
    def are_few(self) -> bool:
        """Whether one of the two is too small to say anything."""
        both = (self.first.figures, self.second.figures)
        return any(figures is not None and are_few(figures) for figures in both)

    @property
    def rows(self) -> list[Difference]:
        """The measures of both."""
        if self.first.figures is None or self.second.figures is None:
            return []
        one, other = self.first.figures.network, self.second.figures.network
        catalogue = catalogue_of(two_modes=self.first.subject.has_two_modes)
        return [
            Difference(
                meaning,
                one[measure],
                other[measure],
                difference(one[measure], other[measure]),
                in_words(measure, difference(one[measure], other[measure])),
            )
            for measure, meaning in catalogue.network.items()
        ]

    @property
    def helix_rows(self) -> list[HelixDifference]:
        """What is counted of each helix in both."""
        if self.first.figures is None or self.second.figures is None:
            return []
        one, other = self.first.figures, self.second.figures
        return [
            HelixDifference(helix, counted, first, second, difference(first, second))
            for place, helix in enumerate(Helix)
            for (counted, first), (_same, second) in zip(
                _of_helix(one, place), _of_helix(other, place), strict=True
            )
        ]


def _of_helix(figures: Figures, place: int) -> Iterator[tuple[LazyString, Figure]]:
    row = figures.mixing[place]
    yield _l("People and organisations"), figures.helixes[place]
    yield _l("Ties within"), row[place]
    yield _l("Ties with other helixes"), sum(row) - row[place]
    yield _l("Keeps to itself"), figures.homophily[place]
