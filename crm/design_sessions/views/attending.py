"""The page on which attendance is taken, walk-ins among it, with one save."""

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms import AttendanceForm
from crm.design_sessions.forms.attending import Taken
from crm.design_sessions.models import AttendanceStatus, DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.views import wording
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.web.rendering import label, page


@pages.get("/sessions/<int:session_id>/attendance", requires=SessionPermission.ARRANGE)
def attendance(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show everybody who was invited, to note who came."""
    return _show(actor, queries.design_session(session_id), AttendanceForm())


@pages.post("/sessions/<int:session_id>/attendance", requires=SessionPermission.ARRANGE)
def take_attendance(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Note who came."""
    found, form = queries.design_session(session_id), AttendanceForm()
    changed = form.attempt(lambda taken: _take(actor, found, taken))
    if changed is None:
        return _show(actor, found, form)
    flash(wording.saved(changed), "success" if changed else "info")
    return to_session(project, session_id)


@pages.post("/sessions/<int:session_id>/attendance/lines", requires=SessionPermission.ARRANGE)
def more_lines(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the page with what was typed and room for more walk-ins; nothing is saved."""
    form = AttendanceForm()
    form.add_lines()
    return _show(actor, queries.design_session(session_id), form)


@pages.post("/sessions/<int:session_id>/attendance/names", requires=SessionPermission.ARRANGE)
def look_up_names(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the page with what was typed and who in the register has such names."""
    found, form = queries.design_session(session_id), AttendanceForm()
    form.known = {line: queries.ids_found(name) for line, name in form.names().items()}
    return _show(actor, found, form)


@pages.get("/sessions/<int:session_id>/attendance/people", requires=SessionPermission.ARRANGE)
def find_people(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Give the people of the register whose words begin like those typed; for the page's script."""
    found = queries.design_session(session_id)
    known = {0: queries.ids_found(request.args.get("q", ""))}
    offered = queries.to_choose_from(actor, found, known)[0]
    return jsonify([{"id": number, "name": words} for number, words in offered.items()])


def _take(actor: Actor, design_session: DesignSession, taken: Taken) -> int:
    return services.take_attendance(
        actor, design_session, noted=taken.noted, walk_ins=taken.walk_ins
    )


def _show(actor: Actor, design_session: DesignSession, form: AttendanceForm) -> ResponseReturnValue:
    form.offer(queries.to_choose_from(actor, design_session, form.offered()))
    return page(
        "design_sessions/attendance.html",
        design_session=design_session,
        form=form,
        rows=queries.people_of(actor, design_session),
        statuses=[(one, label(one), key) for one, key in zip(AttendanceStatus, "pen", strict=True)],
        status=form.status,
    )
