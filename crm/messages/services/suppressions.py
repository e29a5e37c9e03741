"""Let an address get no more mail, or get it again; and what somebody asks by a link."""

from enum import StrEnum

from sqlalchemy import select

from crm.consent.models import Basis, ContactPurpose
from crm.consent.rules import Ground
from crm.consent.services import keep_ground
from crm.core import clock, events
from crm.core.commands import command
from crm.core.db import add_missing, among, remove_many, session
from crm.core.errors import Invalid
from crm.core.i18n import _, _l
from crm.core.permissions import Actor
from crm.messages.events import SessionDeclined
from crm.messages.models import (
    OF_A_SESSION,
    OutboxMessage,
    Suppression,
    SuppressionReason,
    SuppressionScope,
)
from crm.messages.policy import MessagePermission
from crm.messages.queries import suppressions as queries
from crm.stakeholders.events import PersonsMerged
from crm.stakeholders.models import Email, Person
from crm.stakeholders.queries import persons


@command(MessagePermission.ANSWER)
def suppress(
    _actor: Actor, address: str, *, scope: SuppressionScope, reason: SuppressionReason
) -> None:
    """Write no more to `address`, in any project; the link that allows it is checked before."""
    keep(queries.digest(address), scope=scope, reason=reason)


@command(MessagePermission.SEND)
def lift(
    _actor: Actor,
    address: str,
    *,
    scope: SuppressionScope | None = None,
    reason: str = "",  # noqa: ARG001 - kept in the audit trail by the command
) -> None:
    """Write to `address` again; with a scope, only that one is lifted."""
    chosen = Suppression.address_digest == queries.digest(address)
    if scope is not None:
        chosen &= Suppression.scope == scope
    remove_many(Suppression, chosen)


def keep(digest: str, *, scope: SuppressionScope, reason: SuppressionReason) -> bool:
    """Keep, inside a command, that an address gets no mail; say whether this was new."""
    row = {"address_digest": digest, "scope": scope, "reason": reason, "at": clock.now()}
    return bool(add_missing(Suppression, [row], unique=["address_digest", "scope"]))


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
    is_of_a_session = message.purpose in OF_A_SESSION and message.about_id is not None
    about = [Wish.SESSION] if is_of_a_session else []
    person = [Wish.PROJECT] if message.person_id is not None else []
    return [*about, *person, Wish.BULK, Wish.ALL]


@command(MessagePermission.ANSWER)
def unsubscribe(actor: Actor, message: OutboxMessage, *, wish: Wish) -> None:
    """Send the recipient of a message no more of what they name, or raise `WishUnknown`."""
    if wish not in wishes(message):
        raise WishUnknown
    if wish is Wish.SESSION:
        # A fact and no call: sessions are a feature above this one.
        events.announce(SessionDeclined(message.purpose, message.about_id or 0))
        return
    if wish is Wish.PROJECT:
        # For each purpose; of a session that they said yes to they still hear.
        person = persons.person(message.person_id or 0)
        withdrawn = Ground(Basis.WITHDRAWN, str(_("by the link to unsubscribe")))
        for purpose in ContactPurpose:
            keep_ground(person, purpose, withdrawn)
        return
    scope = SuppressionScope.ALL if wish is Wish.ALL else SuppressionScope.BULK
    suppress(actor, message.address, scope=scope, reason=SuppressionReason.UNSUBSCRIBED)


WILLS = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.OBJECTED)
IN_BULK = (ContactPurpose.PANEL, ContactPurpose.NEWS)


def keep_wishes(fact: PersonsMerged) -> None:
    """Keep what somebody asked at one address for those that they have from now on."""
    emails = session().scalars(select(Email.address).where(Email.person_id == fact.kept_id))
    digests = [queries.digest(address) for address in emails]
    # With one address there is no other that it could go to.
    if len(digests) < 2:  # noqa: PLR2004 - as the line above says
        return
    # What an address did by itself, such as not to exist, says nothing of another.
    asked = select(Suppression.scope).where(
        among(Suppression.address_digest, digests), Suppression.reason.in_(WILLS)
    )
    scopes = set(session().scalars(asked))
    if not scopes:
        return
    person = session().get_one(Person, fact.kept_id)
    withdrawn = Ground(Basis.WITHDRAWN, str(_("at one of the addresses, before a merge")))
    for purpose in ContactPurpose if SuppressionScope.ALL in scopes else IN_BULK:
        keep_ground(person, purpose, withdrawn)
