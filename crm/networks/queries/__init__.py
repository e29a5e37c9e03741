"""Questions about the network of a project."""

from crm.networks.queries.evidence import Evidence, TieEvidence, evidence
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
from crm.networks.queries.looking import Look, forget, look, mark, picture, places
from crm.networks.queries.materials import material

__all__ = [
    "POINT_SORT",
    "TIE_SORT",
    "Evidence",
    "Look",
    "PointRow",
    "TieEvidence",
    "TieRow",
    "evidence",
    "forget",
    "look",
    "mark",
    "material",
    "page_of",
    "picture",
    "places",
    "point",
    "points",
    "ties",
    "ties_of",
]
