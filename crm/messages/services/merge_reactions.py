"""What follows for messages when two persons are one."""

from collections.abc import Collection

from sqlalchemy import select

from crm.core.db import among, session
from crm.core.i18n import _
from crm.messages.models import Suppression, SuppressionReason, SuppressionScope
from crm.messages.queries.suppressions import digest
from crm.stakeholders.consent import Ground
from crm.stakeholders.events import PersonsMerged
from crm.stakeholders.models import Basis, ContactPurpose, Email, Person
from crm.stakeholders.services.contacting import keep_ground

WILLS = (SuppressionReason.UNSUBSCRIBED, SuppressionReason.OBJECTED)
IN_BULK = (ContactPurpose.PANEL, ContactPurpose.NEWS)


def keep_wishes(fact: PersonsMerged) -> None:
    """
    Keep what somebody asked at one address for the other addresses that they have from now on.

    Who wanted nothing at one address gets it at no other: it is noted that they withdrew.
    """
    scopes = _asked(fact.kept_id)
    if not scopes:
        return
    purposes = ContactPurpose if SuppressionScope.ALL in scopes else IN_BULK
    person = session().get_one(Person, fact.kept_id)
    for purpose in purposes:
        source = str(_("at one of the addresses, before a merge"))
        keep_ground(person, purpose, Ground(Basis.WITHDRAWN, source))


def _asked(person_id: int) -> Collection[SuppressionScope]:
    emails = session().scalars(select(Email.address).where(Email.person_id == person_id))
    digests = [digest(one) for one in emails]
    statement = select(Suppression.scope).where(
        among(Suppression.address_digest, digests), Suppression.reason.in_(WILLS)
    )
    return set(session().scalars(statement)) if len(digests) > 1 else ()
