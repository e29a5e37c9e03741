"""What the manifest of a feature says of undo: its kinds of step, and how its rows are told."""

from collections.abc import Iterable

from crm.core.undo import kinds, row_words
from crm.core.undo.kinds import StepKind
from crm.core.undo.row_words import RowWords


def register(steps: Iterable[StepKind], told: Iterable[RowWords]) -> None:
    """Add what a feature says."""
    for kind in steps:
        kinds.register(kind)
    row_words.register(told)
