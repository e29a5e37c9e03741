"""What figures say and do not say, in words."""

from crm.core.i18n import LazyString, _l
from crm.networks.measures.across import FEW_POINTS, FEW_TIES
from crm.networks.measures.figures import Figures
from crm.networks.measures.vocabulary import NetworkMeasure

# Two standard deviations: one in twenty networks lies further out by chance alone.
FAR = 2


def are_few(figures: Figures) -> bool:
    """Whether there are too few points or ties to test anything."""
    points = figures.network[NetworkMeasure.POINTS] or 0
    ties = figures.network[NetworkMeasure.TIES] or 0
    return points < FEW_POINTS or ties < FEW_TIES


def against_chance(figures: Figures) -> LazyString:
    """Return how the E-I index compares with what chance gives."""
    z = figures.network[NetworkMeasure.EI_Z]
    if are_few(figures):
        return _l("There are too few people or ties to compare with chance.")
    if z is None:
        return _l("There is nothing to compare: only one helix is here.")
    if abs(z) < FAR:
        return _l("Ties cross helixes about as often as chance alone would have it.")
    if z > 0:
        return _l("Ties cross helixes more often than chance alone would have it.")
    return _l("Ties stay within helixes more often than chance alone would have it.")
