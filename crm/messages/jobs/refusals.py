"""What follows when an address fails, or when our own side is refused."""

import logging

from sqlalchemy import func, or_, select

from crm.core import clock
from crm.core.db import session, unscoped
from crm.messages import models
from crm.messages.queries import suppressions as queries
from crm.messages.rules import server_replies
from crm.messages.rules.server_replies import Reply, Verdict
from crm.messages.services import outbox, suppressions
from crm.stakeholders.values.addresses import email_key

# So many refusals of ours in a batch, or such a part of it, and somebody must look first.
MOST_FAILURES = 5
PART_OF_FAILURES = 0.05
_Row = models.OutboxMessage
_EVERYWHERE = unscoped("an address fails in all projects alike, and only numbers are read")
_log = logging.getLogger("kring.mail")


def address_fails(address: str, verdict: Verdict) -> None:
    """Write no more to an address that does not exist, or that refused too often."""
    reason = models.SuppressionReason.HARD_BOUNCE
    if verdict is not Verdict.NO_MAILBOX:
        reason, key = models.SuppressionReason.SOFT_BOUNCES, email_key(address)
        refused = select(func.count()).where(
            _Row.domain == key.rpartition("@")[2],
            func.lower(_Row.address).in_({key, address.lower()}),
            _Row.state.in_((models.MessageState.REJECTED, models.MessageState.BOUNCED)),
            _Row.finished_at >= clock.now() - server_replies.REFUSALS_WITHIN,
        )
        refusals = session().scalar(refused, execution_options=_EVERYWHERE) or 0
        if refusals < server_replies.MOST_REFUSALS:
            return
    suppressions.keep(queries.digest(address), scope=models.SuppressionScope.ALL, reason=reason)


def pause_batch(batch_id: int, reply: Reply) -> None:
    """Pause a batch, inside a command in its project, of which our side is refused too often."""
    batch = session().scalar(
        select(models.MessageBatch).where(models.MessageBatch.id == batch_id).with_for_update()
    )
    if batch is None or batch.state is not models.BatchState.QUEUED or batch.is_notice:
        return
    ours = or_(_Row.last_code.is_(None), _Row.last_code >= 500)  # noqa: PLR2004 - RFC 5321: refused
    failed = (_Row.state == models.MessageState.FAILED) & ours
    counts = select(func.count(), func.count().filter(failed)).where(_Row.batch_id == batch_id)
    messages, failures = session().execute(counts).one()
    if failures >= MOST_FAILURES or failures > PART_OF_FAILURES * messages:
        batch.state = models.BatchState.PAUSED
        batch.pause_reason = f"{reply.code or ''} {reply.told}".strip()
        outbox.hold_batch(batch_id)
        _log.error("batch %s pauses: %s of %s messages refused", batch_id, failures, messages)
