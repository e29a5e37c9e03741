"""What a planner does about a session and with its people."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.errors import NotFound
from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import (
    CallForm,
    Chosen,
    DecisionForm,
    NotedAnswerForm,
    PeopleForm,
    RegisterFilterForm,
)
from crm.design_sessions.forms.planning import CopyForm
from crm.design_sessions.models import AnsweredBy, DesignSession, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers, sessions
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries.mailing import without_invitation
from crm.design_sessions.queries.standings import call_list
from crm.design_sessions.services import answering, inviting, planning
from crm.design_sessions.views import mailing, pictures, wording
from crm.design_sessions.views.routes import pages, to_session
from crm.neighbourhoods.queries import in_use
from crm.projects.models import Project
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.persons import PersonFilter, tags_in_use
from crm.stakeholders.queries.segments import choices
from crm.stakeholders.visibility import shown_as
from crm.web.rendering import page

ONE = "/sessions/<int:session_id>"
INVITATION = f"{ONE}/invitations/<int:invitation_id>"
ARRANGE = SessionPermission.ARRANGE


@pages.get(f"{ONE}/cancel", requires=ARRANGE)
def cancel(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Ask whether the session is really off, and say how many people are told."""
    found = sessions.design_session(session_id)
    told = mailing.hearers(actor, found, Purpose.CANCELLATION)
    return page("design_sessions/cancel.html", design_session=found, **told)


@pages.post(f"{ONE}/cancel", requires=ARRANGE)
def cancel_session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Cancel a session."""
    found = sessions.design_session(session_id)
    told = planning.cancel_session(actor, found)
    flash(_("The session is cancelled.") + " " + wording.told(told), "success")
    wording.flash_to_phone(found)
    return to_session(project, session_id)


@pages.post(f"{ONE}/reopen", requires=ARRANGE)
def reopen(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Let a cancelled session go on after all."""
    found = sessions.design_session(session_id)
    told = planning.reopen_session(actor, found)
    flash(_("The session goes on after all.") + " " + wording.told(told), "success")
    if number := without_invitation(found):
        flash(wording.to_be_invited(number), "warning")
    wording.flash_to_phone(found)
    return to_session(project, session_id)


@pages.post(f"{ONE}/close-answers", requires=ARRANGE)
def close_answers(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take no more answers by link."""
    planning.close_answers(actor, sessions.design_session(session_id))
    flash(_("Nobody can answer by link any more. You can still note answers."), "success")
    return to_session(project, session_id)


@pages.post(f"{ONE}/open-answers", requires=ARRANGE)
def open_answers(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take answers again."""
    planning.open_answers(actor, sessions.design_session(session_id))
    flash(_("People can answer by their link again."), "success")
    return to_session(project, session_id)


@pages.get(f"{ONE}/copy", requires=ARRANGE)
def copy(_actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Ask when the next session is, and who of this one is invited to it."""
    found = sessions.design_session(session_id)
    return page("design_sessions/copy.html", design_session=found, form=CopyForm(found))


@pages.post(f"{ONE}/copy", requires=ARRANGE)
def copy_session(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Plan a next session from this one."""
    found = sessions.design_session(session_id)
    form = CopyForm(found)
    made = form.attempt(
        lambda new: planning.copy_session(
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
    found = sessions.design_session(session_id)
    access.note(access.Access("session.needs", ARRANGE.value, found.id))
    wanted = wording.needs(actor, answers.needs_of(found))
    return page("design_sessions/needs.html", design_session=found, needs=wanted)


@pages.post(f"{INVITATION}/take-off", requires=ARRANGE)
def take_off(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Take one person off the list."""
    found = invitation_to(session_id, invitation_id)
    planning.uninvite(actor, found)
    flash(_("This person is off the list."), "success")
    wording.flash_to_phone(sessions.design_session(session_id))
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/put-back", requires=ARRANGE)
def put_back(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Put one person on the list again."""
    planning.reinvite(actor, invitation_to(session_id, invitation_id))
    flash(_("This person is on the list again, with a new link. Send the invitation."), "success")
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/renew-link", requires=ARRANGE)
def renew_link(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """End a link that came to somebody else."""
    inviting.renew_link(actor, invitation_to(session_id, invitation_id))
    flash(_("The old link has ended. Send the invitation again to the right address."), "success")
    return to_session(project, session_id)


@pages.post(f"{INVITATION}/keep-link", requires=ARRANGE)
def keep_link(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Leave a link as it is, though somebody else opened it."""
    inviting.keep_link(actor, invitation_to(session_id, invitation_id))
    return to_session(project, session_id)


@pages.post("/sessions/proposals/<int:proposal_id>", requires=ARRANGE)
def decide(actor: Actor, project: Project, proposal_id: int) -> ResponseReturnValue:
    """Invite a colleague who was proposed, or decline."""
    proposal, form = answers.proposal(proposal_id), DecisionForm()
    form.attempt(
        lambda chosen: inviting.decide_proposal(
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


PER_PAGE = 100


@pages.get("/sessions/<int:session_id>/invite", requires=SessionPermission.ARRANGE)
def invite(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show people of the register to choose from."""
    return _offer(actor, project, sessions.design_session(session_id), PeopleForm())


@pages.post("/sessions/<int:session_id>/invite", requires=SessionPermission.ARRANGE)
def add(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Invite those who were ticked, or everybody whom the filter leaves."""
    found, form = sessions.design_session(session_id), PeopleForm()
    number = form.attempt(lambda chosen: _invite(actor, found, chosen))
    if number is None:
        return _offer(actor, project, found, form)
    flash(wording.invited(number), "success" if number else "info")
    here = request.full_path.rstrip("?")
    return redirect(here, 303)


@pages.get("/sessions/<int:session_id>/invited", requires=SessionPermission.ARRANGE)
def invited(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show the invited list, to change it."""
    return _invited(actor, sessions.design_session(session_id), PeopleForm())


@pages.post("/sessions/<int:session_id>/invited", requires=SessionPermission.ARRANGE)
def change_invited(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Take people off the list, or change what they are invited for."""
    found, form = sessions.design_session(session_id), PeopleForm()
    form.attempt(
        lambda chosen: inviting.change_invited(
            actor, found, helixes=chosen.helixes, removed=chosen.person_ids
        )
    )
    if form.is_refused:
        return _invited(actor, found, form)
    flash(_("The invited list is saved."), "success")
    return to_session(project, session_id)


def _invite(actor: Actor, design_session: DesignSession, chosen: Chosen) -> int:
    ids, helixes = chosen.person_ids, chosen.helixes
    if chosen.everybody:
        asked = RegisterFilterForm(request.args)
        narrowed = _chosen(asked, _in_segment(actor, asked, design_session))
        ids = people_queries.register_ids(narrowed, design_session.day)
        # All whom a helix was chosen for hold it on the day; a choice beside a name goes before it.
        helixes = dict.fromkeys(ids, narrowed.helix) | helixes if narrowed.helix else helixes
    return inviting.invite(actor, design_session, person_ids=ids, helixes=helixes)


def _offer(
    actor: Actor, project: Project, design_session: DesignSession, form: PeopleForm
) -> ResponseReturnValue:
    narrowed = _filter(actor, project)
    in_segment = _in_segment(actor, narrowed, design_session)
    chosen = _chosen(narrowed, in_segment)
    statement = people_queries.register(chosen, design_session.day)
    people = page_of(statement, request.args.get("page", 1, type=int), per_page=PER_PAGE)
    return page(
        "design_sessions/invite.html",
        design_session=design_session,
        form=form,
        narrowed=narrowed,
        in_segment=in_segment,
        helix=chosen.helix,
        typed=_typed(),
        people=people,
        rows=people_queries.offered(actor, design_session, people.items),
        ticked=set(request.form.getlist("person")),
        status=form.status,
    )


def _invited(actor: Actor, design_session: DesignSession, form: PeopleForm) -> ResponseReturnValue:
    people = people_queries.people_of(actor, design_session)
    return page(
        "design_sessions/invited.html",
        design_session=design_session,
        form=form,
        rows=[one for one in people if one.invited_for is not None],
        gone=answers.gone(actor, design_session),
        status=form.status,
    )


def _filter(actor: Actor, project: Project) -> RegisterFilterForm:
    form = RegisterFilterForm(request.args)
    form.offer(in_use(project), tags_in_use(actor), choices(actor))
    return form


def _in_segment(actor: Actor, form: RegisterFilterForm, design_session: DesignSession) -> Narrowing:
    return people_queries.in_segment(actor, form.segment.data, design_session.day)


def _chosen(form: RegisterFilterForm, in_segment: Narrowing) -> PersonFilter:
    return form.chosen(
        people_queries.organisation_id(form.organisation.data or ""), in_segment.meant
    )


def _typed() -> dict[str, str]:
    return RegisterFilterForm(request.args).typed()


@pages.get(f"{ONE}/calls", requires=ARRANGE)
def calls(actor: Actor, _project: Project, session_id: int) -> ResponseReturnValue:
    """Show who is to be called; that the numbers were looked at is noted."""
    found = sessions.design_session(session_id)
    access.note(access.Access("session.calls", ARRANGE.value, found.id))
    return page(
        "design_sessions/calls.html",
        design_session=found,
        seats=pictures.live(found)["seats"],
        **wording.calls(call_list(actor, found)),
    )


@pages.post(f"{ONE}/calls/<int:invitation_id>", requires=ARRANGE)
def note_call(
    actor: Actor, project: Project, session_id: int, invitation_id: int
) -> ResponseReturnValue:
    """Note what came of a call, and go on with the next one."""
    found, form = invitation_to(session_id, invitation_id), CallForm()
    stands = form.attempt(
        lambda one: inviting.note_call(actor, found, said=one.said, seen_sequence=one.seen_sequence)
    )
    words = wording.noted(form.details().said, stands) if stands else form.said_no()
    flash(words, "success" if stands else "danger")
    anchor = f"call-{form.next_id or invitation_id}"
    slug = project.slug
    address = url_for("sessions.calls", project_slug=slug, session_id=session_id, _anchor=anchor)
    return redirect(address, 303)


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
    flash(wording.noted_as(noted.answer), "success")
    return to_session(project, session_id)


def _note(actor: Actor, invitation: Invitation, heard: tuple[Any, int]) -> Invitation:
    given, seen = heard
    by = AnsweredBy.PLANNER
    return answering.answer(actor, invitation, answer=given, by=by, seen_sequence=seen)


def _show(actor: Actor, invitation: Invitation, form: NotedAnswerForm) -> ResponseReturnValue:
    return page(
        "design_sessions/one_answer.html",
        design_session=invitation.design_session,
        invitation=invitation,
        name=shown_as(actor).name(invitation.person),
        history=wording.history(answers.events_of(invitation)),
        form=form,
        status=form.status,
    )
