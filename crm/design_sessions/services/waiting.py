"""Places: every change of an answer, and what becomes of a place that falls free."""

import secrets
from collections.abc import Iterable

from crm.core import clock
from crm.core.commands import command
from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions import queries
from crm.design_sessions.models import (
    STAYS_AWAY,
    Answer,
    AnsweredBy,
    AnswerEvent,
    DesignSession,
    Invitation,
)
from crm.design_sessions.policy import SessionPermission
from crm.design_sessions.queries import places
from crm.design_sessions.services import telling
from crm.design_sessions.services.needs import forget_needs
from crm.design_sessions.waiting import next_waiter, offer_ends

LOTS = 2**31 - 1


def move(invitation: Invitation, after: Answer, by: AnsweredBy) -> AnswerEvent:
    """Give an invitation its new answer and note the change; inside a command, under the lock."""
    before, now = invitation.answer, clock.now()
    sequence = invitation.design_session.sequence
    invitation.answer = after
    invitation.reconfirm_sequence = invitation.call_after = invitation.offer_until = None
    if by is not AnsweredBy.SYSTEM or after is Answer.YES:
        invitation.answered_at, invitation.answered_by = now, by
        invitation.answered_sequence = sequence
    if after is not Answer.OFFERED and before is not Answer.OFFERED:
        _wait(invitation, after)
    event = AnswerEvent(
        invitation_id=invitation.id, at=now, by=by, before=before, after=after, sequence=sequence
    )
    session().add(event)
    session().flush()
    if after in STAYS_AWAY:
        forget_needs(invitation)
    return event


def rebalance(design_session: DesignSession) -> None:
    """
    Let ended offers lapse and offer each free place to who is next; inside a command, locked.

    Never more places are offered than are free, and none while no answers are taken.
    """
    lapse(design_session)
    free = places.seats(design_session).free
    if free == 0 or not design_session.takes_answers():
        return
    waiting = {one.id: one for one in places.answering(design_session, [Answer.WAITING])}
    while waiting and free != 0:
        chosen = next_waiter(
            design_session.waiting_rule,
            places.waiters(waiting.values()),
            design_session.wanted,
            places.seats_by_helix(design_session),
        )
        assert chosen is not None  # noqa: S101 - somebody waits
        _offer(design_session, waiting.pop(chosen.invitation_id))
        free = None if free is None else free - 1


@command(SessionPermission.ARRANGE)
def lapse_offers(_actor: Actor, design_session: DesignSession) -> None:
    """Let the offers lapse that ended, and offer those places to who is next."""
    queries.lock(design_session)
    rebalance(design_session)


def lapse(design_session: DesignSession) -> None:
    """Take back the places that were offered and not taken in time; inside a command."""
    for invitation in places.ended_offers(design_session):
        move(invitation, Answer.LAPSED, AnsweredBy.SYSTEM)


def take_back(invitations: Iterable[Invitation]) -> None:
    """Let who was offered a place wait again, where they stood; inside a command."""
    for invitation in invitations:
        move(invitation, Answer.WAITING, AnsweredBy.SYSTEM)


def _offer(design_session: DesignSession, invitation: Invitation) -> None:
    until = offer_ends(clock.now(), design_session.starts_at)
    if until is None:
        telling.of_answer(invitation, move(invitation, Answer.YES, AnsweredBy.SYSTEM))
        return
    move(invitation, Answer.OFFERED, AnsweredBy.SYSTEM)
    invitation.offer_until = until
    invitation.offers += 1
    session().flush()
    telling.of_offer(invitation)


def _wait(invitation: Invitation, after: Answer) -> None:
    waits = after is Answer.WAITING
    invitation.waiting_since = clock.now() if waits else None
    invitation.lot = secrets.randbelow(LOTS) if waits else None
