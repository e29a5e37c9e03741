"""The manifest of design sessions."""

import crm.design_sessions.models  # noqa: F401 - declares its tables
from crm.web.feature import Feature

FEATURE = Feature(name="design_sessions")
