"""The reader's language, look and zone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from flask import Flask, current_app, g, has_request_context, request
from flask_babel import Babel
from jinja2 import pass_context
from jinja2.runtime import Context

from crm.core import clock
from crm.core.i18n import _, marked, translations, written_number
from crm.web import gate

LANGUAGES = ("nl", "en")
THEMES = ("auto", "light", "dark")
LANGUAGE_COOKIE = "kring_language"
THEME_COOKIE = "kring_theme"
TRANSLATIONS = str(Path(__file__).parent.parent / "translations")


def init(app: Flask, *, locale: str, timezone: str) -> None:
    """Let each reader have their language; `locale` is what an unknown reader gets."""
    clock.use_zone(timezone)
    Babel(
        app,
        default_locale=locale,
        default_timezone=timezone,
        default_translation_directories=TRANSLATIONS,
        locale_selector=_locale,
    )
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # of its extension
        gettext=_,
        ngettext=lambda one, more, count: translations().ungettext(one, more, count),
        newstyle=True,
    )
    words = cast("Callable[..., str]", app.jinja_env.globals["ngettext"])

    @pass_context
    def ngettext(context: Context, one: str, more: str, number: int, **values: Any) -> str:
        """Choose between one and more, with the number as readers write it."""
        return words(context, one, more, number, **{"num": written_number(number), **values})

    # Jinja's own asks for its context, and copies that for each text in a loop.
    app.jinja_env.globals.update(_=marked, gettext=marked, ngettext=ngettext)
    app.extensions["kring_locale"] = locale
    app.context_processor(lambda: {"theme": theme()})


def _locale() -> str:
    # English of Europe: days come before months, and the clock has 24 hours.
    chosen = language()
    return "en_GB" if chosen == "en" else chosen


def language() -> str:
    """Return the reader's language: of their link, account, cookie or browser, or else ours."""
    if not has_request_context():
        return "en"
    gate.current_actor()
    chosen = (
        g.get("reader_language") or g.get("account_locale") or request.cookies.get(LANGUAGE_COOKIE)
    )
    if chosen in LANGUAGES:
        return str(chosen)
    return request.accept_languages.best_match(LANGUAGES) or str(
        current_app.extensions["kring_locale"]
    )


def theme() -> str:
    """Return the reader's look: the account's, or the cookie's."""
    gate.current_actor()
    chosen = g.get("account_theme") or request.cookies.get(THEME_COOKIE)
    return str(chosen) if chosen in THEMES else "auto"
