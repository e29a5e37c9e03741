"""The manifest of the demo."""

from crm.demo.policy import RULES
from crm.web.feature import Feature

FEATURE = Feature(name="demo", rules=RULES)
