"""The second link: what is kept about somebody, sent to the address on record and nowhere else."""

from datetime import timedelta

from crm.core import clock, tokens
from crm.core.commands import command
from crm.core.db import lock, remove_many, session
from crm.core.errors import Conflict
from crm.core.i18n import _l
from crm.core.mail import Letter, Priority, Purpose, Recipient
from crm.core.permissions import Actor
from crm.messages.models import PersonLink
from crm.messages.policy import MessagePermission
from crm.messages.queries import own_pages as queries
from crm.messages.services import outbox
from crm.projects.models import Project
from crm.stakeholders.models import Person

LASTS = timedelta(hours=1)
DAY = timedelta(days=1)
MOST_A_DAY = 3


class AskedTooOften(Conflict):
    """Somebody was sent this link as often as one day allows."""

    message = _l(
        "We sent this link three times today. Look in your mailbox, or call or mail the organiser."
    )


@command(MessagePermission.ANSWER)
def send_link(_actor: Actor, person: Person) -> None:
    """Send a person a link of one hour to what is kept about them, or raise `AskedTooOften`."""
    lock(person)
    now = clock.now()
    # Counted also where no mail goes: else who asks would learn whether there is an address.
    if queries.links_since(person, now - DAY) >= MOST_A_DAY:
        raise AskedTooOften
    link = PersonLink(
        person_id=person.id, public_name=tokens.public(), made_at=now, expires_at=now + LASTS
    )
    session().add(link)
    session().flush()
    recipient = queries.recipient(person)
    if isinstance(recipient, Recipient):
        letter = Letter(
            Purpose.DETAILS,
            f"details:{link.id}",
            about_id=link.id,
            priority=Priority.ANSWER,
            send_not_after=link.expires_at,
        )
        outbox.queue(recipient, letter)


@command(MessagePermission.SEND)
def clear_old_links(_actor: Actor, _project: Project) -> int:
    """Remove the links that ended a day ago; return how many."""
    return len(remove_many(PersonLink, PersonLink.expires_at <= clock.now() - DAY))
