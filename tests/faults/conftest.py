"""Sessions to test faults with, as the tests of sessions have them."""

from tests.design_sessions.conftest import leader, plan, words

__all__ = ["leader", "plan", "words"]
