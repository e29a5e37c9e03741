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
    all_invited: int
    all_accepted: int
    all_attended: int

    @property
    def invited_share(self) -> float | None:
        """The part of all invited people, from 0 to 1; none if nobody was invited."""
        return self.invited / self.all_invited if self.all_invited else None

    @property
    def accepted_share(self) -> float | None:
        """The part of all people who said yes, from 0 to 1; none if nobody did."""
        return self.accepted / self.all_accepted if self.all_accepted else None

    @property
    def attended_share(self) -> float | None:
        """The part of all people who came, from 0 to 1; none if nobody came."""
        return self.attended / self.all_attended if self.all_attended else None

    @property
    def short_invited(self) -> int:
        """How many more should be invited to reach the target."""
        return max(0, (self.target or 0) - self.invited)

    @property
    def short_accepted(self) -> int:
        """How many more should say yes to reach the target."""
        return max(0, (self.target or 0) - self.accepted)

    @property
    def short_attended(self) -> int:
        """How many more should have come to reach the target."""
        return max(0, (self.target or 0) - self.attended)


@dataclass(frozen=True, slots=True)
class Balance:
    """The four helixes in their fixed order, and their sums; each person counts once."""

    helixes: tuple[HelixBalance, ...]
    invited: int
    accepted: int
    attended: int

    @property
    def target(self) -> int | None:
        """The sum of the targets; none where there is no target at all."""
        known = [one.target for one in self.helixes if one.target is not None]
        return sum(known) if known else None

    @property
    def most(self) -> int:
        """The highest number of all, at least 1: the length of the longest bar."""
        numbers = [
            number
            for one in self.helixes
            for number in (one.target or 0, one.invited, one.accepted, one.attended)
        ]
        return max(1, *numbers)


def balance(
    targets: Mapping[Helix, int],
    *,
    invited: Iterable[Counted],
    attended: Iterable[Counted],
    accepted: Iterable[Counted] = (),
) -> Balance:
    """Return the balance; somebody who is listed twice counts once, for the first helix."""
    invited_for, coming_for, present_for = _once(invited), _once(accepted), _once(attended)
    return Balance(
        helixes=tuple(
            HelixBalance(
                helix,
                target=targets.get(helix),
                invited=invited_for.count(helix),
                accepted=coming_for.count(helix),
                attended=present_for.count(helix),
                all_invited=len(invited_for),
                all_accepted=len(coming_for),
                all_attended=len(present_for),
            )
            for helix in Helix
        ),
        invited=len(invited_for),
        accepted=len(coming_for),
        attended=len(present_for),
    )


def _once(people: Iterable[Counted]) -> list[Helix]:
    seen: dict[int, Helix] = {}
    for person_id, helix in people:
        seen.setdefault(person_id, helix)
    return list(seen.values())
