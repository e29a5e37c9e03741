"""What a page about mail to the people of a session says."""

from typing import Any

from flask import request, url_for

from crm.core.errors import NotFound
from crm.core.i18n import _, written_number
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries.change_recipients import Hearing, hearing
from crm.design_sessions.queries.mailing import Mailing, batches_of, latest_invitations
from crm.messages.queries import previews
from crm.messages.queries.addressing import Addressed
from crm.messages.queries.previews import Reading
from crm.messages.rules.rendering import Rendered
from crm.messages.views import letters, wording
from crm.messages.views.wording import SLUGS
from crm.projects.models import Project
from crm.stakeholders.visibility import shown_as

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
