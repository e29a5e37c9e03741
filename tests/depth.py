"""How far a test looks: far enough on each change, further with `--all`."""

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import settings

GATE, ALL = "gate", "all"
Case = TypeVar("Case")
MANY = 5  # times as many examples with `--all`

# The gate says the same twice, also on a slow machine.
settings.register_profile(GATE, derandomize=True, deadline=None)
settings.register_profile(ALL, max_examples=100 * MANY, deadline=None)


def use(*, everything: bool) -> None:
    """Choose how far the tests look; to be called before they are read."""
    settings.load_profile(ALL if everything else GATE)


def looks_further() -> bool:
    """Whether everything was asked for, with `--all`."""
    return settings.get_current_profile_name() == ALL


def examples(gate: int, everything: int = 0) -> int:
    """Return how many examples are tried, for a test of which each takes its time."""
    return (everything or gate * MANY) if looks_further() else gate


def cases(gate: Sequence[Case], everything: Sequence[Case]) -> Sequence[Case]:
    """Return the cases of a test: those of the gate, or with `--all` each."""
    return everything if looks_further() else gate
