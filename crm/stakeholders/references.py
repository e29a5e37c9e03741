"""Everything in the register that refers to a person or an organisation, and what becomes of it."""

from crm.core.references import Blanked, Moved, Reference
from crm.stakeholders.models import (
    Affiliation,
    ContactBasis,
    Email,
    Objection,
    OrganisationTag,
    PersonOrigin,
    PersonTag,
    Phone,
)

AS_PERSON = "as long as the person"
AS_ORGANISATION = "as long as the organisation"

REFERENCES = (
    Reference(
        Affiliation,
        "person_id",
        moved=Moved.REPOINTED,
        told=("role", "helix", "helix_reason", "since", "until"),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        Affiliation,
        "organisation_id",
        moved=Moved.REPOINTED,
        told=("role", "helix", "since", "until"),
        blanked=Blanked.REMOVED,
        kept=AS_ORGANISATION,
    ),
    Reference(
        Email,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("address",),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        Phone,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("number", "raw"),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        PersonTag,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("word",),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        OrganisationTag,
        "organisation_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("word",),
        blanked=Blanked.REMOVED,
        kept=AS_ORGANISATION,
    ),
    Reference(
        PersonOrigin,
        "person_id",
        moved=Moved.REPOINTED,
        told=("row", "raw"),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        ContactBasis,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("purpose", "basis", "source", "at"),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
    Reference(
        Objection,
        "person_id",
        moved=Moved.REPOINTED_UNLESS_THERE,
        told=("source", "at"),
        blanked=Blanked.REMOVED,
        kept=AS_PERSON,
    ),
)
