"""
One application for the tests of a process, given the settings and the database of each.

Making one, and filling its caches anew, would be a third of the time of most tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Flask

import crm
from config import Config
from crm.application import use_settings
from tests import once

# By the settings that are the same for many tests; none while it is lent.
_idle: dict[Config, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}


@contextmanager
def borrowed(config: Config) -> Iterator[Flask]:
    """Lend an application to a test, as if it were new; a test may change settings, not routes."""
    kind = replace(config, data_dir=Path(), database_url="")
    app, settings, extensions = _idle.pop(kind) if kind in _idle else _new(config)
    for kept, now in ((settings, app.config), (extensions, app.extensions)):
        now.clear()
        now.update(kept)
    use_settings(app, config)
    try:
        yield app
    finally:
        app.extensions["kring_database"].dispose()
        _idle[kind] = app, settings, extensions


def _new(config: Config) -> tuple[Flask, dict[str, Any], dict[str, Any]]:
    app = crm.create_app(config)
    once.compile_templates(app)
    return app, dict(app.config), dict(app.extensions)
