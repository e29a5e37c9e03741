"""Stakeholders: the register, its imports, and the grounds for writing to people."""

from crm.stakeholders.models.bulk_orders import BulkOrder, OrderState
from crm.stakeholders.models.contacting import (
    Basis,
    ContactBasis,
    ContactPurpose,
    Objection,
)
from crm.stakeholders.models.imports import (
    ContactImport,
    ImportFile,
    ImportState,
    OrganisationOrigin,
    PersonOrigin,
    RememberedColumns,
    RememberedWord,
    ReportPart,
)
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
from crm.stakeholders.models.pseudonyms import GivenPseudonym
from crm.stakeholders.models.register import (
    Affiliation,
    Email,
    Helix,
    MainAffiliationNeeded,
    NameMissing,
    Organisation,
    OrganisationTag,
    Person,
    PersonTag,
    Phone,
    ReasonMissing,
    hold_to_usual_helix,
)
from crm.stakeholders.models.segments import Segment

__all__ = [
    "CROWDED",
    "WAITS",
    "Affiliation",
    "Basis",
    "BulkOrder",
    "ContactBasis",
    "ContactImport",
    "ContactPurpose",
    "Email",
    "FormerRecord",
    "GivenPseudonym",
    "Helix",
    "ImportFile",
    "ImportState",
    "Kind",
    "LikelyPair",
    "LikenessKey",
    "MainAffiliationNeeded",
    "NameMissing",
    "NotDecided",
    "Objection",
    "OrderState",
    "Organisation",
    "OrganisationOrigin",
    "OrganisationTag",
    "PairState",
    "Person",
    "PersonOrigin",
    "PersonTag",
    "Phone",
    "ReasonMissing",
    "RememberedColumns",
    "RememberedWord",
    "ReportPart",
    "Segment",
    "hold_to_usual_helix",
]
