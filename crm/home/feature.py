"""The manifest of the start pages."""

from crm.core.i18n import _l
from crm.home import views
from crm.home.policy import RULES, HomePermission
from crm.web.feature import Feature, NavigationItem

FEATURE = Feature(
    name="home",
    pages=(views.pages, views.project_pages),
    rules=RULES,
    navigation=(NavigationItem(_l("Start"), "start.project", HomePermission.PROJECT, place=0),),
)
