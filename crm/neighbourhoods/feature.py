"""The manifest of neighbourhoods."""

from crm.core.i18n import _l
from crm.core.undo import RowWords
from crm.neighbourhoods import queries, views
from crm.neighbourhoods.models import Area
from crm.neighbourhoods.policy import RULES, NeighbourhoodPermission
from crm.web.feature import Feature, NavigationItem

FEATURE = Feature(
    name="neighbourhoods",
    pages=(views.pages,),
    rules=RULES,
    told=(RowWords(Area, _l("Areas"), names=queries.names_of),),
    navigation=(
        NavigationItem(_l("Areas"), "areas.areas", NeighbourhoodPermission.READ, place=80),
    ),
)
