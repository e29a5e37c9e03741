"""How much two records look like one and the same: a score with reasons, and blocks to look in."""

from crm.stakeholders.likeness.keys import (
    in_turn,
    is_searched,
    keys_of_organisation,
    keys_of_person,
)
from crm.stakeholders.likeness.organisations import likeness_of_organisations
from crm.stakeholders.likeness.persons import likeness_of_persons
from crm.stakeholders.likeness.traits import (
    Likeness,
    OrganisationTraits,
    PersonTraits,
    Why,
    organisation_traits,
    person_traits,
)

__all__ = [
    "LIKELY",
    "POSSIBLE",
    "Likeness",
    "OrganisationTraits",
    "PersonTraits",
    "Why",
    "in_turn",
    "is_searched",
    "keys_of_organisation",
    "keys_of_person",
    "likeness_of_organisations",
    "likeness_of_persons",
    "organisation_traits",
    "person_traits",
]

# From this score on a pair stands on the list; the name alone, however equal, does not reach it.
LIKELY = 60
# From this one on somebody is shown to who types a new one: better one question too many.
POSSIBLE = 33
