"""What is told of a measure beside its value."""

from dataclasses import dataclass

from crm.core.i18n import LazyString


@dataclass(frozen=True, slots=True)
class Meaning:
    """
    One measure explained.

    :param means: what it says, in one sentence
    :param formula: how it is calculated, in signs
    :param source: who described it, and where
    :param caution: when not to read anything into it
    :param sentence: what it says of one point, with its value as `%(found)s`; empty for a network
    :param digits: digits behind the comma that are worth showing
    """

    label: LazyString
    means: LazyString
    formula: str
    source: str
    caution: LazyString
    sentence: LazyString | str = ""
    digits: int = 3
