"""What a planner does with a session that there is: cancel, reopen, close, copy, and its people."""

from flask import flash
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions import queries, services
from crm.design_sessions.forms import CopyForm, DecisionForm
from crm.design_sessions.models import Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.queries.mailing import without_invitation
from crm.design_sessions.views import answer_words, wording_of_mail
from crm.design_sessions.views.routes import pages, to_session
from crm.projects.models import Project
from crm.web.rendering import page

ONE = "/sessions/<int:session_id>"
INVITATION = f"{ONE}/invitations/<int:invitation_id>"
ARRANGE = SessionPermission.ARRANGE


@pages.get(f"{ONE}/cancel", requires=ARRANGE)
def cancel(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Ask whether the session is really off, and say how many people are told."""
    found = queries.design_session(session_id)
    told = wording_of_mail.hearers(actor, found, Purpose.CANCELLATION)
    return page("design_sessions/cancel.html", design_session=found, **told)


@pages.post(f"{ONE}/cancel", requires=ARRANGE)
def cancel_session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Cancel a session."""
    found = queries.design_session(session_id)
    told = services.cancel_session(actor, found)
    flash(_("The session is cancelled.") + " " + answer_words.told(told), "success")
    answer_words.flash_to_phone(found)
    return to_session(project, session_id)


@pages.post(f"{ONE}/reopen", requires=ARRANGE)
def reopen(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Let a cancelled session go on after all."""
    found = queries.design_session(session_id)
    told = services.reopen_session(actor, found)
    flash(_("The session goes on after all.") + " " + answer_words.told(told), "success")
    if number := without_invitation(found):
        flash(answer_words.to_be_invited(number), "warning")
    answer_words.flash_to_phone(found)
    return to_session(project, session_id)


@pages.post(f"{ONE}/close-answers", requires=ARRANGE)
def close_answers(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take no more answers by link."""
    services.close_answers(actor, queries.design_session(session_id))
    flash(_("Nobody can answer by link any more. You can still note answers."), "success")
    return to_session(project, session_id)


@pages.post(f"{ONE}/open-answers", requires=ARRANGE)
def open_answers(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take answers again."""
    services.open_answers(actor, queries.design_session(session_id))
    flash(_("People can answer by their link again."), "success")
    return to_session(project, session_id)


@pages.get(f"{ONE}/copy", requires=ARRANGE)
def copy(_actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Ask when the next session is, and who of this one is invited to it."""
    found = queries.design_session(session_id)
    return page("design_sessions/copy.html", design_session=found, form=CopyForm(found))


@pages.post(f"{ONE}/copy", requires=ARRANGE)
def copy_session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Plan a next session from this one."""
    found = queries.design_session(session_id)
    form = CopyForm(found)
    made = form.attempt(
        lambda new: services.copy_session(
            actor, found, starts=new.starts, ends=new.ends, who=new.who
        )
    )
    if made is None:
        values = {"design_session": found, "form": form}
        return page("design_sessions/copy.html", status=form.status, **values)
    flash(_("The next session is planned. Nobody was written to yet."), "success")
    return to_session(project, made.id)


@pages.get(f"{ONE}/needs", requires=ARRANGE)
def needs(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show what people who may come need; who looks at it is noted."""
    found = queries.design_session(session_id)
    access.note(access.Access("session.needs", ARRANGE.value, found.id))
    wanted = answer_words.needs(actor, answers.needs_of(found))
    return page("design_sessions/needs.html", design_session=found, needs=wanted)


@pages.post(f"{INVITATION}/take-off", requires=ARRANGE)
def take_off(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Take one person off the list."""
    found = invitation_to(session_id, invitation_id)
    services.uninvite(actor, found)
    flash(_("This person is off the list."), "success")
    answer_words.flash_to_phone(queries.design_session(session_id))
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/put-back", requires=ARRANGE)
def put_back(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Put one person on the list again."""
    services.reinvite(actor, invitation_to(session_id, invitation_id))
    flash(_("This person is on the list again, with a new link. Send the invitation."), "success")
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/renew-link", requires=ARRANGE)
def renew_link(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """End a link that came to somebody else."""
    services.renew_link(actor, invitation_to(session_id, invitation_id))
    flash(_("The old link has ended. Send the invitation again to the right address."), "success")
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/keep-link", requires=ARRANGE)
def keep_link(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Leave a link as it is, though somebody else opened it."""
    services.keep_link(actor, invitation_to(session_id, invitation_id))
    return to_session(project, session_id)


@pages.post("/sessions/proposals/<int:proposal_id>", requires=ARRANGE)
def decide(actor: Actor, project: Project, proposal_id: int) -> ResponseReturnValue:
    """Invite a colleague who was proposed, or decline."""
    proposal, form = answers.proposal(proposal_id), DecisionForm()
    form.attempt(
        lambda chosen: services.decide_proposal(
            actor, proposal, state=chosen.state, helix=chosen.helix, person_id=chosen.person_id
        )
    )
    flash(form.outcome(), "danger" if form.is_refused else "success")
    inviter = answers.invitation(proposal.invitation_id)
    return to_session(project, inviter.design_session_id)


def invitation_to(session_id: int, invitation_id: int) -> Invitation:
    """
    Return an invitation to this very session.

    :raises NotFound: if it is to another one
    """
    found = answers.invitation(invitation_id)
    if found.design_session_id != session_id:
        raise NotFound
    return found
