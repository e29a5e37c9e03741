"""The start pages, language and look."""

from crm.home.views.start import pages, project_pages

__all__ = ["pages", "project_pages"]
