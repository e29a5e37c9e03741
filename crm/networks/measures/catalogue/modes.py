"""What measures mean where people are tied to the sessions they came to, and to nobody else."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from crm.core.i18n import _l
from crm.networks.measures.catalogue.meaning import Meaning
from crm.networks.measures.catalogue.points import POINTS
from crm.networks.measures.catalogue.whole import COMMUNITIES, HELIXES, HOMOPHILY, MIXING, SHAPE
from crm.networks.measures.vocabulary import NetworkMeasure, PointMeasure

_BORGATTI = "Borgatti & Everett 1997, Social Networks 19:243-269"

SHAPE_OF_TWO: Mapping[NetworkMeasure, Meaning] = {
    **SHAPE,
    NetworkMeasure.DENSITY: replace(
        SHAPE[NetworkMeasure.DENSITY],
        means=_l("Which part of all pairs of a person and a session is tied: 0 none, 1 all."),
        formula="m / (n₁n₂)",
        source=_BORGATTI,
    ),
}
POINTS_OF_TWO: Mapping[PointMeasure, Meaning] = {
    **POINTS,
    PointMeasure.SHARE_OF_TIES: replace(
        POINTS[PointMeasure.SHARE_OF_TIES],
        means=_l("To which part of all sessions somebody came, or which part of all came to it."),
        formula="k / n₂",
        source=_BORGATTI,
        sentence=_l("That is this part of those on the other side: %(found)s (1 is all of them)."),
    ),
    PointMeasure.BETWEENNESS: replace(
        POINTS[PointMeasure.BETWEENNESS],
        means=_l("How often a point lies on shortest ways: 0 never, 1 the most there can be."),
        formula="Σ σ(s,t|v) / σ(s,t) / max",
        source=_BORGATTI,
        sentence=_l("Lies on this part of the shortest ways, of the most there can be: %(found)s."),
    ),
    PointMeasure.CLOSENESS: replace(
        POINTS[PointMeasure.CLOSENESS],
        means=_l("In how few steps a point reaches all others: 1 with the whole other side tied."),
        formula="((n₂ + 2(n₁ − 1)) / Σ d) · ((r − 1) / (n − 1))",
        source=_BORGATTI,
        sentence=_l(
            "Is this near to all others: %(found)s (1 is a tie with the whole other side)."
        ),
    ),
}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The meanings that hold in a view of the network."""

    shape: Mapping[NetworkMeasure, Meaning]
    points: Mapping[PointMeasure, Meaning]
    helixes: Mapping[NetworkMeasure, Meaning]
    communities: Mapping[NetworkMeasure, Meaning]
    mixing: Meaning
    homophily: Meaning

    @property
    def network(self) -> Mapping[NetworkMeasure, Meaning]:
        """The measures of a network as a whole."""
        return {**self.shape, **self.helixes, **self.communities}


ONE_MODE = Catalogue(SHAPE, POINTS, HELIXES, COMMUNITIES, MIXING, HOMOPHILY)
TWO_MODES = replace(ONE_MODE, shape=SHAPE_OF_TWO, points=POINTS_OF_TWO)


def catalogue_of(*, two_modes: bool) -> Catalogue:
    """Return the meanings of a network of one mode, or of two."""
    return TWO_MODES if two_modes else ONE_MODE
