"""Questions about the network of a project."""

from crm.networks.queries.changing import SHOWN, Changed, changed
from crm.networks.queries.choosing import Offers, offers
from crm.networks.queries.communities import (
    Communities,
    Community,
    communities,
    communities_by,
    communities_picture,
    community_members,
    community_ties_by,
)
from crm.networks.queries.comparing import Comparison, elsewhere
from crm.networks.queries.declared_ties import DeclaredRow, Offered
from crm.networks.queries.evidence import TieEvidence, evidence
from crm.networks.queries.figures import Going, Measured, Subject, forget_figures, measured, subject
from crm.networks.queries.listing import (
    POINT_SORT,
    TIE_SORT,
    UNDER_PICTURE,
    PointRow,
    TieRow,
    between_helixes,
    page_of,
    point,
    points,
    ties,
    ties_of,
)
from crm.networks.queries.materials import material
from crm.networks.queries.network_views import (
    Look,
    look,
    months,
    placed_in,
    places,
    state_of,
    whole_of_view,
    with_every_name,
)
from crm.networks.queries.pictures import forget, mark, picture, shelves, sizes
from crm.networks.queries.placing import Placed, anew, can_put_back, kept_layout, placed_apart
from crm.networks.queries.seats import missing, seats
from crm.networks.queries.standings import (
    STANDING_SORT,
    Breaking,
    Standing,
    all_standings,
    breaking,
    standing_of,
    standings,
)

__all__ = [
    "POINT_SORT",
    "SHOWN",
    "STANDING_SORT",
    "TIE_SORT",
    "UNDER_PICTURE",
    "Breaking",
    "Changed",
    "Communities",
    "Community",
    "Comparison",
    "DeclaredRow",
    "Going",
    "Look",
    "Measured",
    "Offered",
    "Offers",
    "Placed",
    "PointRow",
    "Standing",
    "Subject",
    "TieEvidence",
    "TieRow",
    "all_standings",
    "anew",
    "between_helixes",
    "breaking",
    "can_put_back",
    "changed",
    "communities",
    "communities_by",
    "communities_picture",
    "community_members",
    "community_ties_by",
    "elsewhere",
    "evidence",
    "forget",
    "forget_figures",
    "kept_layout",
    "look",
    "mark",
    "material",
    "measured",
    "missing",
    "months",
    "offers",
    "page_of",
    "picture",
    "placed_apart",
    "placed_in",
    "places",
    "point",
    "points",
    "seats",
    "shelves",
    "sizes",
    "standing_of",
    "standings",
    "state_of",
    "subject",
    "ties",
    "ties_of",
    "whole_of_view",
    "with_every_name",
]
