"""Which addresses get no mail, in any project."""

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

from sqlalchemy import Table, bindparam, select

from crm.core import tokens
from crm.core.db import among, session
from crm.core.mail import Reason
from crm.messages.models import Suppression, SuppressionReason, SuppressionScope
from crm.stakeholders.addresses import email_key

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


def digest(address: str) -> str:
    """Return the keyed digest by which an address is known here, however it is written."""
    return tokens.digest(email_key(address))


def reasons_by_scope(addresses: Iterable[str]) -> dict[str, dict[SuppressionScope, Reason]]:
    """Return why each of those addresses is not written to, by scope; others are left out."""
    digests = {address: digest(address) for address in addresses}
    found: dict[str, dict[SuppressionScope, Reason]] = {}
    for key, scope, reason in _rows(sorted(set(digests.values()))):
        found.setdefault(key, {})[scope] = _REASONS[reason]
    return {address: found[key] for address, key in digests.items() if key in found}


def digests() -> frozenset[str]:
    """Return by their digests all addresses that do not get invitations and news."""
    statement = select(Suppression.address_digest).distinct()
    return frozenset(session().scalars(statement.order_by(Suppression.address_digest)))


def reason_against(reasons: Mapping[SuppressionScope, Reason], *, is_bulk: bool) -> Reason | None:
    """Return why a message is not sent to an address with these reasons, if it is not."""
    scopes = [SuppressionScope.ALL, *([SuppressionScope.BULK] if is_bulk else [])]
    return next((reasons[scope] for scope in scopes if scope in reasons), None)


def _rows(digests: Sequence[str]) -> list[tuple[str, SuppressionScope, SuppressionReason]]:
    # Asked of the connection itself, before each message that leaves.
    connection = session().connection()
    if len(digests) <= FEW:
        rows = connection.execute(_OF_FEW, {"digests": digests})
    else:
        rows = connection.execute(_ALL.where(among(_TABLE.address_digest, digests)))
    return [(*row,) for row in rows]
