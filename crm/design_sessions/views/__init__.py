"""Pages of sessions."""

from crm.design_sessions.views import attending, files, inviting, planning, sessions
from crm.design_sessions.views.routes import pages

__all__ = ["attending", "files", "inviting", "pages", "planning", "sessions"]
