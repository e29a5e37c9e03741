"""Unsubscribing: what somebody who holds a link in a message does not want any more."""

from enum import StrEnum

from crm.core import events
from crm.core.commands import command
from crm.core.errors import Invalid
from crm.core.i18n import _, _l
from crm.core.mail import Purpose
from crm.core.permissions import Actor
from crm.messages.events import SessionDeclined
from crm.messages.models import OutboxMessage, SuppressionReason, SuppressionScope
from crm.messages.policy import MessagePermission
from crm.messages.services.suppressions import suppress
from crm.stakeholders.consent import Ground
from crm.stakeholders.models import Basis, ContactPurpose, Person
from crm.stakeholders.queries import persons
from crm.stakeholders.services.contacting import keep_ground

OF_A_SESSION = (
    Purpose.INVITE,
    Purpose.REMINDER,
    Purpose.CONFIRMATION,
    Purpose.CHANGE,
    Purpose.CANCELLATION,
    Purpose.WAITING,
    Purpose.OFFER,
    Purpose.THANKS,
)


class Wish(StrEnum):
    """What somebody does not want any more."""

    SESSION = "session"
    PROJECT = "project"
    BULK = "bulk"
    ALL = "all"


class WishUnknown(Invalid):
    """Nobody can be spared something that is not sent."""

    message = _l("Choose what you do not want any more.")
    field = "wish"


def link_actor(message: OutboxMessage) -> Actor:
    """Return who acts by the link in a message: nobody that is signed in, in its project."""
    return Actor(account_id=None, name="", project_id=message.project_id)


def wishes(message: OutboxMessage) -> list[Wish]:
    """Return what can be said no to by the link in this message."""
    about = [Wish.SESSION] if _is_of_a_session(message) else []
    person = [Wish.PROJECT] if message.person_id is not None else []
    return [*about, *person, Wish.BULK, Wish.ALL]


@command(MessagePermission.ANSWER)
def unsubscribe(actor: Actor, message: OutboxMessage, *, wish: Wish) -> None:
    """
    Send the recipient of a message no more of what they name; saying it twice changes nothing.

    :raises WishUnknown: if the message was about no session and they want no more about it
    """
    if wish not in wishes(message):
        raise WishUnknown
    if wish is Wish.SESSION:
        events.announce(SessionDeclined(message.purpose, message.about_id or 0))
        return
    if wish is Wish.PROJECT:
        _withdraw_consent(persons.person(message.person_id or 0))
        return
    scope = SuppressionScope.ALL if wish is Wish.ALL else SuppressionScope.BULK
    reason = SuppressionReason.UNSUBSCRIBED
    suppress(actor, message.address, scope=scope, reason=reason)


def _is_of_a_session(message: OutboxMessage) -> bool:
    return message.purpose in OF_A_SESSION and message.about_id is not None


def _withdraw_consent(person: Person) -> None:
    """Note for each purpose that the person withdrew; what they said yes to they still hear of."""
    source = str(_("by the link to unsubscribe"))
    for purpose in ContactPurpose:
        keep_ground(person, purpose, Ground(Basis.WITHDRAWN, source))
