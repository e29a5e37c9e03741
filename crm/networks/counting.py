"""Counting who shares what with whom within a selection, before a graph is made of it."""

from collections.abc import Iterator
from datetime import date
from itertools import combinations
from typing import TypeAlias

from crm.core.libraries import np
from crm.core.ties import Gathering, is_meeting, is_person
from crm.networks.material import Material
from crm.networks.pair_counts import Pairing, Row, Shared, Ties
from crm.networks.selection import NetworkView, Selection, TieWeight

OPEN_BEGIN, OPEN_END = date.min.toordinal(), date.max.toordinal()
Period: TypeAlias = tuple[int, int]
Presence: TypeAlias = dict[str, list[Period]]


def makers(material: Material, selection: Selection, one: str, other: str) -> list[tuple[str, int]]:
    """Return kind and id of each gathering of `material` that makes the tie between two points."""
    found = []
    for gathering in material.gatherings:
        present = _present(gathering, selection)
        if _is_left_out(gathering, len(present), material, selection):
            continue
        sides = [_side(present, material, selection, end) for end in (one, other)]
        if selection.view is NetworkView.SESSIONS:
            is_it = point_of(gathering, material) in {one, other} and any(sides)
        else:
            is_it = any(_overlap(mine, yours) for mine in sides[0] for yours in sides[1])
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
        self.gatherings = tuple(_chosen(material, selection))
        meetings = {point_of(one, material) for one in self.gatherings} - {""}
        self.keys = sorted(set(material.helixes) | meetings)
        self.number = {key: place for place, key in enumerate(self.keys)}
        self.kinds = sorted({one.kind for one in self.gatherings})
        self.plenaries = 0
        self.held = 0
        self.attended = np.zeros(len(self.keys), dtype=np.int64)
        last_day = selection.until or material.last_day
        self._as_of = min(selection.end or last_day, last_day).toordinal()
        self._pairing = Pairing()

    def ties(self) -> Ties:
        """Return the ties, between all points."""
        for gathering in self.gatherings:
            present = _present(gathering, self.selection)
            if _is_left_out(gathering, len(present), self.material, self.selection):
                self.plenaries += 1
                continue
            self._note_meeting(gathering, present)
            if self.selection.view is NetworkView.SESSIONS:
                self._come(gathering, present)
            elif len(present) > 1:
                self._meet(gathering, present)
        return self._pairing.ties(self._homes())

    def _note_meeting(self, gathering: Gathering, present: Presence) -> None:
        if present and gathering.kind in self.material.meetings:
            self.held += 1
            self.attended[[self.number[key] for key in present]] += 1

    @property
    def counts_meetings(self) -> bool:
        """Whether each tie is between two people, and made by meetings alone."""
        meets = all(kind in self.material.meetings for kind in self.kinds)
        return meets and self.selection.view is NetworkView.PEOPLE

    def is_chosen(self, key: str) -> bool:
        """Whether a point is among those that were asked for."""
        if is_meeting(key):
            return True
        asked, material = self.selection, self.material
        return (
            (not asked.helixes or material.helixes[key] in asked.helixes)
            and (not asked.neighbourhoods or self._area(key) in asked.neighbourhoods)
            and (material.chosen is None or key in material.chosen)
        )

    def counts_without_tie(self, key: str) -> bool:
        """Whether a key is a point of the network even if nothing ties it."""
        if self.selection.is_folded:
            return key not in self.material.belongs
        return is_person(key)

    def _area(self, key: str) -> int | None:
        return self.material.neighbourhoods.get(key)

    def _homes(self) -> Row:
        if not self.selection.is_folded:
            return np.arange(len(self.keys))
        home = self.material.belongs
        return np.array([self.number[home.get(key, key)] for key in self.keys], dtype=np.int64)

    def _meet(self, gathering: Gathering, present: Presence) -> None:
        weight = 1 / (len(present) - 1) if self._is_newman else 1.0
        periods = {period for mine in present.values() for period in mine}
        if len(periods) == 1:
            members = [self.number[key] for key in present]
            self._pairing.add_group(members, self._shared(gathering, weight, periods.pop()))
            return
        for one, other in combinations(present, 2):
            both = _overlap(present[one], present[other])
            if both:
                shared = self._shared(gathering, weight, both)
                self._pairing.add_pair(self.number[one], self.number[other], shared)

    def _come(self, gathering: Gathering, present: Presence) -> None:
        meeting = self.number.get(point_of(gathering, self.material))
        if meeting is None:
            return
        for key, periods in present.items():
            self._pairing.add_pair(
                self.number[key], meeting, self._shared(gathering, 1.0, periods[0])
            )

    @property
    def _is_newman(self) -> bool:
        return self.selection.weight is TieWeight.NEWMAN

    def _shared(self, gathering: Gathering, weight: float, period: Period) -> Shared:
        if self.selection.half_life:
            age = max(0, self._as_of - period[1])
            weight *= 2 ** (-age / self.selection.half_life)
        return Shared(weight, self.kinds.index(gathering.kind), *period)

    @property
    def has_whole_weights(self) -> bool:
        """Whether each thing shared adds one."""
        return not self.selection.half_life and not self._is_newman


def _chosen(material: Material, selection: Selection) -> Iterator[Gathering]:
    for gathering in material.gatherings:
        if not selection.kinds or gathering.kind in selection.kinds:
            yield gathering


def _is_left_out(
    gathering: Gathering, present: int, material: Material, selection: Selection
) -> bool:
    is_plenary = gathering.kind in material.meetings and present > material.plenary
    return is_plenary and not selection.plenaries


def _present(gathering: Gathering, selection: Selection) -> Presence:
    """Return the periods of each stakeholder within the window; a double row counts once."""
    whole = _within(
        (_begin(gathering.since), _end(gathering.until)),
        (_begin(selection.since), _end(selection.end)),
    )
    if whole is None:
        return {}
    found: Presence = {key: [whole] for key in gathering.all_along}
    for part in gathering.parts:
        period = _within((_begin(part.since), _end(part.until)), whole)
        if period is not None:
            found.setdefault(part.stakeholder, []).append(period)
    return found


def _begin(day: date | None) -> int:
    return day.toordinal() if day else OPEN_BEGIN


def _end(day: date | None) -> int:
    return day.toordinal() if day else OPEN_END


def _within(one: Period, other: Period) -> Period | None:
    both = max(one[0], other[0]), min(one[1], other[1])
    return both if both[0] <= both[1] else None


def _overlap(ones: list[Period], others: list[Period]) -> Period | None:
    """Return the first and the last day on which two periods of each run at once, if any do."""
    both = [_within(one, other) for one in ones for other in others]
    shared = [period for period in both if period]
    if not shared:
        return None
    return min(period[0] for period in shared), max(period[1] for period in shared)


def _side(
    present: Presence, material: Material, selection: Selection, end: str
) -> list[list[Period]]:
    """Return the periods of each of those who fold into one end of a tie."""
    home = material.belongs if selection.is_folded else {}
    return [periods for key, periods in present.items() if home.get(key, key) == end]
