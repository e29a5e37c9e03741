"""Pages of sessions."""

from crm.design_sessions.views import arranging, attending, feeds, mailing, sessions
from crm.design_sessions.views.feeds import calendar_pages
from crm.design_sessions.views.routes import pages

__all__ = ["arranging", "attending", "calendar_pages", "feeds", "mailing", "pages", "sessions"]
