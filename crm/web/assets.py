"""Addresses of built assets."""

from flask import Flask


def init(app: Flask) -> None:
    """Add `asset` to the templates."""
    app.jinja_env.globals["asset"] = lambda name: f"/static/dist/{name}"
