"""Pages on which mail to the people of a session is looked at and sent."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.forms.mailing import GivenForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries.mailing import Mailing, came, mailing
from crm.design_sessions.services import mailing as sending
from crm.design_sessions.views import wording_of_mail as wording
from crm.design_sessions.views.routes import pages
from crm.messages.forms import SendForm
from crm.messages.policy import MessagePermission
from crm.messages.views import free_messages, letters
from crm.projects.models import Project
from crm.web.rendering import page

ONE = "/sessions/<int:session_id>"
SEND = MessagePermission.SEND
# Two forms on one page: the names of the second begin with this.
GIVEN = "given-"


@pages.get(f"{ONE}/send-invitations", requires=SEND)
def invitations_to_send(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show who would get an invitation, and who not and why."""
    return _show(actor, project, mailing(_session(session_id), Purpose.INVITE))


@pages.post(f"{ONE}/send-invitations", requires=SEND)
def send_invitations(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Send the invitations."""
    return _send(actor, project, _session(session_id), Purpose.INVITE)


@pages.post(f"{ONE}/send-invitations/gave-address", requires=SEND)
def note_given(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Note that people gave their address for this session."""
    found, form = _session(session_id), GivenForm(prefix=GIVEN)
    form.attempt(
        lambda given: sending.note_given(actor, found, person_ids=given[0], reason=given[1])
    )
    if form.is_refused:
        return _show(actor, project, mailing(found, Purpose.INVITE), given=form)
    flash(_("Noted. They get an invitation, too."), "success")
    return redirect(wording.address(project, found, Purpose.INVITE), 303)


@pages.get(f"{ONE}/send-reminders", requires=SEND)
def reminders_to_send(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show who would be reminded."""
    return _show(actor, project, mailing(_session(session_id), Purpose.REMINDER))


@pages.post(f"{ONE}/send-reminders", requires=SEND)
def send_reminders(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Remind those who did not answer."""
    return _send(actor, project, _session(session_id), Purpose.REMINDER)


@pages.get(f"{ONE}/send-thanks", requires=SEND)
def thanks_to_send(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show who would be thanked."""
    return _show(actor, project, mailing(_session(session_id), Purpose.THANKS))


@pages.post(f"{ONE}/send-thanks", requires=SEND)
def send_thanks(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Thank those who came."""
    return _send(actor, project, _session(session_id), Purpose.THANKS)


@pages.get(f"{ONE}/letters/<purpose>/<int:person_id>", requires=SEND)
def letter(
    _actor: Actor, _project: Project, session_id: int, purpose: str, person_id: int
) -> ResponseReturnValue:
    """Give the message to one person in HTML, sealed: for a frame, or by itself."""
    who = mailing(_session(session_id), wording.purpose_of(purpose), person_id=person_id)
    found = wording.rendered(who, who.selection.to[0]) if who.selection.to else None
    return letters.sealed(found)


@pages.get(f"{ONE}/write", requires=SEND)
def write(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Write to those who came."""
    return _write(actor, project, _session(session_id))


@pages.post(f"{ONE}/write", requires=SEND)
def send_written(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Send what was written to those who came, or show first how it reads."""
    return _write(actor, project, _session(session_id))


@pages.get(f"{ONE}/ask-consent", requires=SEND)
def consent_to_ask(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Show whom of those who came a request for consent would reach."""
    return _ask(actor, project, _session(session_id))


@pages.post(f"{ONE}/ask-consent", requires=SEND)
def ask_consent(actor: Actor, project: Project, session_id: int) -> ResponseReturnValue:
    """Ask those who came for consent, once."""
    return _ask(actor, project, _session(session_id))


def _write(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    about = _("To those who came to %(title)s", title=found.title)
    return free_messages.write(actor, project, came(found), about=about)


def _ask(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    about = _("Of those who came to %(title)s", title=found.title)
    return free_messages.ask(actor, project, came(found), about=about)


def _session(session_id: int) -> DesignSession:
    return queries.design_session(session_id)


def _send(
    actor: Actor, project: Project, found: DesignSession, purpose: Purpose
) -> ResponseReturnValue:
    form = SendForm().at(found.zone)
    batch = form.attempt(lambda how: sending.send(actor, found, purpose=purpose, how=how))
    if batch is None:
        return _show(actor, project, mailing(found, purpose), form=form)
    flash(_("The messages are in the queue. Here you see how it goes."), "success")
    return redirect(url_for("messages.batch", project_slug=project.slug, batch_id=batch.id), 303)


def _show(
    actor: Actor,
    project: Project,
    who: Mailing,
    *,
    form: SendForm | None = None,
    given: GivenForm | None = None,
) -> ResponseReturnValue:
    form = form or SendForm(formdata=None)
    given = given or GivenForm(formdata=None, prefix=GIVEN)
    return page(
        "design_sessions/mailing.html",
        form=form,
        given=given,
        ticked=set(request.form.getlist("person")),
        status=max(form.status, given.status),
        **wording.shown(actor, project, who),
    )
