"""Stakeholders: the register, and what is found to look like one."""

from crm.stakeholders.models.likeness import (
    CROWDED,
    WAITS,
    FormerRecord,
    Kind,
    LikelyPair,
    LikenessKey,
    NotDecided,
    PairState,
)
from crm.stakeholders.models.register import (
    Affiliation,
    Email,
    GivenPseudonym,
    Helix,
    MainAffiliationNeeded,
    NameMissing,
    Objected,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
    ReasonMissing,
    hold_to_usual_helix,
)
