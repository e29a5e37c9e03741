"""What came back is noted on its message, and an address that fails is written to no more."""

from contextlib import nullcontext

from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import add_missing, project_scope, session, unit_of_work, unscoped
from crm.core.mail import Reason
from crm.core.permissions import system
from crm.messages import replies
from crm.messages.delivery import refusing, reports
from crm.messages.delivery.reports import Part, Report
from crm.messages.models import (
    HANDED_OVER,
    DeliveryEvent,
    DeliveryKind,
    InboundKind,
    InboundMessage,
    MessageState,
    OutboxMessage,
)
from crm.messages.replies import Reply, Verdict

_OPTIONS = unscoped("what comes back names a message of any project")
_SENT = (*HANDED_OVER, MessageState.UNCERTAIN)
_REFUSED = 550
_KINDS = {"failed": DeliveryKind.BOUNCED, "delayed": DeliveryKind.DELAYED}


def take(raw: bytes) -> bool:
    """Note one message that came back; each is handled once. Whether it was new."""
    report = reports.read(raw)
    with unit_of_work(system(), "messages.return"):
        message = _message(report)
        row = {
            "message_id": report.message_id,
            "kind": report.kind,
            "outbox_message_id": message.id if message else None,
            "handled_at": clock.now(),
        }
        if not add_missing(InboundMessage, [row], unique=["message_id"]):
            return False
        if message is not None:
            _note(message, report)
        return True


def _message(report: Report) -> OutboxMessage | None:
    """Return the message that came back, if the address it came to proves that it is ours."""
    if report.kind is not InboundKind.BOUNCE or report.returned is None:
        return None
    name, proof = report.returned  # on its way somebody may have made its letters small
    named = select(OutboxMessage).where(func.lower(OutboxMessage.public_name) == name.lower())
    found = session().scalars(named.order_by(OutboxMessage.id), execution_options=_OPTIONS)
    return next((one for one in found if reports.is_ours(one.public_name, proof)), None)


def _note(message: OutboxMessage, report: Report) -> None:
    parts = [one for one in report.about(message.address) if one.action in _KINDS]
    if not parts:
        return
    events = [
        DeliveryEvent(
            project_id=message.project_id,
            message_id=message.id,
            kind=_KINDS[one.action],
            enhanced=one.status,
        )
        for one in parts
    ]
    failed = next((one for one in parts if one.action == "failed"), None)
    scope = nullcontext() if message.project_id is None else project_scope(message.project_id)
    with scope:
        session().add_all(events)
        if failed is not None:
            _bounce(message, failed)
        session().flush()


def _bounce(message: OutboxMessage, part: Part) -> None:
    if message.state not in _SENT:
        return
    verdict = replies.judge_status(part.status)
    message.last_code, message.last_enhanced = _REFUSED, part.status
    message.finished_at = clock.now()
    if verdict is Verdict.OURS:
        message.state = MessageState.FAILED
    else:
        message.state, message.reason = MessageState.BOUNCED, Reason.ADDRESS_FAILS
    session().flush()
    if verdict is not Verdict.OURS:
        refusing.address_fails(message.address, verdict)
    elif message.batch_id is not None:
        refusing.pause_batch(message.batch_id, Reply(_REFUSED, part.status))
