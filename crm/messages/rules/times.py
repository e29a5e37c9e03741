"""Days and hours in words, as they stand in a message: "dinsdag 30 maart 2027, 09.00 uur"."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, get_timezone_location

_FALLBACK = "en_GB"
_HOME = "Europe/Amsterdam"
# What people here call the time of their clocks; CLDR has "tijd in Nederland".
_HOME_TIME = {"nl": "Nederlandse tijd", "en": "Dutch time"}
_TIME_OF = {"nl": "tijd in {city}", "en": "time in {city}"}
# The same order in both of our languages; others get the full date of their own.
_DAY = "EEEE d MMMM y"


def words_for_when(starts: datetime, ends: datetime, zone: str, language: str) -> str:
    """
    Return from when until when, with the day written out and the zone named.

    :param starts: an aware moment, or what the clock on the wall says in `zone`
    """
    first, last, where = _there(starts, zone), _there(ends, zone), _zone(zone, language)
    if last.date() == first.date():
        # "uur" stands once, behind the second hour, as one would say it.
        until = f"{_clock(first, language)} – {_o_clock(_clock(last, language), language)}"
        return f"{_day(first, language)}, {until} ({where})"
    begin, end = (words_for_moment(moment, zone, language) for moment in (first, last))
    return f"{begin} – {end} ({where})"


def words_for_moment(moment: datetime, zone: str, language: str) -> str:
    """Return one moment with its day written out, such as until when one may answer."""
    there = _there(moment, zone)
    return f"{_day(there, language)}, {_o_clock(_clock(there, language), language)}"


def _there(moment: datetime, zone: str) -> datetime:
    known = ZoneInfo(zone)
    return moment.astimezone(known) if moment.tzinfo else moment.replace(tzinfo=known)


def _day(moment: datetime, language: str) -> str:
    locale = _locale(language)
    pattern = _DAY if locale.language in {"nl", "en"} else "full"
    return format_date(moment, pattern, locale=locale)


def _clock(moment: datetime, language: str) -> str:
    how = "HH.mm" if language == "nl" else "HH:mm" if language == "en" else "short"
    # The zone of the moment itself: else babel writes the hour as it is in UTC.
    return format_time(moment, how, tzinfo=moment.tzinfo, locale=_locale(language))


def _o_clock(clock: str, language: str) -> str:
    return f"{clock} uur" if language == "nl" else clock


def _zone(zone: str, language: str) -> str:
    if zone == _HOME and language in _HOME_TIME:
        return _HOME_TIME[language]
    if language in _TIME_OF:
        city = get_timezone_location(zone, locale=_locale(language), return_city=True)
        return _TIME_OF[language].format(city=city)
    return get_timezone_location(zone, locale=_locale(language))


def _locale(language: str) -> Locale:
    # A planner may type any code as the language of a person; a message goes out all the same.
    try:
        return Locale.parse(_FALLBACK if language == "en" else language.replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse(_FALLBACK)
