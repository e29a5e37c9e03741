"""Who shares what with whom within a selection: material, pairs, and the ties they add up to."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any, TypeAlias

from crm.core.libraries import np
from crm.core.ties import Gathering, is_meeting, is_person
from crm.networks.rules.selection import NetworkView, Selection, TieWeight
from crm.stakeholders.models import Helix

# Days as numbers, so that an open end sorts before or after all others and fits in an array.
OPEN_BEGIN, OPEN_END = date.min.toordinal(), date.max.toordinal()
Period: TypeAlias = tuple[int, int]
Presence: TypeAlias = dict[str, list[Period]]
Row: TypeAlias = "np.ndarray[Any, Any]"
# What one thing adds to each tie it makes: weight, bit of its kind, first day and last day.
_Shared: TypeAlias = tuple[float, int, int, int]


@dataclass(frozen=True, slots=True)
class Material:
    """
    Everything a network is built from, as plain values.

    :param belongs: the organisation a person is folded into, by person
    :param seconds: second helix of those that have one
    :param neighbourhoods: id of the area of those that have one
    :param chosen: those who carry the tag and take part in the initiative that were asked for;
        none where neither was
    :param meetings: the kinds at which people sit in a room together, with the first letter of
        their keys as points
    """

    helixes: Mapping[str, Helix]  # helix of every person and organisation of the project
    gatherings: tuple[Gathering, ...] = ()  # what ties them, of the kinds that were asked for
    belongs: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, Helix] = field(default_factory=dict)
    neighbourhoods: Mapping[str, int] = field(default_factory=dict)
    chosen: frozenset[str] | None = None
    meetings: Mapping[str, str] = field(default_factory=dict)
    plenary: int = 40  # how many may be at a meeting before it counts as a plenary
    hidden: frozenset[str] = frozenset()  # people who do not want to be shown by name
    last_day: date = date.max  # the day for which people count, and from which age is counted back


@dataclass(frozen=True, slots=True)
class Ties:
    """Ties as rows of equal length, no pair twice, lower end first; `kinds` are bits."""

    one: Row
    other: Row
    weight: Row
    kinds: Row
    first: Row
    last: Row
    times: Row  # how many things made each tie

    def only(self, kept: Row) -> "Ties":
        """Return the ties of which `kept` is true."""
        columns = (self.one, self.other, self.weight, self.kinds, self.first, self.last, self.times)
        return Ties(*(column[kept] for column in columns))


def makers(material: Material, selection: Selection, one: str, other: str) -> list[tuple[str, int]]:
    """Return kind and id of each gathering of `material` that makes the tie between two points."""
    home = material.belongs if selection.is_folded else {}
    found = []
    for gathering in material.gatherings:
        present = _present(gathering, selection)
        if _is_left_out(gathering, len(present), material, selection):
            continue
        # The periods of each of those who fold into an end: an organisation is there as long as
        # one of its people is.
        mine, yours = (
            [periods for key, periods in present.items() if home.get(key, key) == end]
            for end in (one, other)
        )
        if selection.view is NetworkView.SESSIONS:
            is_it = point_of(gathering, material) in {one, other} and bool(mine or yours)
        else:
            is_it = any(_overlap(some, others) for some in mine for others in yours)
        if is_it:
            found.append((gathering.kind, gathering.id))
    return found


def point_of(gathering: Gathering, material: Material) -> str:
    """Return the key of a meeting as a point; empty for what is no meeting."""
    letter = material.meetings.get(gathering.kind)
    return f"{letter}{gathering.id}" if letter else ""


class Counting:
    """Counts the ties of one selection, with a number for each key."""

    def __init__(self, material: Material, selection: Selection) -> None:
        self.material, self.selection = material, selection
        self.gatherings = tuple(
            gathering
            for gathering in material.gatherings
            if not selection.kinds or gathering.kind in selection.kinds
        )
        meetings = {point_of(gathering, material) for gathering in self.gatherings} - {""}
        # In order of their keys, so that the same data give the same numbers on either database.
        self.keys = sorted(set(material.helixes) | meetings)
        self.number = {key: place for place, key in enumerate(self.keys)}
        self.kinds = sorted({gathering.kind for gathering in self.gatherings})
        self.plenaries = 0
        self.held = 0
        self.attended = np.zeros(len(self.keys), dtype=np.int64)
        last_day = selection.until or material.last_day
        self._as_of = min(selection.end or last_day, last_day).toordinal()
        self._is_newman = selection.weight is TieWeight.NEWMAN
        # Meetings of one size are paired in one go: a loop over pairs took most of the time.
        self._groups: defaultdict[int, list[tuple[Sequence[int], _Shared]]] = defaultdict(list)
        self._pairs: list[tuple[int, int, float, int, int, int]] = []

    def ties(self) -> Ties:
        """Return the ties, between all points."""
        for gathering in self.gatherings:
            present = _present(gathering, self.selection)
            if _is_left_out(gathering, len(present), self.material, self.selection):
                self.plenaries += 1
                continue
            if present and gathering.kind in self.material.meetings:
                self.held += 1
                self.attended[[self.number[key] for key in present]] += 1
            if self.selection.view is NetworkView.SESSIONS:
                self._come(gathering, present)
            elif len(present) > 1:
                self._meet(gathering, present)
        homes = np.arange(len(self.keys))
        if self.selection.is_folded:
            home = self.material.belongs
            homes = np.array([self.number[home.get(key, key)] for key in self.keys], dtype=np.int64)
        return self._added(homes)

    @property
    def counts_meetings(self) -> bool:
        """Whether each tie is between two people, and made by meetings alone."""
        meets = all(kind in self.material.meetings for kind in self.kinds)
        return meets and self.selection.view is NetworkView.PEOPLE

    @property
    def has_whole_weights(self) -> bool:
        """Whether each thing shared adds one."""
        return not self.selection.half_life and not self._is_newman

    def is_chosen(self, key: str) -> bool:
        """Whether a point is among those that were asked for."""
        # A meeting is there by who came: helix, area and tag are asked of people.
        if is_meeting(key):
            return True
        asked, material = self.selection, self.material
        area = material.neighbourhoods.get(key)
        return (
            (not asked.helixes or material.helixes[key] in asked.helixes)
            and (not asked.neighbourhoods or area in asked.neighbourhoods)
            and (material.chosen is None or key in material.chosen)
        )

    def counts_without_tie(self, key: str) -> bool:
        """Whether a key is a point of the network even if nothing ties it."""
        if self.selection.is_folded:
            return key not in self.material.belongs
        return is_person(key)

    def _meet(self, gathering: Gathering, present: Presence) -> None:
        """Tie all who were there to each other, where their days overlap."""
        weight = 1 / (len(present) - 1) if self._is_newman else 1.0
        periods = {period for mine in present.values() for period in mine}
        if len(periods) == 1:
            members = [self.number[key] for key in present]
            shared = self._shared(gathering, weight, periods.pop())
            self._groups[len(members)].append((members, shared))
            return
        for one, other in combinations(present, 2):
            both = _overlap(present[one], present[other])
            if both:
                shared = self._shared(gathering, weight, both)
                self._pairs.append((self.number[one], self.number[other], *shared))

    def _come(self, gathering: Gathering, present: Presence) -> None:
        """Tie all who were there to the meeting itself."""
        meeting = self.number.get(point_of(gathering, self.material))
        if meeting is None:
            return
        for key, periods in present.items():
            shared = self._shared(gathering, 1.0, periods[0])
            self._pairs.append((self.number[key], meeting, *shared))

    def _shared(self, gathering: Gathering, weight: float, period: Period) -> _Shared:
        if self.selection.half_life:
            # What still runs has no age; what ends later than we look at has none either.
            age = max(0, self._as_of - period[1])
            weight *= 2 ** (-age / self.selection.half_life)
        return weight, 1 << self.kinds.index(gathering.kind), *period

    def _added(self, homes: Row) -> Ties:
        """Return the ties between `homes`: into which point each number folds, or itself."""
        found = [_of_groups(size, groups) for size, groups in self._groups.items() if size > 1]
        if self._pairs:
            found.append(list(np.array(self._pairs, dtype=np.float64).T))
        if not found:
            return Ties(*(np.empty(0, dtype=np.int64) for _column in range(7)))
        one, other, *values = (np.concatenate(columns) for columns in zip(*found, strict=True))
        one, other = homes[one.astype(np.int64)], homes[other.astype(np.int64)]
        low, high = np.minimum(one, other), np.maximum(one, other)
        # What folds into one point is not tied to itself.
        apart = low != high
        low, high = low[apart], high[apart]
        # One number for each pair: sorted by it, what belongs to one tie lies side by side.
        code = low * len(homes) + high
        order = np.argsort(code, kind="stable")
        starts = np.flatnonzero(np.diff(code[order], prepend=-1))
        if not len(starts):
            return Ties(*(np.empty(0, dtype=np.int64) for _column in range(7)))
        weight, kinds, first, last = (value[apart][order] for value in values)
        ends = order[starts]
        return Ties(
            low[ends],
            high[ends],
            np.add.reduceat(weight, starts),
            np.bitwise_or.reduceat(kinds.astype(np.int64), starts),
            np.minimum.reduceat(first, starts).astype(np.int64),
            np.maximum.reduceat(last, starts).astype(np.int64),
            np.diff(starts, append=len(order)),
        )


def _of_groups(size: int, groups: Sequence[tuple[Sequence[int], _Shared]]) -> list[Row]:
    """Return one row for each pair of each group: both ends, weight, kind, first and last day."""
    members = np.array([members for members, _shared in groups], dtype=np.int64)
    left, right = np.triu_indices(size, 1)
    values = np.array([shared for _members, shared in groups]).T
    ends = [members[:, left].ravel(), members[:, right].ravel()]
    return ends + [np.repeat(column, len(left)) for column in values]


def _is_left_out(
    gathering: Gathering, present: int, material: Material, selection: Selection
) -> bool:
    # Only meetings: an initiative of a hundred members is no room in which all have met.
    is_plenary = gathering.kind in material.meetings and present > material.plenary
    return is_plenary and not selection.plenaries


def _present(gathering: Gathering, selection: Selection) -> Presence:
    """Return the periods of each stakeholder within the window; a double row counts once."""
    window = _days(selection.since, selection.end)
    whole = _within(_days(gathering.since, gathering.until), window)
    if whole is None:
        return {}
    found: Presence = {key: [whole] for key in gathering.all_along}
    for part in gathering.parts:
        period = _within(_days(part.since, part.until), whole)
        if period is not None:
            found.setdefault(part.stakeholder, []).append(period)
    return found


def _days(since: date | None, until: date | None) -> Period:
    return since.toordinal() if since else OPEN_BEGIN, until.toordinal() if until else OPEN_END


def _within(one: Period, other: Period) -> Period | None:
    both = max(one[0], other[0]), min(one[1], other[1])
    return both if both[0] <= both[1] else None


def _overlap(ones: list[Period], others: list[Period]) -> Period | None:
    """Return the first and the last day on which two periods of each run at once, if any do."""
    both = [_within(mine, yours) for mine in ones for yours in others]
    shared = [period for period in both if period]
    if not shared:
        return None
    return min(period[0] for period in shared), max(period[1] for period in shared)
