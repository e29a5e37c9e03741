"""Let an address get no more mail, or get it again."""

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_missing, remove_many
from crm.core.permissions import Actor
from crm.messages.models import Suppression, SuppressionReason, SuppressionScope
from crm.messages.policy import MessagePermission
from crm.messages.queries import suppressions as queries


@command(MessagePermission.ANSWER)
def suppress(
    _actor: Actor, address: str, *, scope: SuppressionScope, reason: SuppressionReason
) -> None:
    """
    Write no more to `address`, in any project.

    Whoever holds the link in a message may do this; that link is checked by who calls.
    """
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
