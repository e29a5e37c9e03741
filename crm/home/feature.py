"""The manifest of the start pages."""

from crm.core.i18n import _l
from crm.home import views
from crm.home.policy import RULES, HomePermission
from crm.web.feature import Feature, NavigationItem

FEATURE = Feature(
    name="home",
    pages=(views.pages, views.project_pages, views.search_pages, views.accounts_pages),
    search_page="search.results",
    setup=lambda app: app.jinja_env.globals.update(address_of=views.address_of),
    rules=RULES,
    navigation=(NavigationItem(_l("Start"), "start.project", HomePermission.PROJECT, place=0),),
)
