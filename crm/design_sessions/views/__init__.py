"""Pages of sessions."""

from crm.design_sessions.views import attending, feeds, files, inviting, mailing, planning, sessions
from crm.design_sessions.views.feeds import calendar_pages
from crm.design_sessions.views.routes import pages

__all__ = [
    "attending",
    "calendar_pages",
    "feeds",
    "files",
    "inviting",
    "mailing",
    "pages",
    "planning",
    "sessions",
]
