"""The manifest of stakeholders."""

from crm.core.i18n import _l
from crm.stakeholders.models import Helix, ImportState
from crm.stakeholders.names import FormOfAddress, NameUse
from crm.stakeholders.policy import RULES
from crm.stakeholders.references import REFERENCES
from crm.stakeholders.search import ORGANISATIONS, PERSONS
from crm.web.feature import Feature

FEATURE = Feature(
    name="stakeholders",
    rules=RULES,
    labels={
        Helix.GOVERNMENT: _l("Government"),
        Helix.RESEARCH: _l("Research"),
        Helix.BUSINESS: _l("Business"),
        Helix.END_USERS: _l("End users"),
        NameUse.OWN: _l("Own surname"),
        NameUse.PARTNER: _l("Partner's surname"),
        NameUse.PARTNER_THEN_OWN: _l("Partner's surname, then own"),
        NameUse.OWN_THEN_PARTNER: _l("Own surname, then partner's"),
        FormOfAddress.MADAM: _l("Ms (mevrouw)"),
        FormOfAddress.SIR: _l("Mr (de heer)"),
        FormOfAddress.NEUTRAL: _l("Neutral"),
        ImportState.UPLOADED: _l("Uploaded"),
        ImportState.MAPPED: _l("Columns chosen"),
        ImportState.DONE: _l("Done"),
        ImportState.CANCELLED: _l("Cancelled"),
    },
    search=(PERSONS, ORGANISATIONS),
    references=REFERENCES,
)
