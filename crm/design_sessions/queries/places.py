"""Questions about places: how many are held, who waits, which offers have ended."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from crm.core import clock
from crm.core.db import session
from crm.design_sessions.models import HOLDS_SEAT, Answer, DesignSession, Invitation
from crm.design_sessions.waiting import Waiter
from crm.stakeholders.models import Helix


@dataclass(frozen=True, slots=True)
class Seats:
    """How many places a session has, and how many are held by a "yes" and by an offer."""

    capacity: int | None
    accepted: int
    offered: int

    @property
    def held(self) -> int:
        """How many places nobody else can have."""
        return self.accepted + self.offered

    @property
    def free(self) -> int | None:
        """How many places are free; none: there is no limit."""
        return None if self.capacity is None else max(0, self.capacity - self.held)

    @property
    def over(self) -> int:
        """How many people more are coming than there are places."""
        return 0 if self.capacity is None else max(0, self.accepted - self.capacity)

    @property
    def is_full(self) -> bool:
        """Whether no place is free."""
        return self.free == 0


def seats(design_session: DesignSession) -> Seats:
    """Return how many places are there and held; an offer that has ended holds none."""
    counted = _held(design_session)
    return Seats(
        design_session.capacity,
        accepted=sum(n for (answer, _helix), n in counted.items() if answer is Answer.YES),
        offered=sum(n for (answer, _helix), n in counted.items() if answer is Answer.OFFERED),
    )


def seats_by_helix(design_session: DesignSession) -> Counter[Helix]:
    """Return how many places each helix holds, offered ones among them."""
    held: Counter[Helix] = Counter()
    for (_answer, helix), number in _held(design_session).items():
        held[helix] += number
    return held


def _held(design_session: DesignSession) -> dict[tuple[Answer, Helix], int]:
    statement = (
        select(Invitation.answer, Invitation.helix, func.count())
        .where(
            Invitation.design_session_id == design_session.id,
            Invitation.answer.in_(HOLDS_SEAT),
            (Invitation.answer == Answer.YES) | (Invitation.offer_until > clock.now()),
        )
        .group_by(Invitation.answer, Invitation.helix)
        .order_by(Invitation.answer, Invitation.helix)
    )
    return {(answer, helix): number for answer, helix, number in session().execute(statement)}


def answering(design_session: DesignSession, answers: Collection[Answer]) -> list[Invitation]:
    """Return the invitations with one of these answers, oldest first."""
    statement = (
        select(Invitation)
        .where(
            Invitation.design_session_id == design_session.id,
            Invitation.answer.in_(answers),
        )
        .order_by(Invitation.id)
    )
    return list(session().scalars(statement))


def waiters(invitations: Collection[Invitation]) -> list[Waiter]:
    """Return those who wait as the rules of the waiting list see them."""
    return [
        Waiter(one.id, one.helix, one.waiting_since or one.invited_at, one.lot or 0)
        for one in invitations
    ]


def ended_offers(design_session: DesignSession) -> list[Invitation]:
    """Return those whose offered place was not taken in time."""
    statement = (
        select(Invitation)
        .where(
            Invitation.design_session_id == design_session.id,
            Invitation.answer == Answer.OFFERED,
            Invitation.offer_until <= clock.now(),
        )
        .order_by(Invitation.offer_until, Invitation.id)
    )
    return list(session().scalars(statement))
