"""What the manifest of a feature says of undo: its kinds of step, and how its rows are told."""

from collections.abc import Iterable

from crm.core.undo import kinds, telling
from crm.core.undo.kinds import StepKind
from crm.core.undo.telling import Told


def register(steps: Iterable[StepKind], told: Iterable[Told]) -> None:
    """Add what a feature says."""
    for kind in steps:
        kinds.register(kind)
    telling.register(told)
