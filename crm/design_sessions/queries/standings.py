"""Questions about where everybody stands who was ever invited to a session."""

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from crm.core.db import session
from crm.core.pagination import Page
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
)
from crm.design_sessions.queries import places
from crm.design_sessions.queries.people import SessionPerson
from crm.design_sessions.queries.session_lists import (
    ANSWERS,
    AnswerGroup,
    NotedGroup,
    PeopleFilter,
    ids_in_order,
    page_of_people,
    people_among,
)
from crm.design_sessions.waiting import in_order


class Everybody:
    """
    Everybody of a session as an actor may see them, by where they stand.

    :ivar noted: of how many people each is noted, and of how many nothing is
    """

    def __init__(self, actor: Actor, design_session: DesignSession) -> None:
        self.actor, self.design_session = actor, design_session
        self._answers = _answers(design_session)
        noted = _noted(design_session)
        nothing = self.all - sum(noted.values())
        self.noted: Mapping[NotedGroup, int] = {**noted, NotedGroup.NOTHING: nothing}

    @property
    def invited(self) -> int:
        """How many are on the invited list still."""
        return sum(number for one, number in self._answers.items() if one not in GONE)

    @property
    def all(self) -> int:
        """How many are on the invited list still or are noted."""
        return self.invited + _uninvited(self.design_session)

    @property
    def is_noted(self) -> bool:
        """Whether anything is noted of anybody."""
        return self.all > self.noted[NotedGroup.NOTHING]

    @property
    def someone_else(self) -> list[SessionPerson]:
        """Those whose link came to somebody else."""
        statement = (
            select(Invitation.person_id)
            .where(Invitation.design_session_id == self.design_session.id)
            .where(Invitation.someone_else_at.is_not(None), Invitation.answer.not_in(GONE))
            .order_by(Invitation.id)
        )
        ids = list(session().scalars(statement))
        return people_among(self.actor, self.design_session, ids)

    def count(self, group: AnswerGroup) -> int:
        """Return how many there are of one part."""
        return sum(self._answers[one] for one in ANSWERS[group])

    def page(self, chosen: PeopleFilter, number: int) -> Page[SessionPerson]:
        """Return a page of whom `chosen` leaves of all on the list or noted; who waits, in turn."""
        ids = ids_in_order(self.actor, self.design_session, chosen)
        if chosen.answer is AnswerGroup.WAITING:
            ids.sort(key=self.turns.__getitem__)
        gone = chosen.answer is AnswerGroup.GONE
        return page_of_people(self.actor, self.design_session, ids, number, with_gone=gone)

    @property
    def turns(self) -> Mapping[int, int]:
        """
        The turn, from 1, of who waits, by id of the person.

        Who has an offer comes first, then who waits, the next one first, then who missed it.
        """
        waiting = places.answering(self.design_session, ANSWERS[AnswerGroup.WAITING])
        line = {number: place for place, number in enumerate(waiting_line(self.design_session))}
        ranks = {Answer.OFFERED: 0, Answer.WAITING: 1, Answer.LAPSED: 2}
        places_of = {one.person_id: (ranks[one.answer], line.get(one.id, 0)) for one in waiting}
        by_name = ids_in_order(
            self.actor, self.design_session, PeopleFilter(answer=AnswerGroup.WAITING)
        )
        return {one: turn for turn, one in enumerate(sorted(by_name, key=places_of.__getitem__), 1)}


def waiting_line(design_session: DesignSession) -> Sequence[int]:
    """Return the ids of the invitations of who waits, the next one first."""
    waiting = places.waiters(places.answering(design_session, [Answer.WAITING]))
    order = in_order(
        design_session.waiting_rule,
        waiting,
        design_session.wanted,
        places.seats_by_helix(design_session),
    )
    return [one.invitation_id for one in order]


def _answers(design_session: DesignSession) -> Counter[Answer]:
    statement = (
        select(Invitation.answer, func.count())
        .where(Invitation.design_session_id == design_session.id)
        .group_by(Invitation.answer)
        .order_by(Invitation.answer)
    )
    rows = session().execute(statement)
    return Counter({answer: number for answer, number in rows})  # noqa: C416 - a Row is no pair to mypy


def _noted(design_session: DesignSession) -> dict[NotedGroup, int]:
    statement = (
        select(Attendance.status, func.count())
        .where(Attendance.design_session_id == design_session.id)
        .group_by(Attendance.status)
        .order_by(Attendance.status)
    )
    found = {NotedGroup(one.value): number for one, number in session().execute(statement)}
    return {NotedGroup(one.value): found.get(NotedGroup(one.value), 0) for one in AttendanceStatus}


def _uninvited(design_session: DesignSession) -> int:
    """Return how many are noted at a session who are not on its invited list."""
    invited = select(Invitation.person_id).where(
        Invitation.design_session_id == design_session.id, Invitation.answer.not_in(GONE)
    )
    statement = select(func.count()).where(
        Attendance.design_session_id == design_session.id, Attendance.person_id.not_in(invited)
    )
    return session().scalar(statement) or 0
