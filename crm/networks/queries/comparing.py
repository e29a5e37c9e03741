"""Two networks beside each other: one project on two dates, or two projects."""

from collections.abc import Iterator
from dataclasses import dataclass

from crm.core.i18n import LazyString, _l
from crm.networks.measures import Figure, Figures
from crm.networks.measures.catalogue import Meaning, catalogue_of
from crm.networks.measures.catalogue.changes import difference, in_words
from crm.networks.measures.interpretation import are_few
from crm.networks.queries.figures import Measured
from crm.networks.selection import Selection
from crm.stakeholders.models import Helix


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
        return any(one.figures is not None and are_few(one.figures) for one in self._both)

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

    @property
    def _both(self) -> tuple[Measured, Measured]:
        return self.first, self.second


def _of_helix(figures: Figures, place: int) -> Iterator[tuple[LazyString, Figure]]:
    row = figures.mixing[place]
    yield _l("People and organisations"), figures.helixes[place]
    yield _l("Ties within"), row[place]
    yield _l("Ties with other helixes"), sum(row) - row[place]
    yield _l("Keeps to itself"), figures.homophily[place]
