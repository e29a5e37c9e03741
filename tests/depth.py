"""How far a test looks: far enough on each change, further with `--all`."""

from hypothesis import settings

GATE, ALL = "gate", "all"
MANY = 5  # times as many examples with `--all`

# The gate says the same twice, also on a slow machine.
settings.register_profile(GATE, derandomize=True, deadline=None)
settings.register_profile(ALL, max_examples=100 * MANY, deadline=None)


def use(*, everything: bool) -> None:
    """Choose how far the tests look; to be called before they are read."""
    settings.load_profile(ALL if everything else GATE)


def examples(gate: int) -> int:
    """Return how many examples are tried, for a test of which each takes its time."""
    return gate if settings.get_current_profile_name() == GATE else gate * MANY
