"""Local times: what a clock on the wall says, and which moment that is."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from crm.core.errors import Invalid
from crm.core.i18n import _l

DEFAULT_ZONE = "Europe/Amsterdam"
# Beyond these the rules of zones say nothing, and a calendar of computers ends.
FIRST_YEAR, LAST_YEAR = 1950, 2150
# The first part of the names that people know; the others are older names for the same zones.
_REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


class Occurrence(StrEnum):
    """Which of the two hours is meant in the night in which the clock goes back."""

    FIRST = "first"
    SECOND = "second"


class HourDoesNotExist(Invalid):
    """The clock skips this hour when summer time begins."""

    message = _l("This hour does not exist: the clock goes forward in that night.")
    field = "starts_time"


class HourHappensTwice(Invalid):
    """The clock says this hour twice when summer time ends."""

    message = _l("The clock goes back in that night, so this hour comes twice. Choose which one.")
    field = "starts_occurrence"


class YearUnlikely(Invalid):
    """A year in which this project will hold no session."""

    message = _l("Choose a year between 1950 and 2150.")
    field = "starts_date"


class ZoneUnknown(Invalid):
    """There is no time zone of this name."""

    message = _l("Choose a time zone from the list.")
    field = "zone"


# Reading all names takes a moment, and they change only with the system.
@cache
def zones() -> tuple[str, ...]:
    """Return the names of time zones to choose from, Europe first, then by name."""
    known = [name for name in available_timezones() if name.split("/")[0] in _REGIONS]
    return (*sorted(known, key=lambda name: (not name.startswith("Europe/"), name)), "UTC")


def moment(local: datetime, zone: str, occurrence: Occurrence | None = None) -> datetime:
    """
    Return the moment, in UTC, at which a clock in `zone` says `local` (without a zone).

    `occurrence` counts only where the clock says it twice.

    :raises YearUnlikely: if the year is far away
    :raises ZoneUnknown: if the zone is not in the list
    :raises HourDoesNotExist: if the clock skips it
    :raises HourHappensTwice: if the clock says it twice and `occurrence` does not tell which
    """
    if not FIRST_YEAR <= local.year <= LAST_YEAR:
        raise YearUnlikely
    if not exists(local, zone):
        raise HourDoesNotExist
    # A choice that was left in the form from another day changes nothing here.
    if not is_ambiguous(local, zone):
        return _reading(local, zone, fold=0)
    if occurrence is None:
        raise HourHappensTwice
    return _reading(local, zone, fold=int(occurrence is Occurrence.SECOND))


def existing(local: datetime, zone: str) -> datetime:
    """Return `local`, or an hour later where a clock in `zone` skips it."""
    return local if exists(local, zone) else local + timedelta(hours=1)


def exists(local: datetime, zone: str) -> bool:
    """Whether a clock in `zone` ever says `local`."""
    # An hour that is skipped comes back as another one once it has been a moment.
    back = _reading(local, zone, fold=0).astimezone(_zone(zone)).replace(tzinfo=None, fold=0)
    return back == local.replace(fold=0)


def is_ambiguous(local: datetime, zone: str) -> bool:
    """Whether a clock in `zone` says `local` twice."""
    first, second = (_reading(local, zone, fold=fold) for fold in (0, 1))
    return first != second and exists(local, zone)


def occurrence_of(at: datetime, zone: str) -> Occurrence | None:
    """Return which of two equal hours in `zone` the moment `at` is; none where there is one."""
    local = at.astimezone(_zone(zone))
    if not is_ambiguous(local.replace(tzinfo=None, fold=0), zone):
        return None
    return Occurrence.SECOND if local.fold else Occurrence.FIRST


def _reading(local: datetime, zone: str, *, fold: int) -> datetime:
    return local.replace(tzinfo=_zone(zone), fold=fold).astimezone(UTC)


def _zone(name: str) -> ZoneInfo:
    # A name becomes the path of a file: only names that the system itself lists are looked up.
    if name not in zones():
        raise ZoneUnknown
    return ZoneInfo(name)
