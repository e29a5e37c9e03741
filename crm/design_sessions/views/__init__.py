"""Pages of sessions."""

from crm.design_sessions.views import (
    arranging,
    attending,
    calls,
    feeds,
    files,
    inviting,
    mailing,
    noting,
    planning,
    sessions,
)
from crm.design_sessions.views.feeds import calendar_pages
from crm.design_sessions.views.routes import pages

__all__ = [
    "arranging",
    "attending",
    "calendar_pages",
    "calls",
    "feeds",
    "files",
    "inviting",
    "mailing",
    "noting",
    "pages",
    "planning",
    "sessions",
]
