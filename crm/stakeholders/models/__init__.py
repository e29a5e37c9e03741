"""Stakeholders: the register, its imports, and the grounds for writing to people."""

from crm.stakeholders.models.bulk_orders import BulkOrder, OrderState
from crm.stakeholders.models.contacting import Basis, ContactBasis, ContactPurpose, Objection
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
from crm.stakeholders.models.register import (
    Affiliation,
    Email,
    GivenPseudonym,
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
