"""What changed in a network since a day: ties that are new, lost or silent, and who is new."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from crm.networks.rules.graph import StakeholderGraph, helix_of
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class TieChange:
    """One tie, its weight of today, what kinds of things made it, and its first and last day."""

    one: str
    other: str
    weight: float
    kinds: tuple[str, ...]
    first: date | None
    last: date | None


@dataclass(frozen=True, slots=True)
class Bridge:
    """Somebody's first tie into another helix: to whom, and since when."""

    key: str
    other: str
    helix: Helix
    first: date


@dataclass(frozen=True, slots=True)
class Changes:
    """
    What changed since a day.

    :param lost: ties by a role or an initiative that ran on that day, has ended, and was followed
        by nothing shared
    :param silent: older ties of which nothing goes on, and that no meeting since has renewed
    """

    new: tuple[TieChange, ...]  # ties that began after that day
    lost: tuple[TieChange, ...]
    silent: tuple[TieChange, ...]
    bridges: tuple[Bridge, ...]  # first ties into another helix of those who had a tie before
    newcomers: tuple[tuple[str, date], ...]  # who got a first tie after that day, and when

    @property
    def are_none(self) -> bool:
        """Whether nothing changed."""
        return not (self.new or self.lost or self.silent or self.bridges or self.newcomers)


@dataclass(frozen=True, slots=True)
class Since:
    """What is known of the time since a day."""

    day: date  # changes are told after it
    ran: StakeholderGraph  # what went on that day, meetings left out
    runs: StakeholderGraph  # what goes on at the end, meetings left out
    met: StakeholderGraph  # what meetings made since

    def has_lost(self, one: str, other: str) -> bool:
        """Whether something shared has ended, and nothing came in its place."""
        ended = self.ran.has_edge(one, other) and not self.runs.has_edge(one, other)
        return ended and not self.met.has_edge(one, other)

    def is_after(self, day: date | None) -> bool:
        """Whether a day lies after the day asked for; an open one does not."""
        return day is not None and day > self.day


def changes(whole: StakeholderGraph, since: Since) -> Changes:
    """Return what changed in `whole`, which holds every tie until the end, since a day."""
    ties = [
        TieChange(one, other, tie["weight"], tie["kinds"], tie["first"], tie["last"])
        for one, other, tie in whole.edges(data=True)
    ]
    new = [tie for tie in ties if since.is_after(tie.first)]
    old = [tie for tie in ties if not since.is_after(tie.first)]
    lost = [tie for tie in old if since.has_lost(tie.one, tie.other)]
    kept = [tie for tie in old if not since.has_lost(tie.one, tie.other)]
    silent = [tie for tie in kept if tie.last and tie.last <= since.day]
    # Lost ties count: whoever had one before is no newcomer.
    before = {key for tie in old for key in (tie.one, tie.other)}
    first: dict[str, date] = {}
    for tie in new:
        for key in {tie.one, tie.other} - before:
            first[key] = min(first.get(key, date.max), tie.first or date.max)
    return Changes(
        new=_newest(new),
        lost=_newest(lost),
        silent=_newest(silent),
        bridges=_bridges(whole, old, new, before),
        newcomers=tuple(sorted(first.items(), key=lambda item: (item[1], item[0]))),
    )


def _newest(ties: Iterable[TieChange]) -> tuple[TieChange, ...]:
    """Return the heaviest first, and among them those that were last made."""

    def rank(tie: TieChange) -> tuple[float, int, str, str]:
        return -tie.weight, -(tie.last or date.max).toordinal(), tie.one, tie.other

    return tuple(sorted(ties, key=rank))


def _bridges(
    whole: StakeholderGraph, old: Iterable[TieChange], new: Iterable[TieChange], before: set[str]
) -> tuple[Bridge, ...]:
    # Only the first tie of somebody into a helix is a bridge, so the days decide.
    helix = {key: helix_of(whole, key) for key in whole}
    known = {pair for tie in old for pair in _sides(tie, helix)}
    found: dict[tuple[str, Helix], Bridge] = {}
    for tie in sorted(new, key=lambda tie: (tie.first or date.min, tie.one, tie.other)):
        for key, there in _sides(tie, helix):
            other = tie.other if key == tie.one else tie.one
            if key in before and (key, there) not in known and helix[key] is not there:
                found.setdefault((key, there), Bridge(key, other, there, tie.first or date.min))
    return tuple(found.values())


def _sides(tie: TieChange, helix: dict[str, Helix | None]) -> Iterable[tuple[str, Helix]]:
    """Yield for each end of a tie the helix that it leads to."""
    for key, other in ((tie.one, tie.other), (tie.other, tie.one)):
        there = helix[other]
        if there is not None and helix[key] is not None:
            yield key, there
