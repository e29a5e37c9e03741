"""What in initiatives refers to a person or an organisation, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.initiatives.models import Involvement

# An initiative is kept (retention list 6.1.9 and 6.2.3); who was in it goes with the stakeholder.
REFERENCES = (
    Reference(
        Involvement,
        "person_id",
        moved=Moved.REPOINTED,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
    ),
    Reference(
        Involvement,
        "organisation_id",
        moved=Moved.REPOINTED,
        told=("initiative_id", "role", "since", "until"),
        blanked=Blanked.REMOVED,
        kept="as long as the organisation",
    ),
)
