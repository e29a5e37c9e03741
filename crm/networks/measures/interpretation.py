"""What figures say and do not say, in words."""

from crm.core.i18n import LazyString, _l
from crm.networks.measures.figures import Figures
from crm.networks.measures.helix_mixing import FEW_POINTS, FEW_TIES
from crm.networks.measures.vocabulary import NetworkMeasure

# Below this modularity a division says nothing: chance gives as much (Newman & Girvan 2004).
CLEAR_GROUPS = 0.3
# Two standard deviations: one in twenty networks lies further out by chance alone.
FAR = 2


def are_few(figures: Figures) -> bool:
    """Whether there are too few points or ties to test anything."""
    points = figures.network[NetworkMeasure.POINTS] or 0
    ties = figures.network[NetworkMeasure.TIES] or 0
    return points < FEW_POINTS or ties < FEW_TIES


def has_clear_groups(figures: Figures) -> bool:
    """Whether the communities that were found are clear ones."""
    return (figures.network[NetworkMeasure.MODULARITY] or 0) >= CLEAR_GROUPS


def against_chance(figures: Figures) -> LazyString:
    """Return how the E-I index compares with what chance gives."""
    z = figures.network[NetworkMeasure.EI_Z]
    if are_few(figures):
        return _l("There are too few people or ties to compare with chance.")
    if z is None:
        return _uncompared(figures)
    if abs(z) < FAR:
        return _l("Ties cross helixes about as often as chance alone would have it.")
    if z > 0:
        return _l("Ties cross helixes more often than chance alone would have it.")
    return _l("Ties stay within helixes more often than chance alone would have it.")


def _uncompared(figures: Figures) -> LazyString:
    """Return why enough points and ties cannot be compared with chance."""
    if not any(map(any, figures.mixing)):
        return _l("There is nothing to compare: a tie here joins a person to a session.")
    if sum(map(bool, figures.helixes)) > 1:
        return _l("There is nothing to compare: whoever is of which helix, the ties lie alike.")
    return _l("There is nothing to compare: only one helix is here.")
