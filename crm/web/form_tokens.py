"""The token of a form: it keeps forged forms out, and tells one that is sent twice."""

import hashlib
import secrets
from collections.abc import Iterator
from typing import Any

from flask import g, request
from flask_wtf.csrf import CSRFProtect, _FlaskFormCSRF, generate_csrf

from crm.core.permissions import Actor

FIELD = "csrf_token"
# What follows this sign differs on each page that is drawn, and is no part of what is checked.
DRAWN = "~"
PIECE = 64 * 1024


class Protection(CSRFProtect):  # type: ignore[misc]  # the library has no types
    """Protection against forged forms."""

    def _get_csrf_token(self) -> str | None:
        token: str | None = super()._get_csrf_token()
        return token.partition(DRAWN)[0] if token else token


class FormTokens(_FlaskFormCSRF):  # type: ignore[misc]  # as above
    """Gives each form the token of the page on which it stands."""

    def generate_csrf_token(self, csrf_token_field: Any) -> str:  # noqa: ARG002 - as called
        """Return the token of this page."""
        return form_token()


def form_token() -> str:
    """
    Return the token of the page that is drawn, which sets a cookie.

    Pages of a personal link have none: whoever can send their forms knows the link already, and
    what they bring in is there once by rules of its own.
    """
    if is_personal():
        return ""
    if "drawn" not in g:
        g.drawn = secrets.token_urlsafe(12)
    return f"{generate_csrf()}{DRAWN}{g.drawn}"


def is_personal() -> bool:
    """Whether this request came by a personal link."""
    return "personal_home" in g


def has_token() -> bool:
    """Whether the form of this request says on which page it was drawn."""
    return DRAWN in _token()


def key_of_form(actor: Actor) -> str:
    """
    Return what the form of this request is known by: its page, its sender and all it brings.

    Who goes back to a page and sends something else from it means something else.
    """
    seen = hashlib.sha256()
    for part in _parts():
        seen.update(len(part).to_bytes(8))
        seen.update(part)
    drawn = _token().partition(DRAWN)[2]
    return f"{drawn}|{actor.account_id}|{request.full_path}|{seen.hexdigest()}"


def _token() -> str:
    return request.form.get(FIELD) or request.headers.get("X-CSRFToken", "")


def _parts() -> Iterator[bytes]:
    for name, value in request.form.items(multi=True):
        if name != FIELD:
            yield name.encode(errors="surrogatepass")
            yield value.encode(errors="surrogatepass")
    for name, file in request.files.items(multi=True):
        yield f"{name}|{file.filename}".encode(errors="surrogatepass")
        while piece := file.stream.read(PIECE):
            yield piece
        file.stream.seek(0)
