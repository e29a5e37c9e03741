"""Devices on which somebody signed in before, known by a cookie that says nobody's name."""

from datetime import timedelta

from flask import Request, Response, current_app

from crm.accounts.models import Account
from crm.core import tokens

# It holds a token for each account: a random name, signed for this account and its password of
# now. So nobody makes one without the secret of the installation, and a new password ends it.
COOKIE = "kring_device"
KEPT = timedelta(days=365)
MOST = 5  # accounts of one device; those that signed in last


def known_to(account: Account | None, request: Request) -> str:
    """Return the name of the device if this account signed in on it before; nothing if not."""
    names = (tokens.public_part(token) for token in _own(account, request))
    return next(names, "")


def remember(account: Account, request: Request, response: Response) -> Response:
    """Let the device of this request be known to the account from now on."""
    own = _own(account, request)
    token = own[0] if own else tokens.signed(_purpose(account), tokens.public())
    others = [known for known in _tokens(request) if known not in own]
    response.set_cookie(
        cookie_name(),
        "~".join([token, *others][:MOST]),
        max_age=KEPT,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )
    return response


def cookie_name() -> str:
    """Return the name of the cookie; served securely, no other host can set it."""
    return f"{'__Host-' if current_app.config['SESSION_COOKIE_SECURE'] else ''}{COOKIE}"


def _tokens(request: Request) -> list[str]:
    parts = request.cookies.get(cookie_name(), "").split("~")[:MOST]
    return [part for part in parts if tokens.public_part(part)]


def _own(account: Account | None, request: Request) -> list[str]:
    purpose = _purpose(account)
    return [
        token
        for token in _tokens(request)
        if tokens.opens(token, purpose, tokens.public_part(token)) and account is not None
    ]


def _purpose(account: Account | None) -> str:
    if account is None:
        return "device|0|"  # as much work for an address that nobody signs in with
    return f"device|{account.id}|{account.password_hash}"
