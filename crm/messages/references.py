"""Everything in messages that refers to a person, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.messages.models import OutboxMessage, PersonLink

REFERENCES = (
    Reference(
        OutboxMessage,
        "person_id",
        moved=Moved.REPOINTED,
        told=("purpose", "queued_at", "state", "finished_at"),
        blanked=Blanked.KEPT_WITHOUT_PERSON,
        kept="words for 30 days, the rest for two years",
    ),
    Reference(
        PersonLink,
        "person_id",
        moved=Moved.REPOINTED,
        told=("made_at", "expires_at"),
        blanked=Blanked.REMOVED,
        kept="one day",
    ),
)
