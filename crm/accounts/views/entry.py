"""The edge of signing in: Flask-Login over our own sign-ins, and who is acting."""

from datetime import timedelta
from functools import partial
from typing import cast

import structlog
from flask import Flask, after_this_request, current_app, g, request
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.exc import OperationalError

from crm.accounts import queries
from crm.accounts.models import Account, UserSession
from crm.accounts.views import devices
from crm.core import clock
from crm.core.db import unit_of_work
from crm.core.db.sessions import session
from crm.core.permissions import NOBODY, Actor, system
from crm.web import gate

SEEN_EVERY = timedelta(minutes=1)
login_manager = LoginManager()
_log = structlog.get_logger("kring.accounts")


class SignedIn(UserMixin):
    """Flask-Login's user: a sign-in, known by the random token in its cookie."""

    def __init__(self, token: str, found: UserSession) -> None:
        self.token = token
        self.session_id = found.id
        self.last_seen_at = found.last_seen_at
        self.account = found.account

    def get_id(self) -> str:
        """Return the token; only its hash stands in the database."""
        return self.token


def init(app: Flask) -> None:
    """Let the cookie's token say who is acting."""
    login_manager.init_app(app)
    login_manager.session_protection = None  # the token is random and server-side
    gate.use_actor_loader(app, actor_of_cookie)
    app.teardown_request(_note_last_seen)


@login_manager.user_loader  # type: ignore[untyped-decorator]  # flask-login ships no types
def _load(token: str) -> SignedIn | None:
    found = queries.session_by_token(token)
    times = cast("dict[str, timedelta]", current_app.extensions["kring_session_times"])
    if found is None or not found.is_alive(idle=times["idle"], absolute=times["absolute"]):
        return None
    return SignedIn(token, found)


def actor_of_cookie() -> Actor:
    """Return who is acting: the account of the cookie's sign-in, or nobody."""
    if not current_user.is_authenticated:
        return NOBODY
    user = cast("SignedIn", current_user)
    if clock.now() - user.last_seen_at > SEEN_EVERY:
        g.seen_session_id = user.session_id
    account = user.account
    g.account_locale, g.account_theme = account.locale, account.theme
    return Actor(account.id, account.name, is_administrator=account.is_administrator)


def enter(token: str) -> None:
    """Put a fresh sign-in into the cookie, and let the device be known."""
    found = queries.session_by_token(token)
    if found is not None:
        login_user(SignedIn(token, found))
        know_device(found.account)


def know_device(account: Account) -> None:
    """Let the device of this request be known to the account, with its password of now."""
    after_this_request(partial(devices.remember, account, request))


def leave() -> str | None:
    """Take the sign-in out of the cookie and return its token."""
    token = cast("SignedIn", current_user).token if current_user.is_authenticated else None
    logout_user()
    return token


def _note_last_seen(_error: BaseException | None) -> None:
    """Write, after a page was read, that this sign-in is in use (at most once a minute)."""
    session_id = g.pop("seen_session_id", None)
    if session_id is None:
        return
    try:
        with gate.database().opened(), unit_of_work(system(), "accounts.seen"):
            found = session().get(UserSession, session_id)
            if found is None:
                return
            found.last_seen_at = clock.now()
            visit = queries.visit_of(found.account_id)
            if visit is not None:
                visit.last_seen_at = found.last_seen_at
    except OperationalError as error:
        # The page is made and shall be shown; the next one notes it.
        _log.warning("a sign-in could not be noted as seen", error=type(error.orig).__name__)
