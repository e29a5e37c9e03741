"""Questions about the network of a project."""

from crm.networks.queries.choosing import Offers, offers
from crm.networks.queries.comparing import Comparison, elsewhere
from crm.networks.queries.evidence import TieEvidence, evidence
from crm.networks.queries.figures import Going, Measured, Subject, forget_figures, measured, subject
from crm.networks.queries.listing import (
    POINT_SORT,
    TIE_SORT,
    PointRow,
    TieRow,
    page_of,
    point,
    points,
    ties,
    ties_of,
)
from crm.networks.queries.looking import (
    Look,
    look,
    places,
    state_of,
)
from crm.networks.queries.materials import material
from crm.networks.queries.picturing import forget, mark, picture
from crm.networks.queries.standing import (
    STANDING_SORT,
    Breaking,
    Community,
    Standing,
    all_standings,
    breaking,
    communities,
    standing_of,
    standings,
)

__all__ = [
    "POINT_SORT",
    "STANDING_SORT",
    "TIE_SORT",
    "Breaking",
    "Community",
    "Comparison",
    "Going",
    "Look",
    "Measured",
    "Offers",
    "PointRow",
    "Standing",
    "Subject",
    "TieEvidence",
    "TieRow",
    "all_standings",
    "breaking",
    "communities",
    "elsewhere",
    "evidence",
    "forget",
    "forget_figures",
    "look",
    "mark",
    "material",
    "measured",
    "offers",
    "page_of",
    "picture",
    "places",
    "point",
    "points",
    "standing_of",
    "standings",
    "state_of",
    "subject",
    "ties",
    "ties_of",
]
