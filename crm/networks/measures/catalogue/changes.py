"""What it means when one of two networks has more, or less, of a measure than the other."""

from collections.abc import Mapping

from crm.core.i18n import LazyString, _l
from crm.networks.measures.figures import Figure
from crm.networks.measures.vocabulary import NetworkMeasure as Measure

SAME = _l("No difference.")
UNKNOWN = _l("It cannot be compared: one of the two is not defined.")
# Differences smaller than this are dust behind the comma.
DUST = 1e-9

_CHANGES: Mapping[Measure, tuple[LazyString, LazyString]] = {
    Measure.POINTS: (_l("More people and organisations."), _l("Fewer people and organisations.")),
    Measure.ALONE: (_l("More of them have no tie."), _l("Fewer of them have no tie.")),
    Measure.TIES: (_l("More pairs are tied."), _l("Fewer pairs are tied.")),
    Measure.WEIGHT: (_l("Ties weigh more together."), _l("Ties weigh less together.")),
    Measure.COMPONENTS: (
        _l("It lies in more loose groups."),
        _l("It lies in fewer loose groups."),
    ),
    Measure.LARGEST: (_l("The largest group is larger."), _l("The largest group is smaller.")),
    Measure.DENSITY: (
        _l("A larger part of all pairs is tied."),
        _l("A smaller part of all pairs is tied; growing alone has that effect too."),
    ),
    Measure.MEAN_PATH: (
        _l("People are more steps apart on average."),
        _l("People are fewer steps apart on average."),
    ),
    Measure.DIAMETER: (
        _l("The furthest two are further apart."),
        _l("The furthest two are nearer."),
    ),
    Measure.TRANSITIVITY: (
        _l("Those who share somebody are tied to each other more often."),
        _l("Those who share somebody are tied to each other less often."),
    ),
    Measure.DEGREE_ASSORTATIVITY: (
        _l("Those with many ties are tied to each other more."),
        _l("Those with many ties are tied to each other less."),
    ),
    Measure.CORE: (_l("The densest group is denser."), _l("The densest group is less dense.")),
    Measure.CORE_SIZE: (
        _l("More are in the densest group."),
        _l("Fewer are in the densest group."),
    ),
    Measure.ARTICULATIONS: (
        _l("More people and organisations hold a part by themselves."),
        _l("Fewer people and organisations hold a part by themselves."),
    ),
    Measure.COMMUNITIES: (_l("It divides into more groups."), _l("It divides into fewer groups.")),
    Measure.MODULARITY: (
        _l("The groups are more clearly apart."),
        _l("The groups are less clearly apart."),
    ),
    Measure.EI_INDEX: (
        _l("A larger part of the ties crosses helixes; see what chance gives."),
        _l("A smaller part of the ties crosses helixes; see what chance gives."),
    ),
    Measure.EI_BY_CHANCE: (
        _l("Chance alone gives more ties across helixes, for helixes are more equal in size."),
        _l("Chance alone gives fewer ties across helixes, for helixes are less equal in size."),
    ),
    Measure.EI_Z: (
        _l("Compared with chance, ties cross helixes more."),
        _l("Compared with chance, ties cross helixes less."),
    ),
    Measure.ASSORTATIVITY: (
        _l("Ties stay more within helixes."),
        _l("Ties stay less within helixes."),
    ),
    Measure.SEGREGATION: (_l("Helixes are more set apart."), _l("Helixes are less set apart.")),
    Measure.SYNERGY: (
        _l("Helixes come together in patterns that pairs explain better."),
        _l("Helixes come together in patterns that pairs explain less."),
    ),
    Measure.EVENNESS: (
        _l("Sessions are mixed more evenly."),
        _l("Sessions are mixed less evenly."),
    ),
}


def difference(first: Figure, second: Figure) -> Figure:
    """Return how much more the second has; none where one of the two is not defined."""
    return None if first is None or second is None else second - first


def in_words(measure: Measure, more: Figure) -> LazyString:
    """Return what it means that the second has `more` of a measure than the first."""
    if more is None:
        return UNKNOWN
    if abs(more) < DUST:
        return SAME
    return _CHANGES[measure][0 if more > 0 else 1]
