"""The demo without forged-form protection, so that a sweep reaches what stands behind it."""

import pytest
from flask import Flask


@pytest.fixture
def demo(demo: Flask) -> Flask:
    """The application with the demo; forms need no token."""
    demo.config["WTF_CSRF_ENABLED"] = False
    return demo
