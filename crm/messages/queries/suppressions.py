"""Which addresses get no mail, in any project."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import select

from crm.core import tokens
from crm.core.db import session
from crm.core.mail import Reason
from crm.messages.models import Suppression, SuppressionReason, SuppressionScope
from crm.stakeholders.addresses import email_key

# SQLite takes at most 32,766 values in one statement.
SET_SIZE = 5_000
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


def suppressed(addresses: Iterable[str]) -> dict[str, SuppressionScope]:
    """Return what each of those addresses does not get that do not get everything."""
    return {
        address: SuppressionScope.ALL if SuppressionScope.ALL in reasons else SuppressionScope.BULK
        for address, reasons in reasons_by_scope(addresses).items()
    }


def reasons_by_scope(addresses: Iterable[str]) -> dict[str, dict[SuppressionScope, Reason]]:
    """Return why each of those addresses is not written to, by scope; others are left out."""
    digests = {address: digest(address) for address in addresses}
    found: dict[str, dict[SuppressionScope, Reason]] = {}
    for row in _rows(sorted(set(digests.values()))):
        found.setdefault(row.address_digest, {})[row.scope] = _REASONS[row.reason]
    return {address: found[key] for address, key in digests.items() if key in found}


def reason_against(reasons: Mapping[SuppressionScope, Reason], *, is_bulk: bool) -> Reason | None:
    """Return why a message is not sent to an address with these reasons, if it is not."""
    scopes = [SuppressionScope.ALL, *([SuppressionScope.BULK] if is_bulk else [])]
    return next((reasons[scope] for scope in scopes if scope in reasons), None)


def _rows(digests: Sequence[str]) -> Iterable[Suppression]:
    for start in range(0, len(digests), SET_SIZE):
        part = digests[start : start + SET_SIZE]
        chosen = Suppression.address_digest.in_(part)
        yield from session().scalars(select(Suppression).where(chosen).order_by(Suppression.id))
