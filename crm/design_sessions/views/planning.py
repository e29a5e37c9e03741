"""Pages on which a session is planned and changed."""

from flask import flash
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms import SessionForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.services import SessionDetails
from crm.design_sessions.views import answer_words, wording, wording_of_mail
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.web.rendering import page


@pages.get("/sessions/new", requires=SessionPermission.ARRANGE)
def new(_actor: Actor, _project: Project) -> ResponseReturnValue:
    """Ask what the session is to be."""
    return page("design_sessions/new.html", form=SessionForm())


@pages.post("/sessions/new", requires=SessionPermission.ARRANGE)
def create(actor: Actor, project: Project) -> ResponseReturnValue:
    """Plan a session."""
    form = SessionForm()
    made = form.attempt(lambda details: services.add_session(actor, project, details=details))
    if made is None:
        return page("design_sessions/new.html", form=form, status=form.status)
    flash(_("The session is planned."), "success")
    return to_session(project, made.id)


@pages.get("/sessions/<int:session_id>/edit", requires=SessionPermission.ARRANGE)
def edit(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show what is known of a session, to change it."""
    found = queries.design_session(session_id)
    return _show(actor, SessionForm.of(found), found)


@pages.post("/sessions/<int:session_id>/edit", requires=SessionPermission.ARRANGE)
def change(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Change what is known of a session."""
    found, form = queries.design_session(session_id), SessionForm()
    told = form.attempt(lambda details: _edit(actor, found, details, form.seen_revision))
    if form.is_refused:
        return _show(actor, form, found)
    if told:
        flash(wording.told_of_change(told), "info")
    answer_words.flash_to_phone(found)
    return to_session(project, session_id)


def _show(actor: Actor, form: SessionForm, found: DesignSession) -> ResponseReturnValue:
    told = wording_of_mail.hearers(actor, found, Purpose.CHANGE)
    values = {"form": form, "design_session": found, **told}
    return page("design_sessions/edit.html", status=form.status, **values)


def _edit(actor: Actor, found: DesignSession, details: SessionDetails, revision: int) -> int:
    return services.edit_session(actor, found, details=details, revision=revision)
