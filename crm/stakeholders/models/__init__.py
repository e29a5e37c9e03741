"""Stakeholders: the register, and the grounds for writing to people."""

from crm.stakeholders.models.bulk_orders import BulkOrder, OrderState
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
    Basis,
    ContactBasis,
    ContactPurpose,
    Email,
    GivenPseudonym,
    Helix,
    MainAffiliationNeeded,
    NameMissing,
    Objection,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
    ReasonMissing,
    hold_to_usual_helix,
)
