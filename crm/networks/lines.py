"""What of a point's ties the picture draws as lines: some, none of those there are, or no tie."""

from enum import StrEnum

from crm.networks.graph import StakeholderGraph


class Lines(StrEnum):
    """
    Whether a point is an end of a line in the picture.

    SHOWN is; LIGHTER has ties, all of them below the cut; WITHOUT has no tie of the chosen kinds
    and dates.
    """

    SHOWN = "shown"
    LIGHTER = "lighter"
    WITHOUT = "without"


def lines_of(whole: StakeholderGraph, drawn: StakeholderGraph, key: str) -> Lines:
    """Return which of these a point of `whole` is, of which the ties in `drawn` are lines."""
    if key in drawn and drawn.degree[key]:
        return Lines.SHOWN
    return Lines.LIGHTER if whole.degree[key] else Lines.WITHOUT
