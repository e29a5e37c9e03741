"""The addresses of sessions begin here."""

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.permissions import Actor, Permission
from crm.design_sessions.models import AttendanceList, DesignSession, Invitation
from crm.design_sessions.queries import answers, attendance_lists, sessions
from crm.projects.models import Project
from crm.web.downloads import csv_file, excel_file
from crm.web.pages import Pages, View

# The name of a file without the day, its headings and its rows.
Table = tuple[str, list[object], Sequence[Sequence[object]]]


class SessionPages(Pages):
    """
    Pages of which a view receives third what its address is about, in place of the ids in it.

    That is a session, or an invitation to it or an attendance list of it where one is named.
    """

    def files(self, address: str, *, requires: Permission) -> Callable[[Callable[..., Table]], Any]:
        """Declare `people` as the pages `people_csv` and `people_excel`, to be kept as files."""

        def decorate(table: Callable[..., Table]) -> Callable[..., Table]:
            for kind, suffix, write in (("csv", "csv", csv_file), ("excel", "xlsx", excel_file)):
                # Each takes its own `write` along: the loop has gone on when a view is called.
                def view(*about: Any, write: Callable[..., Response] = write) -> Response:
                    return write(*table(*about))

                view.__name__ = f"{table.__name__}_{kind}"
                self.get(f"{address}.{suffix}", requires=requires)(view)
            return table

        return decorate

    def _guard(self, view: View, requires: Permission, method: str) -> View:
        @wraps(view)
        def loaded(actor: Actor, project: Project, **given: Any) -> ResponseReturnValue:
            ids = [given.pop(name, None) for name in ("session_id", "invitation_id", "list_id")]
            about = [] if ids[0] is None else [_named(*ids)]
            return view(actor, project, *about, **given)

        # Inside the guard: who may not see a session does not learn whether there is one.
        return super()._guard(loaded, requires, method)


def _named(
    session_id: int, invitation_id: int | None, list_id: int | None
) -> DesignSession | Invitation | AttendanceList:
    if invitation_id is not None:
        found = answers.invitation(invitation_id)
        # An address that was put together from two sessions leads nowhere.
        if found.design_session_id != session_id:
            raise NotFound
        return found
    design_session = sessions.design_session(session_id)
    if list_id is None:
        return design_session
    return attendance_lists.attendance_list(design_session, list_id)


pages = SessionPages("sessions")


def to_session(project: Project, session_id: int) -> ResponseReturnValue:
    """Send the reader to the page of a session."""
    address = url_for("sessions.session", project_slug=project.slug, session_id=session_id)
    return redirect(address, 303)
