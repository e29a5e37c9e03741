"""The balance of the four helixes: invited, accepted and attended people against the targets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm.stakeholders.models import Helix

# One person and the helix they were invited or present for.
Counted = tuple[int, Helix]


@dataclass(frozen=True, slots=True)
class HelixBalance:
    """One helix: how many people were wanted (none: no target), invited, coming, there."""

    helix: Helix
    target: int | None
    invited: int
    accepted: int
    attended: int

    def short(self, number: int) -> int:
        """Return how many people more than `number` there should be to reach the target."""
        # More than the target is no fault: a helix is short of people, never over.
        return max(0, (self.target or 0) - number)


@dataclass(frozen=True, slots=True)
class Balance:
    """The four helixes in their fixed order, and their sums; each person counts once."""

    helixes: tuple[HelixBalance, ...]
    invited: int
    accepted: int
    attended: int


def balance(
    targets: Mapping[Helix, int],
    *,
    invited: Iterable[Counted],
    attended: Iterable[Counted],
    accepted: Iterable[Counted] = (),
) -> Balance:
    """Return the balance; somebody who is listed twice counts once, for the first helix."""
    parts = [_once(invited), _once(accepted), _once(attended)]
    # A helix that nobody wants or has is shown all the same: that it lacks is what is asked.
    helixes = (
        HelixBalance(helix, targets.get(helix), *(part.count(helix) for part in parts))
        for helix in Helix
    )
    return Balance(tuple(helixes), *map(len, parts))


def _once(people: Iterable[Counted]) -> list[Helix]:
    seen: dict[int, Helix] = {}
    for person_id, helix in people:
        seen.setdefault(person_id, helix)
    return list(seen.values())
