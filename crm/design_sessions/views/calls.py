"""The call list: who did not answer, with their numbers, and a key for what they say."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms import CallForm
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries.calls import call_list
from crm.design_sessions.views import answer_words, pictures
from crm.design_sessions.views.arranging import ONE, invitation_to
from crm.design_sessions.views.routes import pages
from crm.projects.models import Project
from crm.web.rendering import page

ARRANGE = SessionPermission.ARRANGE


@pages.get(f"{ONE}/calls", requires=ARRANGE)
def calls(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show who is to be called; that the numbers were looked at is noted."""
    found = queries.design_session(session_id)
    access.note(access.Access("session.calls", ARRANGE.value, found.id))
    return page(
        "design_sessions/calls.html",
        design_session=found,
        seats=pictures.live(found)["seats"],
        **answer_words.calls(call_list(actor, found)),
    )


@pages.post(f"{ONE}/calls/<int:invitation_id>", requires=ARRANGE)
def note_call(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Note what came of a call, and go on with the next one."""
    found, form = invitation_to(session_id, invitation_id), CallForm()
    stands = form.attempt(
        lambda one: services.note_call(actor, found, said=one.said, seen_sequence=one.seen_sequence)
    )
    words = answer_words.noted(form.details().said, stands) if stands else form.said_no()
    flash(words, "success" if stands else "danger")
    anchor = f"call-{form.next_id or invitation_id}"
    slug = project.slug
    address = url_for("sessions.calls", project_slug=slug, session_id=session_id, _anchor=anchor)
    return redirect(address, 303)
