"""What a clock on the wall says, and which moment that is."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.design_sessions.values import local_times
from crm.design_sessions.values.local_times import (
    HourDoesNotExist,
    HourHappensTwice,
    Occurrence,
    YearUnlikely,
    ZoneUnknown,
)

AMSTERDAM = "Europe/Amsterdam"
SPRING = datetime(2027, 3, 28, 2, 30)  # noqa: DTZ001 - what a clock on the wall says
AUTUMN = datetime(2027, 10, 31, 2, 30)  # noqa: DTZ001 - what a clock on the wall says
ZONES = [AMSTERDAM, "Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata"]
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds of a strategy are without zone


def test_an_ordinary_hour_is_one_moment() -> None:
    local = datetime(2027, 7, 1, 14, 0)  # noqa: DTZ001 - what a clock on the wall says

    assert local_times.moment(local, AMSTERDAM) == datetime(2027, 7, 1, 12, 0, tzinfo=UTC)


def test_the_hour_that_the_clock_skips_is_refused() -> None:
    with pytest.raises(HourDoesNotExist):
        local_times.moment(SPRING, AMSTERDAM)


def test_the_hour_that_comes_twice_asks_which_one() -> None:
    with pytest.raises(HourHappensTwice):
        local_times.moment(AUTUMN, AMSTERDAM)


def test_either_of_the_two_hours_can_be_meant() -> None:
    first = local_times.moment(AUTUMN, AMSTERDAM, Occurrence.FIRST)
    second = local_times.moment(AUTUMN, AMSTERDAM, Occurrence.SECOND)

    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert second - first == timedelta(hours=1)


def test_an_occurrence_says_nothing_where_there_is_one_hour() -> None:
    local = datetime(2027, 7, 1, 14, 0)  # noqa: DTZ001 - what a clock on the wall says

    assert local_times.moment(local, AMSTERDAM, Occurrence.SECOND) == local_times.moment(
        local, AMSTERDAM
    )


def test_an_hour_may_exist_elsewhere() -> None:
    assert local_times.exists(SPRING, "Europe/London")
    assert not local_times.exists(SPRING, AMSTERDAM)


@pytest.mark.parametrize(
    "name", ["", "Europe/Atlantis", "../../etc/passwd", "EST5EDT", "posix/UTC"]
)
def test_a_zone_that_is_not_in_the_list_is_refused(name: str) -> None:
    with pytest.raises(ZoneUnknown):
        local_times.moment(SPRING, name)


@pytest.mark.parametrize("year", [1, 1949, 2151, 9999])
def test_a_year_far_away_is_refused(year: int) -> None:
    with pytest.raises(YearUnlikely):
        local_times.moment(datetime(year, 1, 1), AMSTERDAM)  # noqa: DTZ001 - as on the wall


def test_the_list_of_zones_begins_in_europe_and_holds_the_default() -> None:
    zones = local_times.zones()

    assert zones[0].startswith("Europe/")
    assert local_times.DEFAULT_ZONE in zones
    assert zones[-1] == "UTC"


@given(MOMENTS, st.sampled_from(ZONES))
def test_each_moment_is_found_back_from_what_the_clock_says(at: datetime, zone: str) -> None:
    at = at.replace(second=0, microsecond=0)
    local = at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)

    occurrence = local_times.occurrence_of(at, zone)

    assert local_times.moment(local, zone, occurrence) == at
    assert (occurrence is not None) == local_times.is_ambiguous(local, zone)


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2040, 1, 1)),  # noqa: DTZ001 - as on the wall
    st.sampled_from((0, 15, 30, 45)),
    st.sampled_from(ZONES),
)
def test_an_hour_exists_exactly_if_the_zone_ever_shows_it(
    local: datetime, minute: int, zone: str
) -> None:
    local = local.replace(minute=minute, second=0, microsecond=0)
    # Zones lie within a day of UTC and change by whole quarters: these moments show all readings.
    around = (
        local.replace(tzinfo=UTC) + timedelta(minutes=15 * quarter) for quarter in range(-97, 98)
    )
    read = {at.astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) for at in around}

    assert local_times.exists(local, zone) == (local in read)
