"""People of the journeys: they have no JavaScript, and do what they can see."""

from collections.abc import Callable

import pytest
from flask import Flask

from crm.core.permissions import Role
from tests.demonstration import Entering
from tests.journeys.visitor import Visitor

Guide = Callable[[Role | None], Visitor]


@pytest.fixture
def stranger(app: Flask) -> Visitor:
    """Somebody who has not signed in to an installation without rows."""
    return Visitor(app.test_client())


@pytest.fixture
def visiting(entering: Entering) -> Guide:
    """Give somebody with a role in the demo project."""
    return lambda role: Visitor(entering(role))
