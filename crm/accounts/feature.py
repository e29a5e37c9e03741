"""The manifest of accounts."""

from datetime import timedelta

from crm.accounts import jobs
from crm.accounts.models import AccountState, LinkPurpose, Theme
from crm.accounts.policy import RULES
from crm.accounts.services import POST_RESET
from crm.accounts.views import entering, entry, links
from crm.core.i18n import _l
from crm.core.permissions import Role
from crm.web.feature import Feature, JobKind

FEATURE = Feature(
    name="accounts",
    pages=(entering.pages, links.pages),
    rules=RULES,
    labels=(
        {
            Role.LEADER: _l("Project leader"),
            Role.PLANNER: _l("Session planner"),
            Role.REVIEWER: _l("Reviewer"),
        },
        {AccountState.ACTIVE: _l("May sign in"), AccountState.DISABLED: _l("Disabled")},
        {Theme.AUTO: _l("As the device"), Theme.LIGHT: _l("Light"), Theme.DARK: _l("Dark")},
        {
            LinkPurpose.FIRST_ADMINISTRATOR: _l("First administrator"),
            LinkPurpose.JOIN: _l("Invitation"),
            LinkPurpose.RESET: _l("New password"),
            LinkPurpose.ADDRESS: _l("Your e-mail address"),
        },
    ),
    jobs=(
        JobKind("accounts.clear_ended_sessions", jobs.clear_ended_sessions, timedelta(hours=6)),
        JobKind("accounts.clear_past_counts", jobs.clear_past_counts, timedelta(hours=1)),
        JobKind(POST_RESET, jobs.post_reset),
    ),
    setup=entry.init,
)
