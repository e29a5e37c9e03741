"""The manifest of initiatives."""

from crm.core.i18n import _l
from crm.initiatives import declared, services, views
from crm.initiatives.models import Initiative, InitiativeStatus, InitiativeTrack
from crm.initiatives.policy import RULES, InitiativePermission
from crm.neighbourhoods.events import AreaRenamed
from crm.neighbourhoods.queries import AreaUse, register_use
from crm.web.feature import Feature, NavigationItem, Panel

READ = InitiativePermission.READ

FEATURE = Feature(
    name="initiatives",
    pages=(views.pages,),
    rules=RULES,
    labels=(
        {InitiativeTrack.INITIATIVE: _l("Initiative"), InitiativeTrack.PILOT: _l("Pilot")},
        {
            InitiativeStatus.EXPLORING: _l("Exploring"),
            InitiativeStatus.REQUESTED: _l("Requested"),
            InitiativeStatus.DEVELOPING: _l("In development"),
            InitiativeStatus.RUNNING: _l("Running"),
            InitiativeStatus.REALISED: _l("Realised"),
            InitiativeStatus.REFUSED: _l("Refused"),
            InitiativeStatus.STOPPED: _l("Stopped"),
        },
    ),
    navigation=(NavigationItem(_l("Initiatives"), "initiatives.initiatives", READ, place=40),),
    panels=(
        Panel("person", "initiatives/_panel.html", views.of_person, READ, place=30),
        Panel("organisation", "initiatives/_panel.html", views.of_organisation, READ, place=30),
    ),
    reactions=((AreaRenamed, services.index_area_anew),),
    search=(declared.SEARCH,),
    ties=(declared.TIES,),
    conditions=declared.CONDITIONS,
    references=declared.REFERENCES,
    told=declared.TOLD,
    # Registered, because areas lie lower and may not know what lies in them.
    setup=lambda _app: register_use(
        AreaUse(Initiative, _l("Initiatives"), "initiatives.initiatives")
    ),
)
