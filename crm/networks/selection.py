"""What of the network is looked at: view, kinds of tie, dates, helixes and weight."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from crm.stakeholders.models import Helix


class NetworkView(StrEnum):
    """Who the points of the network are."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"


class TieKind(StrEnum):
    """What makes two stakeholders tied."""

    ATTENDANCE = "attendance"
    INITIATIVE = "initiative"
    AFFILIATION = "affiliation"


class TieWeight(StrEnum):
    """How a tie is weighed: each shared event counts 1, or 1/(n - 1) after Newman (2001)."""

    COUNT = "count"
    NEWMAN = "newman"


@dataclass(frozen=True, slots=True)
class Selection:
    """
    One way to look at the network of a project.

    :param since: first day of the window, itself included; open where none is given
    :param until: last day of the window, itself included; open where none is given
    :param minimum: lightest tie that is kept; none leaves the choice to `thinning`
    """

    view: NetworkView = NetworkView.PEOPLE
    kinds: frozenset[TieKind] = field(default=frozenset(TieKind))
    weight: TieWeight = TieWeight.COUNT
    since: date | None = None
    until: date | None = None
    helixes: frozenset[Helix] = field(default=frozenset(Helix))
    minimum: float | None = None

    def key(self) -> tuple[str, ...]:
        """Return the same words for the same selection, whatever the order of its sets."""
        return (
            self.view,
            ",".join(sorted(self.kinds)),
            self.weight,
            str(self.since),
            str(self.until),
            ",".join(sorted(self.helixes)),
            str(self.minimum),
        )
