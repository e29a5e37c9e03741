"""Which addresses get no mail, in any project, and which of those are of a person."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, bindparam, select

from crm.core import tokens
from crm.core.db import among, session
from crm.core.errors import NotFound
from crm.core.mail import Reason
from crm.messages.models import Suppression, SuppressionReason, SuppressionScope
from crm.stakeholders.models import Email, Person
from crm.stakeholders.values.addresses import email_key

_TABLE = cast("Table", Suppression.__table__).c
_ALL = select(_TABLE.address_digest, _TABLE.scope, _TABLE.reason).order_by(_TABLE.id)
# Asked of few before each message that leaves: making it anew takes longer than its answer.
_OF_FEW = _ALL.where(_TABLE.address_digest.in_(bindparam("digests", expanding=True)))
FEW = 50
_REASONS = {
    SuppressionReason.UNSUBSCRIBED: Reason.UNSUBSCRIBED,
    SuppressionReason.OBJECTED: Reason.OBJECTED,
    SuppressionReason.MANUAL: Reason.OBJECTED,
    SuppressionReason.HARD_BOUNCE: Reason.ADDRESS_FAILS,
    SuppressionReason.SOFT_BOUNCES: Reason.ADDRESS_FAILS,
}


@dataclass(frozen=True, slots=True)
class StoppedAddress:
    """An address of a person that gets no mail, or no invitations and news, and why."""

    email: Email
    scope: SuppressionScope
    reason: SuppressionReason
    at: datetime


def digest(address: str) -> str:
    """Return the keyed digest by which an address is known here, however it is written."""
    return tokens.digest(email_key(address))


def reasons_by_scope(addresses: Iterable[str]) -> dict[str, dict[SuppressionScope, Reason]]:
    """Return why each of those addresses is not written to, by scope; others are left out."""
    by_address = {address: digest(address) for address in addresses}
    wanted = sorted(set(by_address.values()))
    # Asked of the connection itself, before each message that leaves.
    connection = session().connection()
    if len(wanted) <= FEW:
        rows = connection.execute(_OF_FEW, {"digests": wanted})
    else:
        rows = connection.execute(_ALL.where(among(_TABLE.address_digest, wanted)))
    found: dict[str, dict[SuppressionScope, Reason]] = {}
    for key, scope, reason in rows:
        found.setdefault(key, {})[scope] = _REASONS[reason]
    return {address: found[key] for address, key in by_address.items() if key in found}


def digests() -> frozenset[str]:
    """Return by their digests all addresses that do not get invitations and news."""
    statement = select(Suppression.address_digest).distinct()
    return frozenset(session().scalars(statement.order_by(Suppression.address_digest)))


def reason_against(reasons: Mapping[SuppressionScope, Reason], *, is_bulk: bool) -> Reason | None:
    """Return why a message is not sent to an address with these reasons, if it is not."""
    # The wider one first: who wants no mail at all should not read that they left the news only.
    scopes = [SuppressionScope.ALL, *([SuppressionScope.BULK] if is_bulk else [])]
    return next((reasons[scope] for scope in scopes if scope in reasons), None)


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
    """Return one of the addresses of a person, loaded with them, or raise `NotFound`."""
    found = next((email for email in person.emails if email.id == email_id), None)
    if found is None:
        raise NotFound
    return found
