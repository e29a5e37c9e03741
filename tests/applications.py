"""
One application for the tests of a process, given the settings and the database of each.

Making one, and filling its caches anew, would be a third of the time of most tests.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask

import crm
from config import Config
from crm.application import use_settings
from tests import once

_made: dict[Config, tuple[Flask, dict[str, Any], dict[str, Any]]] = {}


@contextmanager
def borrowed(config: Config) -> Iterator[Flask]:
    """Lend an application to a test, as if it were new; it may change settings, not pages."""
    kind = replace(config, data_dir=None, database_url="")  # type: ignore[arg-type]  # only a key
    if kind not in _made:
        app = crm.create_app(config)
        once.compile_templates(app)
        _made[kind] = app, dict(app.config), dict(app.extensions)
    app, settings, extensions = _made[kind]
    for kept, now in ((settings, app.config), (extensions, app.extensions)):
        now.clear()
        now.update(kept)
    use_settings(app, config)
    yield app
    app.extensions["kring_database"].dispose()
