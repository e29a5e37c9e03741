"""The manifest of initiatives."""

import crm.initiatives.models  # noqa: F401 - declares its tables
from crm.web.feature import Feature

FEATURE = Feature(name="initiatives")
