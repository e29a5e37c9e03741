"""What a machine may lack: said plainly, and a failure where everything is expected."""

import os
from typing import NoReturn

import pytest


def missing(what: str) -> NoReturn:
    """Leave the test out because `what` is not on this machine; under CI that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")  # whoever lacks a part may still test the others
