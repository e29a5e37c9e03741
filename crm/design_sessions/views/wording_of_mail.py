"""What a page about mail to the people of a session says."""

from typing import Any

from flask import url_for

from crm.core.i18n import _
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession, SessionState
from crm.design_sessions.queries.hearers import Hearing, hearing
from crm.design_sessions.queries.mailing import Mailing, batches_of, latest_invitations
from crm.messages.queries import previews
from crm.messages.views import wording
from crm.projects.models import Project
from crm.stakeholders.shown import shown_as

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
        "preview": None if mail["lacking"] else preview(who),
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
    return {
        Purpose.INVITE: str(_("Send invitations (%(number)s)", number=number)),
        Purpose.REMINDER: str(_("Send reminders (%(number)s)", number=number)),
        Purpose.THANKS: str(_("Send thanks (%(number)s)", number=number)),
    }[purpose]


def preview(who: Mailing) -> tuple[Any, Any] | None:
    """Return the first who would get it, with how it would read."""
    first = next(iter(who.selection.to), None)
    if first is None:
        return None
    found = previews.rendered(
        who.selection.purpose,
        first,
        about_id=who.invitation(first).id,
        sequence=who.design_session.sequence,
    )
    return (first, found) if found else None


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


def untold(actor: Actor, design_session: DesignSession) -> dict[str, Any]:
    """Return who may still come to a session that is cancelled, for no mail may tell them."""
    if design_session.state is not SessionState.CANCELLED:
        return {"untold": [], "names": {}}
    found = hearing(design_session, Purpose.CANCELLATION)
    return {"untold": found.untold, "names": _names(actor, found)}


def _names(actor: Actor, found: Hearing) -> dict[int, str]:
    eyes = shown_as(actor)
    return {one.person.id: eyes.name(one.person) for one in found.untold}
