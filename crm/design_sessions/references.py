"""Everything in sessions that refers to a person, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.design_sessions.models import Attendance, Invitation

# Selectielijst gemeenten 2020, result 19.1.11: meetings with third parties.
FIVE_YEARS = "19.1.11: five years after the session"

REFERENCES = (
    Reference(
        Invitation,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("design_session_id", "helix", "invited_at"),
        blanked=Blanked.REMOVED,
        kept=FIVE_YEARS,
    ),
    Reference(
        Attendance,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("design_session_id", "helix", "status", "is_walk_in", "noted_at"),
        blanked=Blanked.REMOVED,
        kept=FIVE_YEARS,
    ),
)
