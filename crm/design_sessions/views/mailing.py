"""Pages about mail to the people of a session."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.i18n import _, written_number
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import GivenForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import sessions
from crm.design_sessions.queries.mailing import (
    Hearing,
    Mailing,
    batches_of,
    came,
    hearing,
    latest_invitations,
    mailing,
)
from crm.design_sessions.services import mailing as sending
from crm.design_sessions.views.routes import pages
from crm.messages.forms import SendForm
from crm.messages.policy import MessagePermission
from crm.messages.queries import previews
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.previews import Reading
from crm.messages.rules.rendering import Rendered
from crm.messages.views import free_messages, letters, wording
from crm.messages.views.wording import SLUGS
from crm.projects.models import Project
from crm.stakeholders.visibility import shown_as
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
    return redirect(address(project, found, Purpose.INVITE), 303)


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
    who = mailing(_session(session_id), purpose_of(purpose), person_id=person_id)
    found = rendered(who, who.selection.to[0]) if who.selection.to else None
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
    return sessions.design_session(session_id)


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
        **shown(actor, project, who),
    )


PAGES = {
    Purpose.INVITE: "sessions.invitations_to_send",
    Purpose.REMINDER: "sessions.reminders_to_send",
    Purpose.THANKS: "sessions.thanks_to_send",
}


def address(project: Project, design_session: DesignSession, purpose: Purpose) -> str:
    """Return the address of the page on which messages of a purpose are sent."""
    return url_for(PAGES[purpose], project_slug=project.slug, session_id=design_session.id)


def shown(actor: Actor, project: Project, who: Mailing) -> dict[str, Any]:
    """Return everything that the page needs."""
    chosen = who.selection
    mail = wording.selection(actor, project, chosen)
    return {
        "design_session": who.design_session,
        "purpose": chosen.purpose,
        "address": address(project, who.design_session, chosen.purpose),
        "title": title(chosen.purpose),
        "button": button(chosen.purpose, len(chosen.to)),
        "helixes": who.helixes,
        "to_tick": who.to_tick,
        "read": None if mail["lacking"] else read(actor, project, who),
        **mail,
    }


def title(purpose: Purpose) -> str:
    """Return what the page is called."""
    return {
        Purpose.INVITE: str(_("Send invitations")),
        Purpose.REMINDER: str(_("Remind those who did not answer")),
        Purpose.THANKS: str(_("Thank those who came")),
    }[purpose]


def button(purpose: Purpose, number: int) -> str:
    """Return what the button says, with the number of people."""
    written = written_number(number)
    return {
        Purpose.INVITE: str(_("Send invitations (%(number)s)", number=written)),
        Purpose.REMINDER: str(_("Send reminders (%(number)s)", number=written)),
        Purpose.THANKS: str(_("Send thanks (%(number)s)", number=written)),
    }[purpose]


def read(actor: Actor, project: Project, who: Mailing) -> dict[str, Any] | None:
    """Return how it reads for the person whom the address names, else for the first."""
    found = reading(who, request.args.get("reader", type=int))
    if found is None:
        return None
    given = {
        "project_slug": project.slug,
        "session_id": who.design_session.id,
        "purpose": SLUGS[who.selection.purpose],
    }
    return letters.read(actor, found, "sessions.letter", **given)


def purpose_of(slug: str) -> Purpose:
    """
    Return the purpose that an address names.

    :raises NotFound: if no page sends messages of it to the people of a session
    """
    found = next((one for one in PAGES if SLUGS[one] == slug), None)
    if found is None:
        raise NotFound
    return found


def reading(who: Mailing, person_id: int | None = None) -> Reading | None:
    """Return how it reads for a person, else for the first; none if nobody gets it."""
    to = who.selection.to
    place = next((at for at, one in enumerate(to) if one.person.id == person_id), 0)
    found = rendered(who, to[place]) if to else None
    if found is None:
        return None
    before, after = to[:place], to[place + 1 :]
    return Reading(
        to[place],
        found,
        number=place + 1,
        of=len(to),
        previous=before[-1].person.id if before else None,
        following=after[0].person.id if after else None,
    )


def rendered(who: Mailing, to: Addressed) -> Rendered | None:
    """Return how it reads for one of them; none if it would not be sent."""
    (about, params), purpose = who.about(to), who.selection.purpose
    sequence = who.design_session.sequence
    return previews.rendered(purpose, to, about_id=about, sequence=sequence, params=params)


def of_session(design_session: DesignSession) -> dict[str, Any]:
    """Return where the invitation of each person stands, and the batches about the session."""
    found = latest_invitations(design_session).values()
    return {
        "states": {one.person_id: wording.status(one) for one in found},
        "batches": wording.rows(batches_of(design_session)),
    }


def hearers(actor: Actor, design_session: DesignSession, purpose: Purpose) -> dict[str, Any]:
    """Return who would be told of a change or of cancelling, and the names of who cannot be."""
    found = hearing(design_session, purpose)
    return {"hearing": found, "names": _names(actor, found)}


def _names(actor: Actor, found: Hearing) -> dict[int, str]:
    eyes = shown_as(actor)
    return {one.person.id: eyes.name(one.person) for one in found.untold}
