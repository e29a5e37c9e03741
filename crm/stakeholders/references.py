"""Everything in the register that refers to a person or an organisation, and what becomes of it."""

from crm.core.db import Base
from crm.core.references import Blanked, Moved, Reference
from crm.stakeholders.models import (
    Affiliation,
    ContactBasis,
    Email,
    LikelyPair,
    Objection,
    OrganisationOrigin,
    OrganisationTag,
    PersonOrigin,
    PersonTag,
    Phone,
)


def _of_person(model: type[Base], moved: Moved, *told: str) -> Reference:
    kept = "as long as the person"
    return Reference(model, "person_id", moved, told, Blanked.REMOVED, kept)


def _of_organisation(model: type[Base], moved: Moved, *told: str) -> Reference:
    kept = "as long as the organisation"
    return Reference(model, "organisation_id", moved, told, Blanked.REMOVED, kept)


REFERENCES = (
    _of_person(
        Affiliation,
        Moved.REPOINTED,
        *("organisation_id", "role", "helix", "helix_reason", "since", "until"),
    ),
    _of_organisation(Affiliation, Moved.REPOINTED, "role", "helix", "since", "until"),
    _of_person(Email, Moved.REPOINTED_UNLESS_THERE, "address"),
    _of_person(Phone, Moved.REPOINTED_UNLESS_THERE, "number", "raw"),
    _of_person(PersonTag, Moved.REPOINTED_UNLESS_THERE, "word"),
    _of_organisation(OrganisationTag, Moved.REPOINTED_UNLESS_THERE, "word"),
    _of_person(PersonOrigin, Moved.REPOINTED, "row", "raw"),
    _of_organisation(OrganisationOrigin, Moved.REPOINTED, "row"),
    _of_person(ContactBasis, Moved.REPOINTED_UNLESS_THERE, "purpose", "basis", "source", "at"),
    _of_person(Objection, Moved.REPOINTED_UNLESS_THERE, "source", "at"),
    *(
        Reference(
            LikelyPair,
            column,
            Moved.REPOINTED_UNLESS_THERE,
            told=("found_at", "state"),
            blanked=Blanked.REMOVED,
            kept="as long as both",
        )
        for column in ("person_id", "other_person_id", "organisation_id", "other_organisation_id")
    ),
)
