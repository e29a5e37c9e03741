"""Questions about what invited people were told: what reached them, what waits, who is reminded."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, exists, func, or_, select

from crm.core import clock
from crm.core.db import among, session
from crm.core.mail import Purpose
from crm.design_sessions.mail_checks import OPEN_QUESTION
from crm.design_sessions.models import Answer, AnswerEvent, DesignSession, Invitation
from crm.design_sessions.queries.pending_calls import is_untold, was_phoned
from crm.messages.models import HANDED_OVER, MessageState, OutboxMessage

SET_SIZE = 500
# What is written to an invited person about a session.
PURPOSES = (
    Purpose.INVITE,
    Purpose.REMINDER,
    Purpose.CONFIRMATION,
    Purpose.CHANGE,
    Purpose.CANCELLATION,
    Purpose.WAITING,
    Purpose.OFFER,
    Purpose.THANKS,
)
# What is in somebody's mailbox, or may be.
ARRIVED = (MessageState.HANDING_OVER, *HANDED_OVER, MessageState.UNCERTAIN)
TO_LEAVE = (MessageState.QUEUED, MessageState.CLAIMED)
# Nobody is reminded of an invitation of today.
REST = timedelta(days=1)


def were_told(invitations: Collection[Invitation]) -> set[int]:
    """Return the ids of invitations of which anything was written, sent or answered."""
    ids = [one.id for one in invitations]
    touched = {one.id for one in invitations if one.times_invited}
    written = exists().where(
        OutboxMessage.about_id == Invitation.id, OutboxMessage.purpose.in_(PURPOSES)
    )
    answered = exists().where(AnswerEvent.invitation_id == Invitation.id)
    for part in (ids[at : at + SET_SIZE] for at in range(0, len(ids), SET_SIZE)):
        statement = select(Invitation.id).where(Invitation.id.in_(part), written | answered)
        touched |= set(session().scalars(statement.order_by(Invitation.id)))
    return touched


def reached(design_session: DesignSession, purposes: Sequence[Purpose] = PURPOSES) -> set[int]:
    """
    Return the ids of the invitations about which a message of these purposes left, or was phoned.

    Of who was taken off the list and put on it again, what left before does not count.
    """
    statement = (
        select(OutboxMessage.about_id)
        .join(Invitation, Invitation.id == OutboxMessage.about_id)
        .where(
            Invitation.design_session_id == design_session.id,
            OutboxMessage.purpose.in_(purposes),
            OutboxMessage.id > Invitation.heard_before,
            or_(_has_left(), was_phoned()),
        )
        .order_by(OutboxMessage.about_id)
    )
    return {about for about in session().scalars(statement) if about is not None}


def unsent(design_session: DesignSession, purpose: Purpose) -> dict[int, Mapping[str, Any]]:
    """
    Return by id of the invitation what a message of this purpose says that they do not know yet.

    It has not left, or it may not be written and nobody has told them.
    """
    waits = OutboxMessage.state.in_(TO_LEAVE) & OutboxMessage.data_started_at.is_(None)
    statement = (
        select(OutboxMessage)
        .join(Invitation, Invitation.id == OutboxMessage.about_id)
        .where(
            Invitation.design_session_id == design_session.id,
            OutboxMessage.purpose == purpose,
            or_(waits, is_untold()),
        )
        .order_by(OutboxMessage.id)
    )
    return {one.about_id or 0: one.params for one in session().scalars(statement)}


def to_leave(keys: Iterable[str]) -> int:
    """Return how many of the messages about these events will leave: none that is withheld."""
    wanted = list(keys)
    number = 0
    for part in (wanted[at : at + SET_SIZE] for at in range(0, len(wanted), SET_SIZE)):
        statement = select(func.count(OutboxMessage.id)).where(
            OutboxMessage.dedup_key.in_(part), OutboxMessage.state.in_(TO_LEAVE)
        )
        number += session().scalar(statement) or 0
    return number


def who_heard(invitations: Collection[Invitation]) -> set[int]:
    """
    Return the ids of those who were sent an invitation, or heard of the session otherwise.

    An invitation that waits, was taken back or came back is none. Who said maybe, to whomever, or
    was told by phone knows of it.
    """
    ids = [one.id for one in invitations]
    got = exists().where(
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.purpose == Purpose.INVITE,
        OutboxMessage.id > Invitation.heard_before,
        _has_left(),
    )
    otherwise = (Invitation.answer != Answer.NONE) | Invitation.told_sequence.is_not(None)
    statement = select(Invitation.id).where(among(Invitation.id, ids), got | otherwise)
    return set(session().scalars(statement.order_by(Invitation.id)))


def to_remind(design_session: DesignSession) -> list[Invitation]:
    """
    Return who got an invitation a day ago or longer and did not say yes or no.

    Who was reminded less than a day ago is not reminded again, though the session moved meanwhile.
    """
    invited = exists().where(
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.purpose == Purpose.INVITE,
        OutboxMessage.state.in_(HANDED_OVER),
        OutboxMessage.finished_at <= clock.now() - REST,
    )
    statement = (
        select(Invitation)
        .where(
            Invitation.design_session_id == design_session.id,
            Invitation.answer.in_(OPEN_QUESTION),
            invited,
            ~_was_just_reminded(),
        )
        .order_by(Invitation.id)
    )
    return list(session().scalars(statement))


def _was_just_reminded() -> ColumnElement[bool]:
    left_at = func.coalesce(OutboxMessage.finished_at, OutboxMessage.data_started_at)
    return exists().where(
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.purpose == Purpose.REMINDER,
        OutboxMessage.state.in_(ARRIVED),
        left_at > clock.now() - REST,
    )


def _has_left() -> ColumnElement[bool]:
    # One that may have arrived waits to be sent once more with the same bytes.
    again = OutboxMessage.data_started_at.is_not(None) & OutboxMessage.state.in_(TO_LEAVE)
    return or_(OutboxMessage.state.in_(ARRIVED), again)
