"""Full addresses of pages, for links that people copy: never made of what a request says."""

from typing import Any

from flask import Flask, url_for

from crm.core import mail


def init(app: Flask) -> None:
    """Let templates write full addresses."""
    app.jinja_env.globals.update(full_address=full_address)


def full_address(endpoint: str, /, **values: Any) -> str:
    """Return the address of a page as people reach it, which the settings or the server say."""
    return mail.link(url_for(endpoint, **values))
