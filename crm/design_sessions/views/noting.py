"""The answer of one person: what was said so far, and what a planner hears and notes."""

from typing import Any

from flask import flash
from flask.typing import ResponseReturnValue

from crm.core.permissions import Actor
from crm.design_sessions.forms.noting import NotedAnswerForm
from crm.design_sessions.models import AnsweredBy, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.services import answering
from crm.design_sessions.views import answer_words
from crm.design_sessions.views.arranging import INVITATION, invitation_to
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.stakeholders.visibility import shown_as
from crm.web.rendering import page

ARRANGE = SessionPermission.ARRANGE


@pages.get(f"{INVITATION}/answer", requires=ARRANGE)
def one_answer(
    actor: Actor, _project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Show what somebody answered so far, and ask what they say now."""
    found = invitation_to(session_id, invitation_id)
    return _show(actor, found, NotedAnswerForm.before(found))


@pages.post(f"{INVITATION}/answer", requires=ARRANGE)
def note_answer(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Note what somebody said by phone or mail, also where they had answered before."""
    found, form = invitation_to(session_id, invitation_id), NotedAnswerForm()
    noted = form.attempt(lambda heard: _note(actor, found, heard))
    if noted is None:
        return _show(actor, found, form)
    flash(answer_words.noted_as(noted.answer), "success")
    return to_session(project, session_id)


def _note(actor: Actor, invitation: Invitation, heard: tuple[Any, int]) -> Invitation:
    given, seen = heard
    by = AnsweredBy.PLANNER
    return answering.answer(actor, invitation, given=given, by=by, seen_sequence=seen)


def _show(actor: Actor, invitation: Invitation, form: NotedAnswerForm) -> ResponseReturnValue:
    return page(
        "design_sessions/one_answer.html",
        design_session=invitation.design_session,
        invitation=invitation,
        name=shown_as(actor).name(invitation.person),
        history=answer_words.history(answers.events_of(invitation)),
        form=form,
        status=form.status,
    )
