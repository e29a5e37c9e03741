"""Questions about who is to be told by phone: a message to them was withheld, and who told them."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select

from crm.core.db import session
from crm.core.mail import Purpose, Reason
from crm.design_sessions.checking import ITEM
from crm.design_sessions.models import GONE, Answer, DesignSession, Invitation
from crm.messages.models import MessageState, OutboxMessage

# Whoever does not get these would come in vain, or to another place.
BY_PHONE = (Purpose.CHANGE, Purpose.CANCELLATION)
# Why nobody may write to somebody, or can; what else is withheld has become untrue.
UNREACHABLE = (
    Reason.NO_ADDRESS,
    Reason.ADDRESS_FAILS,
    Reason.NOT_ALLOWED,
    Reason.ONCE_ONLY,
    Reason.UNSUBSCRIBED,
    Reason.DECLINED,
    Reason.OBJECTED,
)


class News(StrEnum):
    """What somebody is to be told by phone."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Untold:
    """What somebody does not know yet, and why nobody may write it to them."""

    news: News
    reason: Reason


def untold(design_session: DesignSession) -> dict[int, Untold]:
    """Return by id of the invitation who is to be told by phone; nobody once it has begun."""
    if design_session.has_begun():
        return {}
    statement = (
        select(Invitation, OutboxMessage.purpose, OutboxMessage.params, OutboxMessage.reason)
        .join(OutboxMessage, OutboxMessage.about_id == Invitation.id)
        .where(
            Invitation.design_session_id == design_session.id,
            OutboxMessage.purpose.in_(BY_PHONE),
            is_untold(),
        )
        .order_by(OutboxMessage.id)
    )
    found = {}
    for invitation, purpose, params, reason in session().execute(statement):
        if ITEM in params:
            continue
        news = _news(purpose, params)
        if _concerns(invitation, news):
            found[invitation.id] = Untold(news, reason)
    return found


def withheld_ids(design_session: DesignSession, purpose: Purpose) -> list[int]:
    """Return the ids of the messages that nobody on the list was told the words of."""
    statement = (
        select(OutboxMessage.id)
        .join(Invitation, Invitation.id == OutboxMessage.about_id)
        .where(
            Invitation.design_session_id == design_session.id,
            Invitation.answer.not_in(GONE),
            OutboxMessage.purpose == purpose,
            is_untold(),
        )
        .order_by(OutboxMessage.id)
    )
    return list(session().scalars(statement))


def is_untold() -> ColumnElement[bool]:
    """Return the condition for a message that was withheld, and nobody told them instead."""
    message = OutboxMessage
    knows = func.coalesce(Invitation.told_sequence, -1) >= message.sequence
    # Of who was put on the list again, what was of before does not count.
    return _is_withheld() & ~knows & (message.id > Invitation.heard_before)


def was_phoned() -> ColumnElement[bool]:
    """Return the condition for a message that was withheld, and somebody told them instead."""
    return _is_withheld() & (Invitation.told_sequence >= OutboxMessage.sequence)


def _is_withheld() -> ColumnElement[bool]:
    message = OutboxMessage
    return (message.state == MessageState.WITHHELD) & message.reason.in_(UNREACHABLE)


def _news(purpose: Purpose, params: dict[str, object]) -> News:
    if purpose is Purpose.CANCELLATION:
        return News.LEFT if params.get("left") else News.CANCELLED
    return News.REOPENED if params.get("reopened") else News.CHANGED


def _concerns(invitation: Invitation, news: News) -> bool:
    """Whether it is so still: who left by their own wish knows, as does who answered since."""
    if news is News.LEFT or invitation.is_gone:
        return news is News.LEFT and invitation.answer is Answer.REVOKED
    answered, sequence = invitation.answered_sequence, invitation.design_session.sequence
    return news is News.CANCELLED or answered is None or answered < sequence
