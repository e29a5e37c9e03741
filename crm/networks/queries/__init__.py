"""Questions about the network of a project."""

from crm.networks.queries.choosing import Offers, offers
from crm.networks.queries.evidence import TieEvidence, evidence
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

__all__ = [
    "POINT_SORT",
    "TIE_SORT",
    "Look",
    "Offers",
    "PointRow",
    "TieEvidence",
    "TieRow",
    "evidence",
    "forget",
    "look",
    "mark",
    "material",
    "offers",
    "page_of",
    "picture",
    "places",
    "point",
    "points",
    "state_of",
    "ties",
    "ties_of",
]
