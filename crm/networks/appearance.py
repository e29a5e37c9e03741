"""How a picture looks, by choice; what is in it stays the same."""

from dataclasses import dataclass
from enum import StrEnum

from crm.networks.graph import StakeholderGraph
from crm.networks.measures import PointMeasure
from crm.networks.picture import Values

# What marks can grow with: more of it is always more to see. The first are at hand in any network;
# the others come with its figures.
AT_HAND = (PointMeasure.DEGREE, PointMeasure.STRENGTH)
SIZES = (
    *AT_HAND,
    PointMeasure.BETWEENNESS,
    PointMeasure.CLOSENESS,
    PointMeasure.EFFECTIVE_SIZE,
    PointMeasure.CORE,
    PointMeasure.PARTICIPATION,
)
# More points than this are drawn when somebody asks for it, knowing that little can be read.
READABLE = 5_000
# Data of more ties are fetched beside the page, and kept by the browser while they hold.
MOST_CARRIED = 3_000


class LabelsShown(StrEnum):
    """Which points have their name beside them."""

    FITTING = "fitting"
    FEW = "few"
    NONE = "none"


MOST_NAMES = {LabelsShown.FITTING: 160, LabelsShown.FEW: 10, LabelsShown.NONE: 0}


@dataclass(frozen=True, slots=True)
class Appearance:
    """
    The choices that change how a picture looks.

    :param size: the measure that marks grow with
    :param labels: which points have their name beside them
    :param chairs: whether to draw an empty chair for each helix missing in a neighbourhood
    :param anyway: whether to draw also what is too large to be read
    """

    size: PointMeasure = PointMeasure.DEGREE
    labels: LabelsShown = LabelsShown.FITTING
    chairs: bool = False
    anyway: bool = False

    def key(self) -> tuple[str, ...]:
        """Return the same words for the same look."""
        return (self.size, self.labels, str(self.chairs))

    def is_held_back(self, points: int) -> bool:
        """Whether so many points are only drawn by choice."""
        return points > READABLE and not self.anyway


def is_carried(ties: int) -> bool:
    """Whether so few ties stand in the page itself, so that their picture waits for nothing."""
    return ties <= MOST_CARRIED


def at_hand(graph: StakeholderGraph, measure: PointMeasure) -> Values:
    """
    Return the degree of each point, or its strength.

    :raises KeyError: if the measure is another; those are worked out apart
    """
    weights = {PointMeasure.DEGREE: None, PointMeasure.STRENGTH: "weight"}
    return dict(graph.degree(weight=weights[measure]))
