"""Everything in networks that refers to a person, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.networks.models import NameLookup

REFERENCES = (
    Reference(
        NameLookup,
        "person_id",
        moved=Moved.REPOINTED,
        told=("at", "reason"),
        blanked=Blanked.REMOVED,
        kept="as long as the person",
    ),
)
