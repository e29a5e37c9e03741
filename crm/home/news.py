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
    ("person", "create"): _n("%(num)s person added", "%(num)s persons added"),
    ("person", "change"): _n("%(num)s person changed", "%(num)s persons changed"),
    ("person", "remove"): _n("%(num)s person removed", "%(num)s persons removed"),
    ("organisation", "create"): _n("%(num)s organisation added", "%(num)s organisations added"),
    ("organisation", "change"): _n("%(num)s organisation changed", "%(num)s organisations changed"),
    ("affiliation", "create"): _n("%(num)s role added", "%(num)s roles added"),
    ("affiliation", "change"): _n("%(num)s role changed", "%(num)s roles changed"),
    ("design_session", "create"): _n("%(num)s session planned", "%(num)s sessions planned"),
    ("design_session", "change"): _n("%(num)s session changed", "%(num)s sessions changed"),
    ("invitation", "create"): _n("%(num)s person invited", "%(num)s persons invited"),
    ("invitation", "remove"): _n(
        "%(num)s person taken off an invited list", "%(num)s persons taken off an invited list"
    ),
    ("attendance", "create"): _n("%(num)s attendance noted", "%(num)s attendances noted"),
    ("initiative", "create"): _n("%(num)s initiative added", "%(num)s initiatives added"),
    ("initiative", "change"): _n("%(num)s initiative changed", "%(num)s initiatives changed"),
    ("involvement", "create"): _n("%(num)s involvement added", "%(num)s involvements added"),
}
