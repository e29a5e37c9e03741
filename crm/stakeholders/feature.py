"""The manifest of stakeholders."""

import crm.stakeholders.models  # noqa: F401 - declares its tables
from crm.web.feature import Feature

FEATURE = Feature(name="stakeholders")
