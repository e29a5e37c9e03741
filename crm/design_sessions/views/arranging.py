"""What a planner does about a session and with its people."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core import access
from crm.core.i18n import _, ngettext
from crm.core.mail import Purpose
from crm.core.pagination import page_of
from crm.core.permissions import Actor
from crm.design_sessions.forms import people as forms
from crm.design_sessions.forms.people import PeopleForm
from crm.design_sessions.forms.planning import CopyForm
from crm.design_sessions.forms.reading import number
from crm.design_sessions.models import AnsweredBy, DesignSession, Invitation
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import answers
from crm.design_sessions.queries import people as people_queries
from crm.design_sessions.queries.mailing import without_invitation
from crm.design_sessions.queries.standings import call_list
from crm.design_sessions.services import answering, inviting, planning
from crm.design_sessions.views import mailing, pictures, wording
from crm.design_sessions.views.routes import pages, to_session
from crm.neighbourhoods.queries import in_use
from crm.projects.models import Project
from crm.segments import queries as segments
from crm.stakeholders.queries import condition_filter, persons
from crm.stakeholders.rules.visibility import shown_as
from crm.web.rendering import label, page, write_datetime

ONE = "/sessions/<int:session_id>"
INVITATION = f"{ONE}/invitations/<int:invitation_id>"
ARRANGE = SessionPermission.ARRANGE
# More than on other pages of the register: people are ticked, many in one go.
PER_PAGE = 100


@pages.get(f"{ONE}/cancel", requires=ARRANGE)
def cancel(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Ask whether the session is really off, and say how many people are told."""
    told = mailing.hearers(actor, found, Purpose.CANCELLATION)
    return page("design_sessions/cancel.html", design_session=found, **told)


@pages.post(f"{ONE}/cancel", requires=ARRANGE)
def cancel_session(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Cancel a session."""
    told = planning.cancel_session(actor, found)
    flash(_("The session is cancelled.") + " " + wording.told(told), "success")
    wording.flash_to_phone(found)
    return to_session(project, found.id)


@pages.post(f"{ONE}/reopen", requires=ARRANGE)
def reopen(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Let a cancelled session go on after all."""
    told = planning.reopen_session(actor, found)
    flash(_("The session goes on after all.") + " " + wording.told(told), "success")
    # Cancelling took back what had not left yet: those people were never told it goes on.
    if left := without_invitation(found):
        words = ngettext(
            "%(num)s person has no invitation yet, or it was taken back. Send it anew.",
            "%(num)s people have no invitation yet, or it was taken back. Send it anew.",
            left,
        )
        flash(words, "warning")
    wording.flash_to_phone(found)
    return to_session(project, found.id)


@pages.post(f"{ONE}/close-answers", requires=ARRANGE)
def close_answers(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Take no more answers by link."""
    planning.close_answers(actor, found)
    flash(_("Nobody can answer by link any more. You can still note answers."), "success")
    return to_session(project, found.id)


@pages.post(f"{ONE}/open-answers", requires=ARRANGE)
def open_answers(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Take answers again."""
    planning.open_answers(actor, found)
    flash(_("People can answer by their link again."), "success")
    return to_session(project, found.id)


@pages.get(f"{ONE}/copy", requires=ARRANGE)
def copy(_actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Ask when the next session is, and who of this one is invited to it."""
    return page("design_sessions/copy.html", design_session=found, form=CopyForm(found))


@pages.post(f"{ONE}/copy", requires=ARRANGE)
def copy_session(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Plan a next session from this one."""
    form = CopyForm(found)
    made = form.attempt(lambda new: planning.copy_session(actor, found, **new))
    if made is None:
        shown = {"design_session": found, "form": form}
        return page("design_sessions/copy.html", status=form.status, **shown)
    flash(_("The next session is planned. Nobody was written to yet."), "success")
    return to_session(project, made.id)


@pages.get(f"{ONE}/needs", requires=ARRANGE)
def needs(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show what people who may come need; who looks at it is noted."""
    # Needs may tell of somebody's health: every look is kept.
    access.note(access.Access("session.needs", ARRANGE.value, found.id))
    return page(
        "design_sessions/needs.html", design_session=found, needs=wording.needs(actor, found)
    )


@pages.post(f"{INVITATION}/take-off", requires=ARRANGE)
def take_off(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """Take one person off the list."""
    # An invitation that nobody knows of is deleted, and says no more what it was for.
    planned = found.design_session
    planning.uninvite(actor, found)
    flash(_("This person is off the list."), "success")
    wording.flash_to_phone(planned)
    return to_session(project, planned.id)


@pages.post(f"{INVITATION}/put-back", requires=ARRANGE)
def put_back(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """Put one person on the list again."""
    planning.reinvite(actor, found)
    # A link that was passed on, or that somebody gave back, does not open anything again.
    flash(_("This person is on the list again, with a new link. Send the invitation."), "success")
    return to_session(project, found.design_session_id)


@pages.post(f"{INVITATION}/renew-link", requires=ARRANGE)
def renew_link(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """End a link that came to somebody else."""
    inviting.renew_link(actor, found)
    flash(_("The old link has ended. Send the invitation again to the right address."), "success")
    return to_session(project, found.design_session_id)


@pages.post(f"{INVITATION}/keep-link", requires=ARRANGE)
def keep_link(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """Leave a link as it is, though somebody else opened it."""
    inviting.keep_link(actor, found)
    return to_session(project, found.design_session_id)


@pages.post("/sessions/proposals/<int:proposal_id>", requires=ARRANGE)
def decide(actor: Actor, project: Project, proposal_id: int) -> ResponseReturnValue:
    """Invite a colleague who was proposed, or decline."""
    proposal, form = answers.proposal(proposal_id), forms.DecisionForm()
    form.attempt(lambda chosen: inviting.decide_proposal(actor, proposal, **chosen))
    flash(form.outcome(), "danger" if form.is_refused else "success")
    # Also a refusal is told there: proposals stand on the page of the session.
    inviter = answers.invitation(proposal.invitation_id)
    return to_session(project, inviter.design_session_id)


@pages.get(f"{ONE}/invite", requires=ARRANGE)
def invite(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show people of the register to choose from."""
    return _offer(actor, project, found, PeopleForm())


@pages.post(f"{ONE}/invite", requires=ARRANGE)
def add(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Invite those who were ticked, or everybody whom the filter leaves."""
    form = PeopleForm()
    added = form.attempt(lambda chosen: _invite(actor, found, form, chosen))
    if added is None:
        return _offer(actor, project, found, form)
    flash(wording.invited(added), "success" if added else "info")
    # To the same page of the same filter, as inviting goes in several rounds.
    return redirect(request.full_path.rstrip("?"), 303)


@pages.get(f"{ONE}/invited", requires=ARRANGE)
def invited(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show the invited list, to change it."""
    return _invited(actor, found, PeopleForm())


@pages.post(f"{ONE}/invited", requires=ARRANGE)
def change_invited(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Take people off the list, or change what they are invited for."""
    form = PeopleForm()
    form.attempt(
        lambda chosen: inviting.change_invited(actor, found, removed=chosen[0], helixes=chosen[1])
    )
    if form.is_refused:
        return _invited(actor, found, form)
    flash(_("The invited list is saved."), "success")
    return to_session(project, found.id)


def _invite(actor: Actor, found: DesignSession, form: PeopleForm, ticked: forms.Ticked) -> int:
    ids, helixes = ticked
    if form.takes_everybody:
        _asked, _in_segment, chosen = _narrowed(actor, found)
        ids = people_queries.register_ids(chosen, found.day)
        # All whom a helix was chosen for hold it on the day; a choice beside a name goes before it.
        helixes = dict.fromkeys(ids, chosen.helix) | helixes if chosen.helix else helixes
    return inviting.invite(actor, found, person_ids=ids, helixes=helixes)


def _narrowed(
    actor: Actor, found: DesignSession
) -> tuple[forms.RegisterFilterForm, condition_filter.Narrowing, persons.PersonFilter]:
    """Return what the address asks for, what its segment means, and whom that leaves."""
    # The same for the page and for “everybody”: who is invited is who was listed.
    asked = forms.RegisterFilterForm(request.args)
    in_segment = people_queries.in_segment(actor, asked.segment.data, found.day)
    organisation_id = people_queries.organisation_id(asked.organisation.data or "")
    return asked, in_segment, asked.chosen(organisation_id, in_segment.meant)


def _offer(
    actor: Actor, project: Project, found: DesignSession, form: PeopleForm
) -> ResponseReturnValue:
    narrowed, in_segment, chosen = _narrowed(actor, found)
    narrowed.offer(in_use(project), persons.tags_in_use(actor), segments.choices(actor))
    statement = people_queries.register(chosen, found.day)
    people = page_of(statement, request.args.get("page", 1, type=int), per_page=PER_PAGE)
    return page(
        "design_sessions/invite.html",
        design_session=found,
        form=form,
        narrowed=narrowed,
        # A segment that is gone or somebody else's leads to nobody, and the page says why.
        in_segment=in_segment,
        helix=chosen.helix,
        typed=narrowed.typed(),
        people=people,
        rows=people_queries.offered(actor, found, people.items),
        ticked=set(request.form.getlist("person")),
        status=form.status,
    )


def _invited(actor: Actor, found: DesignSession, form: PeopleForm) -> ResponseReturnValue:
    everybody = people_queries.people_of(actor, found)
    return page(
        "design_sessions/invited.html",
        design_session=found,
        form=form,
        # Walk-ins were never invited: there is nothing of theirs to change here.
        rows=[person for person in everybody if person.invited_for is not None],
        gone=answers.gone(actor, found),
        status=form.status,
    )


@pages.get(f"{ONE}/calls", requires=ARRANGE)
def calls(actor: Actor, _project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show who is to be called; that the numbers were looked at is noted."""
    # Numbers of private persons stand here, one below the other.
    access.note(access.Access("session.calls", ARRANGE.value, found.id))
    return page(
        "design_sessions/calls.html",
        design_session=found,
        seats=pictures.live(found)["seats"],
        **wording.calls(call_list(actor, found)),
    )


@pages.post(f"{ONE}/calls/<int:invitation_id>", requires=ARRANGE)
def note_call(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """Note what came of a call, and go on with the next one."""
    form = forms.CallForm()
    stands = form.attempt(
        lambda call: inviting.note_call(actor, found, said=call[0], seen_sequence=call[1])
    )
    if stands:
        flash(wording.noted(stands, form.details()[0]), "success")
    else:
        flash(" ".join(form.refusals) or _("Choose one of the answers."), "danger")
    # Whoever was called may have left the list: the caller goes on below, not at its top.
    anchor = f"call-{number(form.following.data) or found.id}"
    slug, of = project.slug, found.design_session_id
    address = url_for("sessions.calls", project_slug=slug, session_id=of, _anchor=anchor)
    return redirect(address, 303)


@pages.get(f"{INVITATION}/answer", requires=ARRANGE)
def one_answer(actor: Actor, _project: Project, found: Invitation) -> ResponseReturnValue:
    """Show what somebody answered so far, and ask what they say now."""
    return _show(actor, found, forms.NotedAnswerForm.before(found))


@pages.post(f"{INVITATION}/answer", requires=ARRANGE)
def note_answer(actor: Actor, project: Project, found: Invitation) -> ResponseReturnValue:
    """Note what somebody said by phone or mail, also where they had answered before."""
    # As strict as a link: a planner who looks at an older page is told that it moved.
    form = forms.NotedAnswerForm()
    by = AnsweredBy.PLANNER
    noted = form.attempt(lambda heard: answering.answer(actor, found, by=by, **heard))
    if noted is None:
        return _show(actor, found, form)
    flash(wording.noted(noted.answer), "success")
    return to_session(project, found.design_session_id)


def _show(actor: Actor, invitation: Invitation, form: forms.NotedAnswerForm) -> ResponseReturnValue:
    # With who noted it: an answer by link may be corrected by phone, and the other way around.
    history = [
        {"at": write_datetime(event.at), "title": label(event.after), "text": label(event.by)}
        for event in answers.events_of(invitation)
    ]
    return page(
        "design_sessions/one_answer.html",
        design_session=invitation.design_session,
        invitation=invitation,
        name=shown_as(actor).name(invitation.person),
        history=history,
        form=form,
        status=form.status,
    )
