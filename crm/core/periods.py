"""Periods: from – until, closed at both ends, open where a date is missing."""

from datetime import date

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import Mapped

from crm.core.errors import Invalid
from crm.core.i18n import _l

RULE = "until IS NULL OR since IS NULL OR since <= until"


class EndBeforeStart(Invalid):
    """A period ends before it starts."""

    message = _l("The end lies before the start.")
    field = "until"


class Lasting:
    """A row that holds from `since` until `until`, both included."""

    since: Mapped[date | None]
    until: Mapped[date | None]

    def runs_on(self, day: date) -> bool:
        """Whether the period holds `day`."""
        return (self.since is None or self.since <= day) and (
            self.until is None or day <= self.until
        )

    @classmethod
    def running_on(cls, day: date) -> ColumnElement[bool]:
        """Return the condition for rows of which the period holds `day`."""
        return and_(
            or_(cls.since.is_(None), cls.since <= day), or_(cls.until.is_(None), cls.until >= day)
        )

    def check_period(self) -> None:
        """Hold the rule about periods, as the function of this name does."""
        check_period(self.since, self.until)


def check_period(since: date | None, until: date | None) -> None:
    """
    Hold the rule about periods.

    :raises EndBeforeStart: if it ends before it starts
    """
    if since and until and until < since:
        raise EndBeforeStart
