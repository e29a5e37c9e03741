"""The addresses of sessions begin here."""

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.design_sessions.models import AttendanceList, DesignSession, Invitation
from crm.design_sessions.queries import answers, attendance_lists, sessions
from crm.projects.models import Project
from crm.web.pages import Pages


def about(ids: dict[str, Any]) -> list[DesignSession | Invitation | AttendanceList]:
    """Return the session that an address names, or what it names of one, for a view to get."""
    session_id, invitation_id, list_id = (
        ids.pop(name, None) for name in ("session_id", "invitation_id", "list_id")
    )
    if session_id is None:
        return []
    if invitation_id is not None:
        found = answers.invitation(invitation_id)
        # An address that was put together from two sessions leads nowhere.
        if found.design_session_id != session_id:
            raise NotFound
        return [found]
    design_session = sessions.design_session(session_id)
    if list_id is None:
        return [design_session]
    return [attendance_lists.attendance_list(design_session, list_id)]


pages = Pages("sessions", find=about)


def to_session(project: Project, session_id: int) -> ResponseReturnValue:
    """Send the reader to the page of a session."""
    address = url_for("sessions.session", project_slug=project.slug, session_id=session_id)
    return redirect(address, 303)
