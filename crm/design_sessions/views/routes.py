"""The addresses of sessions begin here."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.projects.models import Project
from crm.web.pages import Pages

pages = Pages("sessions")


def to_session(project: Project, session_id: int) -> ResponseReturnValue:
    """Send the reader to the page of a session."""
    address = url_for("sessions.session", project_slug=project.slug, session_id=session_id)
    return redirect(address, 303)
