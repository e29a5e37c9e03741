"""The manifest of projects."""

from crm.accounts.events import AccountDisabled, LinkAccepted
from crm.core.i18n import _l
from crm.projects import services, views
from crm.projects.policy import RULES, ProjectPermission
from crm.web.feature import Feature, NavigationItem

FEATURE = Feature(
    name="projects",
    pages=(views.workspace, views.pages),
    rules=RULES,
    navigation=(
        NavigationItem(_l("Colleagues"), "members.members", ProjectPermission.VIEW, place=90),
    ),
    reactions=((LinkAccepted, services.join_by_link), (AccountDisabled, services.keep_leaders)),
    setup=views.let_in,
)
