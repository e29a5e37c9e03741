"""Questions about where everybody stands who was ever invited to a session."""

from collections.abc import Sequence
from enum import StrEnum

from crm.core.permissions import Actor
from crm.design_sessions.models import Answer, DesignSession
from crm.design_sessions.queries import answers, places
from crm.design_sessions.queries.people import SessionPerson, people_of
from crm.design_sessions.waiting import in_order


class AnswerGroup(StrEnum):
    """The parts of the invited list that a planner looks at."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    NONE = "none"
    WAITING = "waiting"
    GONE = "gone"


ANSWERS = {
    AnswerGroup.YES: (Answer.YES,),
    AnswerGroup.MAYBE: (Answer.MAYBE,),
    AnswerGroup.NO: (Answer.NO,),
    AnswerGroup.NONE: (Answer.NONE,),
    AnswerGroup.WAITING: (Answer.WAITING, Answer.OFFERED, Answer.LAPSED),
    AnswerGroup.GONE: (Answer.WITHDRAWN, Answer.REVOKED),
}


class Everybody:
    """Everybody of a session as an actor may see them, by where they stand."""

    def __init__(self, actor: Actor, design_session: DesignSession) -> None:
        self.design_session = design_session
        self.listed = people_of(actor, design_session)
        self._gone = [one for one, _answer in answers.gone(actor, design_session)]

    @property
    def someone_else(self) -> list[SessionPerson]:
        """Those whose link came to somebody else."""
        return [one for one in self.listed if one.standing and one.standing.someone_else_at]

    @property
    def names(self) -> dict[int, str]:
        """The name of everybody, by the id of the person."""
        return {one.shown.id: one.shown.name for one in (*self._gone, *self.listed)}

    def count(self, group: AnswerGroup) -> int:
        """Return how many there are of one part."""
        return len(self._of(group))

    def people(self, group: AnswerGroup | None) -> list[SessionPerson]:
        """Return one part, or everybody who is invited or was there; who waits, in their order."""
        if group is None:
            return self.listed
        if group is AnswerGroup.WAITING:
            return self._in_line()
        return self._of(group)

    def _of(self, group: AnswerGroup) -> list[SessionPerson]:
        wanted = ANSWERS[group]
        return [one for one in (*self.listed, *self._gone) if one.answer in wanted]

    def _in_line(self) -> list[SessionPerson]:
        """Return who has an offer first, then who waits, the next one first, then who missed it."""
        line = {number: place for place, number in enumerate(waiting_line(self.design_session))}
        rank = {Answer.OFFERED: 0, Answer.WAITING: 1, Answer.LAPSED: 2}

        def place(one: SessionPerson) -> tuple[int, int]:
            assert one.standing is not None  # noqa: S101 - who waits was invited
            return rank[one.standing.answer], line.get(one.standing.invitation_id, 0)

        return sorted(self._of(AnswerGroup.WAITING), key=place)


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
