"""The manifest of neighbourhoods."""

from crm.core.i18n import _l
from crm.neighbourhoods import views
from crm.neighbourhoods.policy import RULES, NeighbourhoodPermission
from crm.web.feature import Feature, NavigationItem

FEATURE = Feature(
    name="neighbourhoods",
    pages=(views.pages,),
    rules=RULES,
    navigation=(
        NavigationItem(_l("Areas"), "areas.areas", NeighbourhoodPermission.READ, place=80),
    ),
)
