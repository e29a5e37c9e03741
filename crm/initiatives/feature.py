"""The manifest of initiatives."""

from crm.core.i18n import _l
from crm.initiatives.models import InitiativeStatus, InitiativeTrack
from crm.initiatives.policy import RULES
from crm.initiatives.references import REFERENCES
from crm.initiatives.search import SOURCE
from crm.web.feature import Feature

FEATURE = Feature(
    name="initiatives",
    rules=RULES,
    labels={
        InitiativeTrack.INITIATIVE: _l("Initiative"),
        InitiativeTrack.PILOT: _l("Pilot"),
        InitiativeStatus.EXPLORING: _l("Exploring"),
        InitiativeStatus.REQUESTED: _l("Requested"),
        InitiativeStatus.DEVELOPING: _l("In development"),
        InitiativeStatus.RUNNING: _l("Running"),
        InitiativeStatus.REALISED: _l("Realised"),
        InitiativeStatus.REFUSED: _l("Refused"),
        InitiativeStatus.STOPPED: _l("Stopped"),
    },
    search=(SOURCE,),
    references=REFERENCES,
)
