"""Pages that somebody opens by a link of their own: the token in the path is their only key."""

import re
from typing import Any
from urllib.parse import quote

from flask import Response, g, has_request_context, make_response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh
from werkzeug.exceptions import TooManyRequests

from crm.core.errors import NotFound
from crm.core.tokens import public_part
from crm.web.i18n import LANGUAGES
from crm.web.pages import Pages
from crm.web.rendering import page
from crm.web.security import address_key, count_use, csrf

HEADERS = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}
UNKNOWN_LINKS = "300/hour"
USES_OF_A_LINK = "10/hour"
HOUR = 3600  # seconds
PATHS = re.compile(r"/[rudkcfnt]/")


class PersonalPages(Pages):
    """
    Pages under `/…/<token>`, for people who do not sign in.

    They set no cookie and need none: who knows the token may act, so forms carry no second one
    against forgery. A link that is unknown, malformed or revoked gives one page; many of those
    from one address are stopped, and a link that is known is counted by its token alone.

    :ivar home: the name of the view to read, where the choice of a language leads
    """

    def __init__(self, name: str, *, home: str) -> None:
        super().__init__(name, in_project=False)
        self.home = f"{name}.{home}"
        csrf.exempt(self.blueprint)
        self.blueprint.before_request(lambda: _begin(self.home))
        self.blueprint.context_processor(lambda: {"personal_languages": languages()})
        self.blueprint.url_defaults(_keep_language)
        self.blueprint.after_request(_add_headers)
        self.blueprint.register_error_handler(NotFound, _no_such_link)
        self.blueprint.register_error_handler(TooManyRequests, _too_often)


def _begin(home: str) -> None:
    g.personal_home = home
    speak("")


def speak(language: str) -> None:
    """Answer this request in the language of the person, unless the address asks for another."""
    asked = request.args.get("language", "")
    g.asked_language = asked if asked in LANGUAGES else None
    g.reader_language = g.asked_language or (language if language in LANGUAGES else None)
    refresh()


def count(token: str) -> None:
    """
    Count one use of a link that is known.

    :raises TooManyRequests: if it was used too often this hour
    """
    if request.method == "POST":
        count_use(USES_OF_A_LINK, "link", public_part(token))


def looks_like_link(path: str) -> bool:
    """Whether an address that leads nowhere was meant as a personal link."""
    return PATHS.match(path) is not None


def languages() -> list[tuple[str, str, str]]:
    """Return code, name and address of this page in each language."""
    names = {"nl": "Nederlands", "en": "English"}
    token = (request.view_args or {}).get("token")
    if token is None:
        here = quote(request.path)
        return [(code, names[code], f"{here}?language={code}") for code in LANGUAGES]
    found = [(code, url_for(g.personal_home, token=token, language=code)) for code in LANGUAGES]
    return [(code, names[code], address) for code, address in found]


def no_such_link() -> ResponseReturnValue:
    """Return the page of links that open nothing, for one too malformed to have a page at all."""
    _begin("")
    return _add_headers(make_response(_no_such_link(NotFound())))


def _keep_language(_endpoint: str, values: dict[str, Any]) -> None:
    asked = g.get("asked_language") if has_request_context() else None
    if asked:
        values.setdefault("language", asked)


def _add_headers(response: Response) -> Response:
    response.headers.update(HEADERS)
    return response


def _no_such_link(_error: NotFound) -> ResponseReturnValue:
    # Who tries links that are none is held up after a while; who has one is not.
    try:
        count_use(UNKNOWN_LINKS, "unknown links", address_key())
    except TooManyRequests as stop:
        return _too_often(stop)
    return page("errors/link.html", status=404, personal_languages=languages())


def _too_often(_error: TooManyRequests) -> ResponseReturnValue:
    body, status = page("errors/link_too_often.html", status=429)
    return body, status, {"Retry-After": str(HOUR)}
