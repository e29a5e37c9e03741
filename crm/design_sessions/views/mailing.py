"""Pages about mail to the people of a session."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from crm.core.errors import NotFound
from crm.core.i18n import _, _l, written_number
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.forms.people import GivenForm
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries import mailing as queries
from crm.design_sessions.services import mailing as sending
from crm.design_sessions.views.routes import pages
from crm.messages.forms import SendForm
from crm.messages.policy import MessagePermission
from crm.messages.queries import previews
from crm.messages.queries.addressing import Addressed
from crm.messages.rules.rendering import Rendered
from crm.messages.views import free_messages, letters, wording
from crm.projects.models import Project
from crm.stakeholders.rules.visibility import shown_as
from crm.web.rendering import page

ONE = "/sessions/<int:session_id>"
SEND = MessagePermission.SEND
# Two forms on one page: the names of the second begin with this.
GIVEN = "given-"
# How addresses call a purpose, what its page is called, and what its button says.
PAGES = {
    Purpose.INVITE: (
        "invitations",
        _l("Send invitations"),
        _l("Send invitations (%(number)s)"),
    ),
    Purpose.REMINDER: (
        "reminders",
        _l("Remind those who did not answer"),
        _l("Send reminders (%(number)s)"),
    ),
    Purpose.THANKS: ("thanks", _l("Thank those who came"), _l("Send thanks (%(number)s)")),
}


def _declare(purpose: Purpose, words: str) -> None:
    """Declare the page that shows who would get messages of a purpose, and sending them."""

    def to_send(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
        return _show(actor, project, queries.mailing(found, purpose))

    def send(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
        # “Later” is a time on the clock where the session is held.
        form = SendForm().at(found.zone)
        batch = form.attempt(lambda how: sending.send(actor, found, purpose=purpose, how=how))
        if batch is None:
            return _show(actor, project, queries.mailing(found, purpose), form=form)
        flash(_("The messages are in the queue. Here you see how it goes."), "success")
        address = url_for("messages.batch", project_slug=project.slug, batch_id=batch.id)
        return redirect(address, 303)

    # So links name `sessions.invitations_to_send` and `sessions.send_invitations`, for example.
    to_send.__name__, send.__name__ = f"{words}_to_send", f"send_{words}"
    pages.get(f"{ONE}/send-{words}", requires=SEND)(to_send)
    pages.post(f"{ONE}/send-{words}", requires=SEND)(send)


for _purpose, (_words, _title, _button) in PAGES.items():
    _declare(_purpose, _words)


@pages.post(f"{ONE}/send-invitations/gave-address", requires=SEND)
def note_given(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Note that people gave their address for this session."""
    form = GivenForm(prefix=GIVEN)
    form.attempt(lambda given: sending.note_given(actor, found, **given))
    if form.is_refused:
        return _show(actor, project, queries.mailing(found, Purpose.INVITE), given=form)
    flash(_("Noted. They get an invitation, too."), "success")
    return redirect(address(project, found, Purpose.INVITE), 303)


@pages.get(f"{ONE}/letters/<purpose>/<int:person_id>", requires=SEND)
def letter(
    _actor: Actor, _project: Project, found: DesignSession, purpose: str, person_id: int
) -> ResponseReturnValue:
    """Give the message to one person in HTML, sealed: for a frame, or by itself."""
    # The purposes of other features have addresses, too; they are not about a session.
    wanted = next((known for known in PAGES if wording.SLUGS[known] == purpose), None)
    if wanted is None:
        raise NotFound
    who = queries.mailing(found, wanted, person_id=person_id)
    return letters.sealed(_rendered(who, who.selection.to[0]) if who.selection.to else None)


@pages.get(f"{ONE}/write", requires=SEND)
def write(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Write to those who came."""
    about = _("To those who came to %(title)s", title=found.title)
    return free_messages.write(actor, project, queries.came(found), about=about)


@pages.post(f"{ONE}/write", requires=SEND)
def send_written(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Send what was written to those who came, or show first how it reads."""
    return write(actor, project, found)


@pages.get(f"{ONE}/ask-consent", requires=SEND)
def consent_to_ask(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Show whom of those who came a request for consent would reach."""
    about = _("Of those who came to %(title)s", title=found.title)
    return free_messages.ask(actor, project, queries.came(found), about=about)


@pages.post(f"{ONE}/ask-consent", requires=SEND)
def ask_consent(actor: Actor, project: Project, found: DesignSession) -> ResponseReturnValue:
    """Ask those who came for consent, once."""
    return consent_to_ask(actor, project, found)


def _show(
    actor: Actor,
    project: Project,
    who: queries.Mailing,
    *,
    form: SendForm | None = None,
    given: GivenForm | None = None,
) -> ResponseReturnValue:
    # What was sent fills one of the two forms only; the other one begins anew.
    form = form or SendForm(formdata=None)
    given = given or GivenForm(formdata=None, prefix=GIVEN)
    chosen = who.selection
    mail = wording.selection(actor, project, chosen)
    _words, title, button = PAGES[chosen.purpose]
    return page(
        "design_sessions/mailing.html",
        form=form,
        given=given,
        ticked=set(request.form.getlist("person")),
        status=max(form.status, given.status),
        design_session=who.design_session,
        address=address(project, who.design_session, chosen.purpose),
        title=title,
        button=str(button) % {"number": written_number(len(chosen.to))},
        helixes=who.helixes,
        to_tick=who.to_tick,
        # Where words are lacking nothing can be sent, so there is nothing to read either.
        read=None if mail["lacking"] else _read(actor, project, who),
        **mail,
    )


def address(project: Project, design_session: DesignSession, purpose: Purpose) -> str:
    """Return the address of the page on which messages of a purpose are sent."""
    view = f"sessions.{PAGES[purpose][0]}_to_send"
    return url_for(view, project_slug=project.slug, session_id=design_session.id)


def _read(actor: Actor, project: Project, who: queries.Mailing) -> dict[str, Any] | None:
    """Return how it reads for the person whom the address names, else for the first, if any."""
    to, wanted = who.selection.to, request.args.get("reader", type=int)
    place = next((at for at, other in enumerate(to) if other.person.id == wanted), 0)
    found = _rendered(who, to[place]) if to else None
    if found is None:
        return None
    reading = previews.Reading(
        to[place],
        found,
        number=place + 1,
        of=len(to),
        previous=to[place - 1].person.id if place else None,
        following=to[place + 1].person.id if place + 1 < len(to) else None,
    )
    given = {"session_id": who.design_session.id, "purpose": wording.SLUGS[who.selection.purpose]}
    return letters.read(actor, reading, "sessions.letter", project_slug=project.slug, **given)


def _rendered(who: queries.Mailing, to: Addressed) -> Rendered | None:
    """Return how it reads for one of them; none if it would not be sent."""
    (about, params), purpose = who.about(to), who.selection.purpose
    sequence = who.design_session.sequence
    return previews.rendered(purpose, to, about_id=about, sequence=sequence, params=params)


def of_session(design_session: DesignSession) -> dict[str, Any]:
    """Return where the invitation of each person stands, and the batches about the session."""
    found = queries.latest_invitations(design_session).values()
    return {
        "states": {message.person_id: wording.status(message) for message in found},
        "batches": wording.rows(queries.batches_of(design_session)),
    }


def hearers(actor: Actor, design_session: DesignSession, purpose: Purpose) -> dict[str, Any]:
    """Return who would be told of a change or of cancelling, and the names of who cannot be."""
    # Named before it is done: they are to be called, and are easily forgotten afterwards.
    found, eyes = queries.hearing(design_session, purpose), shown_as(actor)
    names = {untold.person.id: eyes.name(untold.person) for untold in found.untold}
    return {"hearing": found, "names": names}
