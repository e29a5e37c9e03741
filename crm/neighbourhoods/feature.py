"""The manifest of neighbourhoods."""

from crm.web.feature import Feature

FEATURE = Feature(name="neighbourhoods")
