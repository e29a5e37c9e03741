"""Questions about what invited people were told, who is to be phoned, and who may be written to."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, inspect, or_, select
from sqlalchemy.orm import aliased, defer, joinedload

from crm.consent import queries, rules
from crm.core import clock
from crm.core.db import among, ids_of, session
from crm.core.mail import Purpose, Reason, Recipient
from crm.design_sessions.models import GONE, Answer, AnswerEvent, DesignSession, Invitation
from crm.design_sessions.queries.people import to_show
from crm.design_sessions.rules.mail_checks import ITEM, OPEN_QUESTION
from crm.messages.models import HANDED_OVER, OF_A_SESSION, MessageState, OutboxMessage
from crm.messages.queries import addressing, suppressions
from crm.stakeholders.models import Person

SET_SIZE = 500
# What is in somebody's mailbox, or may be.
ARRIVED = (MessageState.HANDING_OVER, *HANDED_OVER, MessageState.UNCERTAIN)
TO_LEAVE = (MessageState.QUEUED, MessageState.CLAIMED)
# Nobody is reminded of an invitation of today.
REST = timedelta(days=1)


def were_told(invitations: Collection[Invitation]) -> set[int]:
    """Return the ids of invitations of which anything was written, sent or answered."""
    ids = ids_of(invitations)
    touched = {invitation.id for invitation in invitations if invitation.times_invited}
    written = exists().where(
        OutboxMessage.about_id == Invitation.id, OutboxMessage.purpose.in_(OF_A_SESSION)
    )
    answered = exists().where(AnswerEvent.invitation_id == Invitation.id)
    for part in (ids[at : at + SET_SIZE] for at in range(0, len(ids), SET_SIZE)):
        statement = select(Invitation.id).where(Invitation.id.in_(part), written | answered)
        touched |= set(session().scalars(statement.order_by(Invitation.id)))
    return touched


def reached(design_session: DesignSession, purposes: Sequence[Purpose] = OF_A_SESSION) -> set[int]:
    """
    Return the ids of the invitations about which a message of these purposes left, or was phoned.

    Of who was taken off the list and put on it again, what left before does not count.
    """
    statement = _about(OutboxMessage.about_id, design_session).where(
        OutboxMessage.purpose.in_(purposes),
        OutboxMessage.id > Invitation.heard_before,
        or_(_has_left(), was_phoned()),
    )
    about = session().scalars(statement.order_by(OutboxMessage.about_id))
    return {number for number in about if number is not None}


def _about(what: Any, design_session: DesignSession) -> Select[Any]:
    """Return the statement for this of the messages about the invitations to a session."""
    statement = select(what).join(Invitation, Invitation.id == OutboxMessage.about_id)
    return statement.where(Invitation.design_session_id == design_session.id)


def unsent(design_session: DesignSession, purpose: Purpose) -> dict[int, Mapping[str, Any]]:
    """
    Return by id of the invitation what a message of this purpose says that they do not know yet.

    It has not left, or it may not be written and nobody has told them.
    """
    # Data that a mail server began to take may have arrived.
    waits = OutboxMessage.state.in_(TO_LEAVE) & OutboxMessage.data_started_at.is_(None)
    statement = _about(OutboxMessage, design_session).where(
        OutboxMessage.purpose == purpose, or_(waits, is_untold())
    )
    messages = session().scalars(statement.order_by(OutboxMessage.id))
    return {message.about_id or 0: message.params for message in messages}


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
    got = exists().where(
        OutboxMessage.about_id == Invitation.id,
        OutboxMessage.purpose == Purpose.INVITE,
        OutboxMessage.id > Invitation.heard_before,
        _has_left(),
    )
    otherwise = (Invitation.answer != Answer.NONE) | Invitation.told_sequence.is_not(None)
    theirs = among(Invitation.id, ids_of(invitations))
    statement = select(Invitation.id).where(theirs, got | otherwise)
    return set(session().scalars(statement.order_by(Invitation.id)))


def to_remind(design_session: DesignSession) -> list[Invitation]:
    """
    Return who got an invitation a day ago or longer and did not say yes or no.

    Who was reminded less than a day ago is not reminded again, though the session moved meanwhile.
    """
    about, a_day_ago = OutboxMessage.about_id == Invitation.id, clock.now() - REST
    invited = exists().where(
        about,
        OutboxMessage.purpose == Purpose.INVITE,
        OutboxMessage.state.in_(HANDED_OVER),
        OutboxMessage.finished_at <= a_day_ago,
    )
    left_at = func.coalesce(OutboxMessage.finished_at, OutboxMessage.data_started_at)
    just_reminded = exists().where(
        about,
        OutboxMessage.purpose == Purpose.REMINDER,
        OutboxMessage.state.in_(ARRIVED),
        left_at > a_day_ago,
    )
    here = Invitation.design_session_id == design_session.id
    statement = select(Invitation).where(
        here, Invitation.answer.in_(OPEN_QUESTION), invited, ~just_reminded
    )
    return list(session().scalars(statement.order_by(Invitation.id)))


def _has_left() -> ColumnElement[bool]:
    # One that may have arrived waits to be sent once more with the same bytes.
    again = OutboxMessage.data_started_at.is_not(None) & OutboxMessage.state.in_(TO_LEAVE)
    return or_(OutboxMessage.state.in_(ARRIVED), again)


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
    statement = select(Invitation, OutboxMessage)
    statement = statement.join(OutboxMessage, OutboxMessage.about_id == Invitation.id).where(
        Invitation.design_session_id == design_session.id,
        OutboxMessage.purpose.in_(BY_PHONE),
        is_untold(),
    )
    # The bytes of a message are many, and nobody reads them here.
    rows = session().execute(
        statement.options(defer(OutboxMessage.mime)).order_by(OutboxMessage.id)
    )
    # Of several messages to one person the last one counts.
    return {
        invitation.id: Untold(news, message)
        for invitation, message in rows
        if ITEM not in message.params and (news := _news(invitation, message))
    }


def withheld_ids(design_session: DesignSession, purpose: Purpose) -> list[int]:
    """Return the ids of the messages that nobody on the list was told the words of."""
    statement = _about(OutboxMessage.id, design_session).where(
        Invitation.answer.not_in(GONE), OutboxMessage.purpose == purpose, is_untold()
    )
    return list(session().scalars(statement.order_by(OutboxMessage.id)))


def is_untold() -> ColumnElement[bool]:
    """
    Return the condition for a message that did not arrive, and nobody told them instead.

    It was withheld, or refused, or it came back, and no later one has reached them since.
    """
    message, later = OutboxMessage, aliased(OutboxMessage)
    knows = func.coalesce(Invitation.told_sequence, -1) >= message.sequence
    followed = exists().where(
        later.about_id == message.about_id,
        later.purpose.in_(BY_PHONE),
        later.state.in_(HANDED_OVER),
        later.id > message.id,
    )
    missed = _is_withheld() | (_came_back() & ~followed)
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


def _news(invitation: Invitation, message: OutboxMessage) -> News | None:
    """Return what somebody is to be told; nothing where it is not so any more, or they know."""
    params = message.params
    if message.purpose is Purpose.CANCELLATION:
        news = News.LEFT if params.get("left") else News.CANCELLED
    else:
        news = News.REOPENED if params.get("reopened") else News.CHANGED
    # Who left by their own wish knows, as does who answered since.
    if news is News.LEFT or invitation.is_gone:
        return news if news is News.LEFT and invitation.answer is Answer.REVOKED else None
    answered, sequence = invitation.answered_sequence, invitation.design_session.sequence
    is_so = news is News.CANCELLED or answered is None or answered < sequence
    return news if is_so else None


# What follows from an answer; a change or cancellation is that only for who answered.
REPLIES = (Purpose.CONFIRMATION, Purpose.WAITING, Purpose.OFFER)
NEWS_OF_SESSION = (Purpose.CHANGE, Purpose.CANCELLATION)
# Who unsubscribed hears no more of a session, but for one that they said yes to.
SAID_YES = (Answer.YES, Answer.WAITING, Answer.OFFERED)


def recipients(
    invitations: Collection[Invitation],
    purpose: Purpose,
    *,
    before: Mapping[int, int] | None = None,
) -> dict[int, Recipient | Reason]:
    """
    Return by id of the invitation who may get a message of this purpose, or why they may not.

    :param before: by invitation, the message about to be sent itself: only older ones were written
    """
    persons = _persons(invitations)
    standings = queries.standings(list(persons.values()))
    firsts, sent = addressing.firsts(persons), before or {}
    found = {}
    for invitation in invitations:
        first = firsts.get(invitation.person_id, {})
        known = addressing.older(first, sent.get(invitation.id))
        standing = standings[invitation.person_id].knowing(written=known)
        found[invitation.id] = recipient(invitation, purpose, standing)
    return found | (_unsubscribed(invitations, found) if purpose in NEWS_OF_SESSION else {})


def _unsubscribed(
    invitations: Collection[Invitation], found: Mapping[int, Recipient | Reason]
) -> dict[int, Reason]:
    """Return by id of the invitation who is not told, as they want no mail and never said yes."""
    addresses = {
        invitation.id: to.address
        for invitation in invitations
        if invitation.answer not in SAID_YES and isinstance(to := found[invitation.id], Recipient)
    }
    stopped = suppressions.reasons_by_scope(set(addresses.values()))
    return {
        key: reason
        for key, address in addresses.items()
        if (reason := suppressions.reason_against(stopped.get(address, {}), is_bulk=True))
    }


def _persons(invitations: Collection[Invitation]) -> dict[int, Person]:
    """Return the persons by id, read together where they were not read yet."""
    unread = {held.person_id for held in invitations if "person" in inspect(held).unloaded}
    kept = list(session().scalars(select(Person).where(Person.id.in_(unread)))) if unread else []
    found = {invitation.person_id: invitation.person for invitation in invitations}
    assert len(kept) <= len(found)  # noqa: S101 - kept until here, or each were read alone
    return found


def unreachable(
    invitations: Collection[Invitation], found: Mapping[int, Recipient | Reason]
) -> dict[int, Reason]:
    """Return by id of the invitation why nobody may write to somebody at all, nor can."""
    addresses = {to.address for to in found.values() if isinstance(to, Recipient)}
    stopped = suppressions.reasons_by_scope(addresses)
    reasons: dict[int, Reason] = {}
    for invitation in invitations:
        to = found[invitation.id]
        against = stopped.get(to.address, {}) if isinstance(to, Recipient) else {}
        why = to if isinstance(to, Reason) else suppressions.reason_against(against, is_bulk=False)
        if why is not None:
            reasons[invitation.id] = why
    return reasons


def recipient(
    invitation: Invitation, purpose: Purpose, standing: rules.Standing
) -> Recipient | Reason:
    """Return an invited person as somebody who may get this message, or why they may not."""
    # Whoever answers, by their link or to a planner, wants to hear what follows from it.
    agreeing = standing.agreeing(answered=invitation.answered_at is not None)
    asks = asking(invitation, purpose)
    return rules.recipient(invitation.person, agreeing, purpose=invitation.purpose, asking=asks)


def asking(invitation: Invitation, purpose: Purpose) -> rules.Asking:
    """Return what a message of this purpose asks of an invited person, or answers."""
    answered = invitation.answer is not Answer.NONE or invitation.answered_at is not None
    if purpose in REPLIES or (purpose in NEWS_OF_SESSION and answered):
        return rules.Asking.REPLY
    if purpose is Purpose.INVITE and invitation.gave_address:
        return rules.Asking.FIRST
    return rules.Asking.FOLLOW_UP


def to_write(invitation_id: int) -> Invitation | None:
    """Return an invitation with all that a message about it needs, if it is there still."""
    return all_to_write([invitation_id]).get(invitation_id)


def all_to_write(
    invitation_ids: Collection[int], *, are_written: bool = False
) -> dict[int, Invitation]:
    """
    Return invitations by id, with all that messages about them need.

    :param are_written: whether only their recipients still matter
    """
    shown = joinedload(Invitation.person).options(*(() if are_written else to_show()))
    statement = select(Invitation).where(Invitation.id.in_(invitation_ids))
    statement = statement.options(joinedload(Invitation.design_session), shown)
    found = session().scalars(statement.execution_options(populate_existing=True))
    return {invitation.id: invitation for invitation in found}
