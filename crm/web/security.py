"""Headers, hosts, cookies and rate limits."""

import ipaddress
import secrets

from flask import Flask, Response, current_app, g, request
from flask_limiter import Limiter
from flask_wtf.csrf import CSRFProtect, generate_csrf
from limits import parse
from werkzeug.exceptions import TooManyRequests
from werkzeug.middleware.proxy_fix import ProxyFix

csrf = CSRFProtect()
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


def count_use(limit: str, *names: str) -> None:
    """
    Count one use under these names, for limits that only the page itself can count.

    :param limit: such as 10/hour
    :raises TooManyRequests: if there are more of them than the limit allows
    """
    if current_app.config["RATELIMIT_ENABLED"] and not limiter.limiter.hit(parse(limit), *names):
        raise TooManyRequests


def init(app: Flask, *, proxies: int, secure: bool) -> None:
    """Add protection against forged forms, flooding and foreign code."""
    csrf.init_app(app)
    limiter.init_app(app)
    app.after_request(_add_headers)
    app.jinja_env.globals.update(csp_nonce=nonce, csrf_token=form_token)
    app.context_processor(
        lambda: {
            "csrf_token": form_token,
            "is_personal": is_personal(),
            "personal_languages": [],
        }
    )
    app.extensions["kring_secure"] = secure
    if proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's documented way
            app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies
        )


def form_token() -> str:
    """
    Return the token against forged forms, which sets a cookie.

    Pages of a personal link have none: whoever can send their forms knows the link already.
    """
    return "" if is_personal() else str(generate_csrf())


def is_personal() -> bool:
    """Whether this request came by a personal link."""
    return "personal_home" in g


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
    response.headers.setdefault("Content-Security-Policy", _policy())
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def _policy() -> str:
    scripts = f"'self' 'nonce-{g.nonce}'" if "nonce" in g else "'self'"
    frames = "'self'" if "shows_frames" in g else "'none'"
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src {scripts}",
            "style-src 'self'",
            "img-src 'self' data: blob:",
            "font-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-src {frames}",
            "frame-ancestors 'none'",
            "manifest-src 'self'",
        )
    )
