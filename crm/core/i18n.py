"""Texts for people, marked in the domain and translated where they are shown."""

from datetime import date

from flask_babel import force_locale as in_language
from flask_babel import format_date, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

__all__ = ["LazyString", "_", "_l", "in_language", "ngettext", "written_day"]


def written_day(day: date) -> str:
    """Return a day as the reader writes it."""
    return str(format_date(day, "medium"))
