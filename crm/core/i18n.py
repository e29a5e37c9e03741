"""Texts for people, marked in the domain and translated where they are shown."""

from datetime import date
from types import SimpleNamespace
from typing import Any, cast

from flask import g
from flask_babel import force_locale as in_language
from flask_babel import format_date, format_decimal, get_locale, get_translations
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

__all__ = [
    "LazyString",
    "_",
    "_l",
    "in_language",
    "marked",
    "ngettext",
    "translations",
    "written_day",
    "written_number",
]

# Where a catalogue keeps its texts as parts of pages.
_MARKED = "kring_marked"


def _(text: str, /, **values: object) -> str:
    """Return a text in the reader's language; values stand in it as `%(name)s`."""
    found = str(translations().ugettext(text))
    return found % values if values else found


def _l(text: str, /, **values: object) -> LazyString:
    """Return a text that is translated where it is shown."""
    return LazyString(_, text, **values)


def ngettext(one: str, more: str, number: int, /, **values: object) -> str:
    """Return the text for a number, which stands in it as `%(num)s`, as the reader writes it."""
    text = str(translations().ungettext(one, more, number))
    return text % {"num": written_number(number), **values}


def marked(text: str, /, **values: object) -> Markup:
    """Return a text in the reader's language as a part of a page; what is put in is escaped."""
    catalogue = translations()
    if values:
        put_in = {name: escape(value) for name, value in values.items()}
        return Markup(catalogue.ugettext(text) % put_in)  # noqa: S704 - texts of ours
    kept = cast("dict[str, Markup]", vars(catalogue).setdefault(_MARKED, {}))
    if text not in kept:
        kept[text] = Markup(catalogue.ugettext(text)) % {}  # noqa: S704 - as above
    return kept[text]


def translations() -> Any:
    """
    Return the words of the reader's language, which a page asks for some hundred times.

    Flask-Babel asks three times anew which request it is in, and that is a tenth of a page's time.
    """
    try:
        kept = g.words
    # Nothing was kept yet in this request, or there is none, as in a job.
    except (AttributeError, RuntimeError):
        return _found()
    # Inside `in_language` another language is at hand than the one that was kept.
    if kept.babel.__dict__.get("babel_locale") is not kept.locale:
        return _found()
    return kept.translations


def _found() -> Any:
    locale, words = get_locale(), get_translations()
    if locale is not None:
        g.words = SimpleNamespace(babel=g._flask_babel, locale=locale, translations=words)  # noqa: SLF001 - where it keeps what it found
    return words


def written_day(day: date) -> str:
    """Return a day as the reader writes it."""
    return str(format_date(day, "medium"))


def written_number(number: float) -> str:
    """Return a number as the reader writes it: "11.035" in Dutch."""
    return str(format_decimal(number))
