"""Whether the server answers, and whether it can reach its database."""

from flask import Flask
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from crm.core.db import session, unscoped


def init(app: Flask) -> None:
    """Add the addresses for whoever watches the server; they need no sign-in."""
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    app.add_url_rule("/readyz", "readyz", _ready)


def _ready() -> ResponseReturnValue:
    session().execute(text("SELECT 1"), execution_options=unscoped("it reads no table"))
    return {"status": "ok"}
