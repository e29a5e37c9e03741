"""What of the network is looked at: view, kinds of tie, dates, who, and how heavy."""

from calendar import monthrange
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum

from crm.stakeholders.models import Helix


class NetworkView(StrEnum):
    """Who the points of the network are."""

    PEOPLE = "people"
    ORGANISATIONS = "organisations"
    SESSIONS = "sessions"


class TieWeight(StrEnum):
    """How a tie is weighed: each shared event counts 1, or 1/(n - 1) after Newman (2001)."""

    COUNT = "count"
    NEWMAN = "newman"


@dataclass(frozen=True, slots=True)
class Selection:
    """
    One way to look at the network of a project; a set that is empty leaves nothing out.

    :param half_life: days in which what made a tie loses half its weight; none keeps all of it
    :param month: first day of the month until the end of which the window is looked at; all of it
        where none is given
    :param segment: id of the segment in which the people are; for those who may know what it says
    :param where: its conditions as they stand in an address, once they are looked up; None where
        they cannot be used, which leaves nobody
    :param per_person: how many ties of each point are drawn at most by its own choice (backbone)
    """

    view: NetworkView = NetworkView.PEOPLE
    kinds: frozenset[str] = frozenset()  # kinds of tie, as their sources name them
    weight: TieWeight = TieWeight.COUNT
    half_life: int | None = None
    plenaries: bool = True  # whether very large sessions make ties too
    since: date | None = None  # first day of the window, itself included; open where none is given
    until: date | None = None  # last day of the window, itself included; open where none is given
    month: date | None = None
    helixes: frozenset[Helix] = frozenset()  # helixes of the points
    neighbourhoods: frozenset[int] = frozenset()  # ids of areas in which the points are
    initiative: int | None = None  # id of the initiative in which the points take part
    tag: str = ""  # folded word of the tag that the points carry; for those who may see it
    segment: int | None = None
    where: str | None = ""
    minimum: float | None = None  # lightest tie that is drawn; none leaves the choice to `thinning`
    per_person: int | None = None
    around: str | None = None  # key of the point around which one looks
    steps: int = 1  # how far around it, 1 or 2 ties

    @property
    def is_folded(self) -> bool:
        """Whether people are folded into their organisations."""
        return self.view is NetworkView.ORGANISATIONS

    @property
    def network(self) -> "Selection":
        """The part that says what the network is: without what leaves lines out of its picture."""
        # Figures are of this: whoever wants a quieter picture changes none of them.
        return replace(self, minimum=None, per_person=None)

    @property
    def window(self) -> "Selection":
        """The same without a month: all of the window."""
        return replace(self, month=None)

    @property
    def end(self) -> date | None:
        """The last day of which anything counts: that of the window, or sooner of the month."""
        if self.month is None:
            return self.until
        return min(month_end(self.month), self.until or date.max)

    def meant(self) -> "Selection":
        """Return what this comes to."""
        # Of people and sessions each tie weighs the same: weighing or ties per person say nothing.
        if self.view is not NetworkView.SESSIONS:
            return self
        return replace(self, weight=TieWeight.COUNT, per_person=None)

    def key(self) -> tuple[str, ...]:
        """Return the same words for the same selection, whatever the order of its sets."""
        values = (getattr(self, field.name) for field in fields(self))
        return tuple(
            ",".join(sorted(map(str, value))) if isinstance(value, frozenset) else str(value)
            for value in values
        )


def month_end(day: date) -> date:
    """Return the last day of the month of a day."""
    return day.replace(day=monthrange(day.year, day.month)[1])
