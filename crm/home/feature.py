"""The manifest of the start pages."""

from flask import Flask

from crm.core.i18n import _l
from crm.home import views
from crm.home.policy import RULES, HomePermission
from crm.web.feature import Feature, NavigationItem


def _lead_to_hits(app: Flask) -> None:
    app.jinja_env.globals.update(address_of=views.address_of)


FEATURE = Feature(
    name="home",
    pages=(views.pages, views.project_pages, views.search_pages, views.accounts_pages),
    search_page="search.results",
    setup=_lead_to_hits,
    rules=RULES,
    navigation=(NavigationItem(_l("Start"), "start.project", HomePermission.PROJECT, place=0),),
)
