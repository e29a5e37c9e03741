"""Texts for people, marked in the domain and translated where they are shown."""

from datetime import date

from flask_babel import force_locale as in_language
from flask_babel import format_date, format_decimal, get_translations
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

__all__ = ["LazyString", "_", "_l", "in_language", "ngettext", "written_day", "written_number"]


def ngettext(one: str, more: str, number: int, /, **values: object) -> str:
    """Return the text for a number, which stands in it as `%(num)s`, as the reader writes it."""
    text = str(get_translations().ungettext(one, more, number))
    return text % {"num": written_number(number), **values}


def written_day(day: date) -> str:
    """Return a day as the reader writes it."""
    return str(format_date(day, "medium"))


def written_number(number: float) -> str:
    """Return a number as the reader writes it: "11.035" in Dutch."""
    return str(format_decimal(number))
