"""Places: every change of an answer, and what becomes of a place that falls free."""

import secrets
from collections.abc import Collection
from typing import Any

from crm.core import clock
from crm.core.commands import command
from crm.core.db import add_many, session
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
from crm.design_sessions.queries import answers, places
from crm.design_sessions.queries.places import Taken
from crm.design_sessions.services import notifications
from crm.design_sessions.services.needs import forget_needs
from crm.design_sessions.services.notifications import Moved
from crm.design_sessions.waiting import in_order, offer_ends

LOTS = 2**31 - 1


def move(
    invitations: Collection[Invitation], after: Answer, by: AnsweredBy
) -> dict[Invitation, Moved]:
    """
    Give invitations their new answer and note each change; inside a command, under the lock.

    It takes as many statements for many as for one.
    """
    rows = [_moved(one, after, by) for one in invitations]
    ids = add_many(AnswerEvent, rows)
    moved = [Moved(event_id, row["before"], after) for event_id, row in zip(ids, rows, strict=True)]
    if after in STAYS_AWAY:
        forget_needs(invitations)
        answers.read_together(invitations)
    return dict(zip(invitations, moved, strict=True))


def rebalance(*sessions: DesignSession) -> None:
    """
    Let ended offers lapse and offer each free place to who is next; inside a command, locked.

    Never more places are offered than are free, and none while no answers are taken. It takes as
    many statements for many sessions and places as for one.
    """
    lapse(sessions)
    held = places.with_targets(sessions)
    taken = places.taken(held)
    free = [one for one in held if one.takes_answers() and not taken[one].seats.is_full]
    if not free:
        return
    waiting = places.all_answering(free, [Answer.WAITING])
    _offer([person for one in free for person in _next(one, taken[one], waiting[one])])


def _next(held: DesignSession, taken: Taken, waiting: Collection[Invitation]) -> list[Invitation]:
    """Return who is offered the places of a session that are free, in their order."""
    known = {one.id: one for one in waiting}
    order = in_order(
        held.waiting_rule,
        places.waiters(waiting),
        held.wanted,
        taken.by_helix,
        at_most=taken.seats.free,
    )
    return [known[one.invitation_id] for one in order]


@command(SessionPermission.ARRANGE)
def lapse_offers(_actor: Actor, design_session: DesignSession) -> None:
    """Let the offers lapse that ended, and offer those places to who is next."""
    queries.lock(design_session)
    rebalance(design_session)


def lapse(sessions: Collection[DesignSession]) -> None:
    """Take back the places that were offered and not taken in time; inside a command."""
    if ended := places.ended_offers(sessions):
        move(ended, Answer.LAPSED, AnsweredBy.SYSTEM)


def take_back(invitations: Collection[Invitation]) -> None:
    """Let who was offered a place wait again, where they stood; inside a command."""
    if invitations:
        move(invitations, Answer.WAITING, AnsweredBy.SYSTEM)


def _offer(invitations: Collection[Invitation]) -> None:
    now = clock.now()
    until = {one: offer_ends(now, one.design_session.starts_at) for one in invitations}
    given = [one for one in invitations if until[one] is None]
    offered = [one for one in invitations if until[one] is not None]
    if offered:
        move(offered, Answer.OFFERED, AnsweredBy.SYSTEM)
    for one in offered:
        one.offer_until = until[one]
        one.offers += 1
    session().flush()
    notifications.of_offers(offered)
    if given:
        answers.read_together(given)
        notifications.of_answers(move(given, Answer.YES, AnsweredBy.SYSTEM))


def _moved(invitation: Invitation, after: Answer, by: AnsweredBy) -> dict[str, Any]:
    before, now = invitation.answer, clock.now()
    sequence = invitation.design_session.sequence
    invitation.answer = after
    invitation.reconfirm_sequence = invitation.call_after = invitation.offer_until = None
    if by is not AnsweredBy.SYSTEM or after is Answer.YES:
        invitation.answered_at, invitation.answered_by = now, by
        invitation.answered_sequence = sequence
    if after is not Answer.OFFERED and before is not Answer.OFFERED:
        _wait(invitation, after)
    values = {"at": now, "by": by, "before": before, "after": after, "sequence": sequence}
    return {"invitation_id": invitation.id, **values}


def _wait(invitation: Invitation, after: Answer) -> None:
    waits = after is Answer.WAITING
    invitation.waiting_since = clock.now() if waits else None
    invitation.lot = secrets.randbelow(LOTS) if waits else None
