"""Questions about one person: the messages to them, and which of their addresses get no mail."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import BindParameter, Select, bindparam, select
from sqlalchemy.orm import defer as left_out

from crm.core.db import session
from crm.core.errors import NotFound
from crm.messages.models import OutboxMessage, Suppression, SuppressionReason, SuppressionScope
from crm.messages.queries.suppressions import digest
from crm.stakeholders.models import Email, Person


@dataclass(frozen=True, slots=True)
class StoppedAddress:
    """An address of a person that gets no mail, or no invitations and news, and why."""

    email: Email
    scope: SuppressionScope
    reason: SuppressionReason
    at: datetime


def messages_to(person: Person) -> Select[OutboxMessage]:
    """Return the statement for the messages to a person, the newest first, without their bytes."""
    return _messages_to(person.id)


def _messages_to(person_id: int | BindParameter[int]) -> Select[OutboxMessage]:
    return (
        select(OutboxMessage)
        .where(OutboxMessage.person_id == person_id)
        .options(left_out(OutboxMessage.mime))
        .order_by(OutboxMessage.queued_at.desc(), OutboxMessage.id.desc())
    )


def last_messages_to(person: Person, number: int) -> list[OutboxMessage]:
    """Return the newest messages to a person."""
    return list(session().scalars(_last(number), {"asked": person.id}))


# Making the statement took longer than the answer.
@cache
def _last(number: int) -> Select[OutboxMessage]:
    return _messages_to(bindparam("asked")).limit(number)


def stopped_addresses(person: Person) -> list[StoppedAddress]:
    """Return which addresses of a person get no mail; load `emails` with the person."""
    by_digest = {digest(email.address): email for email in person.emails}
    if not by_digest:
        return []
    chosen = Suppression.address_digest.in_(by_digest)
    rows = session().scalars(select(Suppression).where(chosen).order_by(Suppression.at))
    return [
        StoppedAddress(by_digest[row.address_digest], row.scope, row.reason, row.at) for row in rows
    ]


def address(person: Person, email_id: int) -> Email:
    """
    Return one of the addresses of a person; load `emails` with the person.

    :raises NotFound: if the person has none with this id
    """
    for email in person.emails:
        if email.id == email_id:
            return email
    raise NotFound
