"""The start pages, search, language and look."""

from crm.home.views.accounts import pages as accounts_pages
from crm.home.views.searching import address_of
from crm.home.views.searching import pages as search_pages
from crm.home.views.start import pages, project_pages

__all__ = ["accounts_pages", "address_of", "pages", "project_pages", "search_pages"]
