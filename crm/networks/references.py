"""Everything in networks that refers to a person or an organisation, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.networks.models import DeclaredTie, DeclaringLink, NameLookup

REFERENCES = (
    *(
        Reference(
            DeclaredTie,
            column,
            moved=Moved.REPOINTED,
            told=("said_at", "said_by", "about", "since", "until"),
            blanked=Blanked.REMOVED,
            kept="as long as both ends",
        )
        for column in (
            "person_id",
            "organisation_id",
            "other_person_id",
            "other_organisation_id",
        )
    ),
    Reference(
        DeclaringLink,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("made_at", "expires_at", "answered_at", "missed"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
    ),
    Reference(
        NameLookup,
        "person_id",
        moved=Moved.REPOINTED,
        told=("at", "reason"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
    ),
)
