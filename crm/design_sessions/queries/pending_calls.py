"""Questions about who is to be told by phone, as no message told them, and who told them."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased, defer

from crm.core.db import session
from crm.core.mail import Purpose, Reason
from crm.design_sessions.mail_checks import ITEM
from crm.design_sessions.models import GONE, Answer, DesignSession, Invitation
from crm.messages.models import HANDED_OVER, MessageState, OutboxMessage

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
# It left, or would have, and did not arrive.
CAME_BACK = (MessageState.BOUNCED, MessageState.REJECTED, MessageState.FAILED)


class News(StrEnum):
    """What somebody is to be told by phone."""

    CHANGED = "changed"
    CANCELLED = "cancelled"
    REOPENED = "reopened"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Untold:
    """What somebody does not know yet, and the message that did not tell them."""

    news: News
    message: OutboxMessage

    @property
    def reason(self) -> Reason | None:
        """Why nobody may or can write to them, where that is known."""
        return self.message.reason


def untold(design_session: DesignSession) -> dict[int, Untold]:
    """Return by id of the invitation who is to be told by phone; nobody once it has begun."""
    if design_session.has_begun():
        return {}
    statement = (
        select(Invitation, OutboxMessage)
        .join(OutboxMessage, OutboxMessage.about_id == Invitation.id)
        .where(
            Invitation.design_session_id == design_session.id,
            OutboxMessage.purpose.in_(BY_PHONE),
            is_untold(),
        )
        .options(defer(OutboxMessage.mime))
        .order_by(OutboxMessage.id)
    )
    found = {}
    for invitation, message in session().execute(statement):
        news = _news(message.purpose, message.params)
        if ITEM not in message.params and _concerns(invitation, news):
            found[invitation.id] = Untold(news, message)
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
    """
    Return the condition for a message that did not arrive, and nobody told them instead.

    It was withheld, or refused, or it came back, and no later one has reached them since.
    """
    message = OutboxMessage
    knows = func.coalesce(Invitation.told_sequence, -1) >= message.sequence
    missed = _is_withheld() | (_came_back() & ~_is_followed())
    # Of who was put on the list again, what was of before does not count.
    return missed & ~knows & (message.id > Invitation.heard_before)


def was_phoned() -> ColumnElement[bool]:
    """Return the condition for a message that did not arrive, and somebody told them instead."""
    missed = _is_withheld() | _came_back()
    return missed & (Invitation.told_sequence >= OutboxMessage.sequence)


def _is_withheld() -> ColumnElement[bool]:
    message = OutboxMessage
    return (message.state == MessageState.WITHHELD) & message.reason.in_(UNREACHABLE)


def _came_back() -> ColumnElement[bool]:
    message = OutboxMessage
    is_news = or_(message.reason.is_(None), message.reason != Reason.OUTDATED)
    return message.state.in_(CAME_BACK) & is_news


def _is_followed() -> ColumnElement[bool]:
    later = aliased(OutboxMessage)
    return exists().where(
        later.about_id == OutboxMessage.about_id,
        later.purpose.in_(BY_PHONE),
        later.state.in_(HANDED_OVER),
        later.id > OutboxMessage.id,
    )


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
