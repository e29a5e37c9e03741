"""What came back is noted on its message, and an address that fails is written to no more."""

from contextlib import nullcontext
from email.utils import parseaddr
from typing import Any

from sqlalchemy import func, select

from crm.core import clock, inbound_mail
from crm.core.db import add_missing, project_scope, session, unit_of_work, unscoped
from crm.core.inbound_mail import Arrived, Counted
from crm.core.mail import Reason
from crm.core.permissions import system
from crm.messages import models
from crm.messages.jobs import reading, refusals
from crm.messages.jobs.reading import RecipientReport, Report
from crm.messages.models import InboundKind, InboundMessage, MessageState, OutboxMessage
from crm.messages.queries import replies as queries
from crm.messages.rules import server_replies
from crm.messages.rules.server_replies import Reply as Response
from crm.messages.rules.server_replies import Verdict

_OPTIONS = unscoped("what comes back names a message of any project")
_SENT = (*models.HANDED_OVER, MessageState.UNCERTAIN)
_REFUSED = 550
_KINDS = {"failed": models.DeliveryKind.BOUNCED, "delayed": models.DeliveryKind.DELAYED}


def take(raw: bytes) -> bool:
    """
    Note one message that came in; each is handled once. Whether it was new.

    It is a report of delivery, an answer to what a feature asked, a machine's, or somebody's.
    """
    report = reading.read_report(raw)
    if report.kind is InboundKind.BOUNCE:
        with unit_of_work(system(), "messages.return"):
            message = _message(report)
            is_new = _is_new(report.message_id, report.kind, message)
            if is_new and message is not None:
                _note(message, report)
            return is_new
    handled = select(InboundMessage.id).where(InboundMessage.message_id == report.message_id)
    if session().scalar(handled) is not None:
        return False
    arrived = reading.read(raw, report.message_id)
    said = inbound_mail.read(arrived)
    if isinstance(said, Counted):
        return _keep(arrived, InboundKind.REPLY)
    if said is not None:
        row: dict[str, Any] = {"kind": models.ReplyKind.CALENDAR, "person_id": said.owner.person_id}
        row |= {"about_id": said.owner.about_id, "proposed": said.proposed, "why": said.why}
        return _keep(arrived, InboundKind.REPLY, said.owner.project_id, row)
    if report.kind is InboundKind.AUTO_REPLY:
        return _keep(arrived, report.kind)
    return _take_words(raw, arrived)


def _take_words(raw: bytes, arrived: Arrived) -> bool:
    """Keep what somebody wrote, if something in it tells of which project it is."""
    # A feature that knows it by its own proof says more than our names in the thread.
    owner = inbound_mail.owner(arrived)
    project_id, person_id = (owner.project_id, owner.person_id) if owner else (None, None)
    names = [] if owner else [name.lower() for name in reading.names_in(raw, arrived.recipients)]
    # In whatever letters they came back.
    ours = select(OutboxMessage).where(func.lower(OutboxMessage.public_name).in_(names))
    messages = session().scalars(ours, execution_options=_OPTIONS)
    found = {message.public_name.lower(): message for message in messages}
    message = next((found[name] for name in names if name in found), None)
    if message is not None:
        project_id, person_id = message.project_id, message.person_id
    if project_id is None:
        # Its words are kept nowhere: what is of no project, nobody here may read.
        return _keep(arrived, InboundKind.OTHER)
    if person_id is None:
        with project_scope(project_id):
            person_id = queries.sole_person_at(parseaddr(arrived.sender)[1])
    row = {"kind": models.ReplyKind.HUMAN, "person_id": person_id}
    return _keep(arrived, InboundKind.REPLY, project_id, row)


def _keep(
    arrived: Arrived, kind: InboundKind, project_id: int | None = None, reply: Any = None
) -> bool:
    """Note that a message was handled, and put it on the list of replies if it belongs there."""
    with unit_of_work(system(project_id), "messages.return"):
        is_new = _is_new(arrived.message_id, kind)
        if is_new and reply is not None and project_id is not None:
            written = {
                name: getattr(arrived, name) for name in ("message_id", "sender", "subject", "text")
            }
            with project_scope(project_id):
                session().add(models.Reply(**written, **reply))
                session().flush()
        return is_new


def _is_new(message_id: str, kind: InboundKind, message: OutboxMessage | None = None) -> bool:
    """Note, inside a command, that something that came in is handled; whether it was not yet."""
    row = {"message_id": message_id, "kind": kind, "handled_at": clock.now()}
    row["outbox_message_id"] = message.id if message else None
    return bool(add_missing(InboundMessage, [row], unique=["message_id"]))


def _message(report: Report) -> OutboxMessage | None:
    """Return the message that came back, if the address it came to proves that it is ours."""
    if report.kind is not InboundKind.BOUNCE or report.returned is None:
        return None
    name, proof = report.returned  # on its way somebody may have made its letters small
    named = select(OutboxMessage).where(func.lower(OutboxMessage.public_name) == name.lower())
    found = session().scalars(named.order_by(OutboxMessage.id), execution_options=_OPTIONS)
    return next((message for message in found if reading.is_ours(message.public_name, proof)), None)


def _note(message: OutboxMessage, report: Report) -> None:
    parts = [part for part in report.about(message.address) if part.action in _KINDS]
    if not parts:
        return
    events = [
        models.DeliveryEvent(
            project_id=message.project_id,
            message_id=message.id,
            kind=_KINDS[part.action],
            enhanced=part.status,
        )
        for part in parts
    ]
    failed = next((part for part in parts if part.action == "failed"), None)
    scope = nullcontext() if message.project_id is None else project_scope(message.project_id)
    with scope:
        session().add_all(events)
        # A report that comes late says nothing of a message that was taken back or ended since.
        if failed is not None and message.state in _SENT:
            _bounce(message, failed)
        session().flush()


def _bounce(message: OutboxMessage, part: RecipientReport) -> None:
    verdict = server_replies.judge_status(part.status)
    message.last_code, message.last_enhanced = _REFUSED, part.status
    message.finished_at = clock.now()
    if verdict is Verdict.OURS:
        message.state = MessageState.FAILED
    else:
        message.state, message.reason = MessageState.BOUNCED, Reason.ADDRESS_FAILS
    # Before it is counted how often this address refused, and how much of the batch failed.
    session().flush()
    if verdict is not Verdict.OURS:
        refusals.address_fails(message.address, verdict)
    elif message.batch_id is not None:
        refusals.pause_batch(message.batch_id, Response(_REFUSED, part.status))
