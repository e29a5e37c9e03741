"""What changed, in the words of the user: how many of each kind of change."""

from dataclasses import dataclass
from datetime import datetime

from crm.core.i18n import ngettext


@dataclass(frozen=True, slots=True)
class News:
    """A kind of change and how often it happened."""

    table: str
    operation: str
    number: int
    latest: datetime

    @property
    def words(self) -> str:
        """The change as a sentence without its end: "3 persons added"."""
        one, more = CHANGES[(self.table, self.operation)]
        return str(ngettext(one, more, self.number))


def _n(one: str, more: str) -> tuple[str, str]:
    """Mark a pair for the catalogues; it is translated where the number is known."""
    return one, more


CHANGES = {
    ("person", "create"): _n("%(num)d person added", "%(num)d persons added"),
    ("person", "change"): _n("%(num)d person changed", "%(num)d persons changed"),
    ("person", "remove"): _n("%(num)d person removed", "%(num)d persons removed"),
    ("organisation", "create"): _n("%(num)d organisation added", "%(num)d organisations added"),
    ("organisation", "change"): _n("%(num)d organisation changed", "%(num)d organisations changed"),
    ("affiliation", "create"): _n("%(num)d role added", "%(num)d roles added"),
    ("affiliation", "change"): _n("%(num)d role changed", "%(num)d roles changed"),
    ("design_session", "create"): _n("%(num)d session planned", "%(num)d sessions planned"),
    ("design_session", "change"): _n("%(num)d session changed", "%(num)d sessions changed"),
    ("invitation", "create"): _n("%(num)d person invited", "%(num)d persons invited"),
    ("invitation", "remove"): _n(
        "%(num)d person taken off an invited list", "%(num)d persons taken off an invited list"
    ),
    ("attendance", "create"): _n("%(num)d attendance noted", "%(num)d attendances noted"),
    ("initiative", "create"): _n("%(num)d initiative added", "%(num)d initiatives added"),
    ("initiative", "change"): _n("%(num)d initiative changed", "%(num)d initiatives changed"),
    ("involvement", "create"): _n("%(num)d involvement added", "%(num)d involvements added"),
}
