"""Questions about places: how many are held, who waits, which offers have ended."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from crm.core import clock
from crm.core.db import among, ids_of, session
from crm.design_sessions.models import Answer, DesignSession, Invitation
from crm.design_sessions.waiting import Waiter
from crm.stakeholders.models import Helix

# What holds a place, in the order in which `Seats` has them.
HOLDS = (Answer.YES, Answer.OFFERED)


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
    return taken([design_session])[design_session].seats


def seats_by_helix(design_session: DesignSession) -> Counter[Helix]:
    """Return how many places each helix holds, offered ones among them."""
    return taken([design_session])[design_session].by_helix


@dataclass(frozen=True, slots=True)
class Taken:
    """The places of one session: how many, and of which helix those are that somebody holds."""

    seats: Seats
    by_helix: Counter[Helix]


def taken(sessions: Collection[DesignSession]) -> dict[DesignSession, Taken]:
    """Return the places of each of these sessions; an offer that has ended holds none."""
    counted = _held(sessions)
    return {
        one: Taken(
            Seats(one.capacity, *(counted[one.id, answer].total() for answer in HOLDS)),
            sum((counted[one.id, answer] for answer in HOLDS), Counter[Helix]()),
        )
        for one in sessions
    }


def _held(sessions: Collection[DesignSession]) -> Mapping[tuple[int, Answer], Counter[Helix]]:
    by = (Invitation.design_session_id, Invitation.answer, Invitation.helix)
    statement = (
        select(*by, func.count())
        .where(
            among(Invitation.design_session_id, [one.id for one in sessions]),
            Invitation.answer.in_(HOLDS),
            (Invitation.answer == Answer.YES) | (Invitation.offer_until > clock.now()),
        )
        .group_by(*by)
        .order_by(*by)
    )
    held: defaultdict[tuple[int, Answer], Counter[Helix]] = defaultdict(Counter)
    for session_id, answer, helix, number in session().execute(statement):
        held[session_id, answer][helix] = number
    return held


def answering(design_session: DesignSession, answers: Collection[Answer]) -> list[Invitation]:
    """Return the invitations with one of these answers, oldest first."""
    return all_answering([design_session], answers)[design_session]


def all_answering(
    sessions: Collection[DesignSession], answers: Collection[Answer]
) -> dict[DesignSession, list[Invitation]]:
    """Return the invitations to each of these sessions with one of these answers, oldest first."""
    statement = (
        select(Invitation)
        .where(
            among(Invitation.design_session_id, [one.id for one in sessions]),
            Invitation.answer.in_(answers),
        )
        .order_by(Invitation.id)
    )
    found: dict[int, list[Invitation]] = {one.id: [] for one in sessions}
    for one in session().scalars(statement):
        found[one.design_session_id].append(one)
    return {one: found[one.id] for one in sessions}


def waiters(invitations: Collection[Invitation]) -> list[Waiter]:
    """Return those who wait as the rules of the waiting list see them."""
    return [
        Waiter(one.id, one.helix, one.waiting_since or one.invited_at, one.lot or 0)
        for one in invitations
    ]


def with_targets(sessions: Collection[DesignSession]) -> list[DesignSession]:
    """Return these sessions in the order of their ids, read with what each helix should have."""
    statement = (
        select(DesignSession)
        .where(among(DesignSession.id, ids_of(sessions)))
        .options(selectinload(DesignSession.targets))
        .order_by(DesignSession.id)
    )
    return list(session().scalars(statement))


def ended_offers(sessions: Collection[DesignSession]) -> list[Invitation]:
    """Return those whose offered place in one of these sessions was not taken in time."""
    statement = (
        select(Invitation)
        .where(
            among(Invitation.design_session_id, ids_of(sessions)),
            Invitation.answer == Answer.OFFERED,
            Invitation.offer_until <= clock.now(),
        )
        .order_by(Invitation.offer_until, Invitation.id)
    )
    return list(session().scalars(statement))
