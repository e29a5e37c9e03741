"""Headers, hosts, cookies and rate limits."""

import ipaddress
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from urllib.parse import urlsplit, urlunsplit

import structlog
from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from limits import parse
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import RequestRedirect

from crm.core import clock
from crm.core.errors import DomainError
from crm.core.i18n import ngettext
from crm.web import limit_storage  # noqa: F401 - what the settings call database://
from crm.web.form_tokens import Protection, form_token, is_personal

csrf = Protection()
_log = structlog.get_logger("kring.web")
MINUTE = 60  # seconds
SEALED = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


def address_key() -> str:
    """Return the address a rate limit counts by: IPv6 by its /64, which is one household."""
    address = ipaddress.ip_address(request.remote_addr or "127.0.0.1")
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.ip_network(f"{address}/64", strict=False))
    return str(address)


limiter = Limiter(key_func=address_key)


@dataclass(frozen=True, slots=True)
class Allowance:
    """
    How often something may go wrong in a time.

    :ivar limit: such as 30/hour
    :ivar names: what it is counted by
    """

    limit: str
    names: tuple[str, ...]


class TooOften(DomainError):
    """An allowance is used up; the refusal says when one can try again."""

    status = 429

    def __init__(self, seconds: int) -> None:
        super().__init__(when_again(seconds))
        g.retry_after = seconds


def when_again(seconds: int) -> str:
    """Return in words when somebody who tried too often can try again."""
    return ngettext(
        "Too many attempts. Try again in one minute.",
        "Too many attempts. Try again in %(num)s minutes.",
        ceil(seconds / MINUTE),
    )


def count_use(limit: str, *names: str) -> None:
    """
    Count one use under these names, for limits that only the page itself can count.

    :param limit: such as 10/hour
    :raises TooManyRequests: if there are more of them than the limit allows
    """
    used = Allowance(limit, names)
    if current_app.config["RATELIMIT_ENABLED"] and not _hit(used):
        raise TooManyRequests(retry_after=_seconds_left([used]))


def take(allowances: Sequence[Allowance]) -> None:
    """
    Take one from each allowance before something is tried; what goes right gives it back.

    So tries at one time cannot together exceed what is allowed, and one that is refused costs
    no more than the question.

    :raises TooOften: if one of them is used up; from the others nothing is taken then
    """
    if not current_app.config["RATELIMIT_ENABLED"]:
        return
    test = limiter.limiter.test
    empty = [allowed for allowed in allowances if not test(parse(allowed.limit), *allowed.names)]
    if not empty:
        empty = [allowed for allowed in allowances if not _hit(allowed)]
        if empty:
            give_back(allowances)
    if empty:
        raise TooOften(_seconds_left(empty))


def give_back(allowances: Sequence[Allowance]) -> None:
    """Give back what was taken for a try that went right."""
    if current_app.config["RATELIMIT_ENABLED"]:
        for taken in allowances:
            _hit(taken, cost=-1)  # a window with a fixed begin is a number, which can go down


def seconds_until_again(refused: TooManyRequests) -> int:
    """Return after how many seconds somebody who was stopped can try again."""
    if isinstance(refused.retry_after, int):
        return refused.retry_after
    limit = limiter.current_limit
    return _seconds_until(limit.reset_at) if limit is not None else MINUTE


def _hit(used: Allowance, *, cost: int = 1) -> bool:
    return limiter.limiter.hit(parse(used.limit), *used.names, cost=cost)


def _seconds_left(empty: Sequence[Allowance]) -> int:
    stats = limiter.limiter.get_window_stats
    windows = [stats(parse(used_up.limit), *used_up.names) for used_up in empty]
    return max(_seconds_until(window.reset_time) for window in windows)


def _seconds_until(moment: float) -> int:
    return max(1, ceil(moment - clock.now().timestamp()))


def init(app: Flask, *, proxies: int, secure: bool) -> None:
    """Add protection against forged forms, flooding and foreign code."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_add_headers)
    app.jinja_env.globals.update(csp_nonce=nonce, csrf_token=form_token)
    app.context_processor(
        lambda: {"csrf_token": form_token, "is_personal": is_personal(), "personal_languages": []}
    )
    app.extensions["kring_secure"] = secure
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=proxies, x_proto=proxies
        )


def nonce() -> str:
    """Return the nonce of this request, for data blocks in the page."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def allow_frames() -> None:
    """Let the page of this request show a page of ours in a frame."""
    g.shows_frames = True


def sealed(document: str) -> Response:
    """
    Return a document that is not ours to trust, for a frame on a page of ours.

    It runs nothing, loads nothing and leads nowhere; it may only bring its own style.
    """
    response = Response(document, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = SEALED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    scripts = f"'self' 'nonce-{g.nonce}'" if "nonce" in g else "'self'"
    frames = "'self'" if "shows_frames" in g else "'none'"
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        f"frame-src {frames}; frame-ancestors 'none'; manifest-src 'self'"
    )
    response.headers.setdefault("Content-Security-Policy", policy)
    response.headers.setdefault("Cache-Control", "no-store")
    if isinstance(request.routing_exception, RequestRedirect):
        # It holds the name that was asked for, which anybody can choose.
        moved = urlsplit(request.routing_exception.new_url)
        response.location = urlunsplit(("", "", moved.path, moved.query, ""))
    if response.status_code == TooOften.status:
        if "retry_after" in g:
            response.headers.setdefault("Retry-After", str(g.retry_after))
        _log.warning("too many attempts", address=address_key(), endpoint=request.endpoint)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response
