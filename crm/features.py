"""The table of contents: every feature, lowest first."""

from crm.accounts.feature import FEATURE as ACCOUNTS
from crm.consent.feature import FEATURE as CONSENT
from crm.contacts.feature import FEATURE as CONTACTS
from crm.demo.feature import FEATURE as DEMO
from crm.design_sessions.feature import FEATURE as DESIGN_SESSIONS
from crm.home.feature import FEATURE as HOME
from crm.initiatives.feature import FEATURE as INITIATIVES
from crm.messages.feature import FEATURE as MESSAGES
from crm.neighbourhoods.feature import FEATURE as NEIGHBOURHOODS
from crm.networks.feature import FEATURE as NETWORKS
from crm.own_fields.feature import FEATURE as OWN_FIELDS
from crm.projects.feature import FEATURE as PROJECTS
from crm.segments.feature import FEATURE as SEGMENTS
from crm.stakeholders.feature import FEATURE as STAKEHOLDERS
from crm.steps.feature import FEATURE as STEPS
from crm.tasks.feature import FEATURE as TASKS
from crm.web.feature import Feature

FEATURES: tuple[Feature, ...] = (
    ACCOUNTS,
    PROJECTS,
    TASKS,
    STEPS,
    NEIGHBOURHOODS,
    STAKEHOLDERS,
    CONSENT,
    OWN_FIELDS,
    SEGMENTS,
    CONTACTS,
    MESSAGES,
    INITIATIVES,
    DESIGN_SESSIONS,
    NETWORKS,
    DEMO,
    HOME,
)
