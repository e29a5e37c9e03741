"""The people of a session, page by page: by their answers, what is noted of them, and names."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, case, literal, select, true, union

from crm.core import clock
from crm.core.db import among, session
from crm.core.pagination import Page
from crm.core.permissions import Actor
from crm.design_sessions.models import GONE, Answer, Attendance, DesignSession, Invitation
from crm.design_sessions.queries.people import SessionPerson, listed, to_show
from crm.stakeholders.models import Person
from crm.stakeholders.queries.persons import called_so, counts_as_private, in_order
from crm.stakeholders.visibility import shown_as

PER_PAGE = 100
Kept = TypeVar("Kept", Invitation, Attendance)


class AnswerGroup(StrEnum):
    """The parts of the invited list that a planner looks at."""

    YES = "yes"
    MAYBE = "maybe"
    NO = "no"
    NONE = "none"
    WAITING = "waiting"
    GONE = "gone"


class NotedGroup(StrEnum):
    """What is noted of people at a session, or that nothing is."""

    PRESENT = "present"
    EXCUSED = "excused"
    NO_SHOW = "no_show"
    NOTHING = "nothing"


ANSWERS = {
    AnswerGroup.YES: (Answer.YES,),
    AnswerGroup.MAYBE: (Answer.MAYBE,),
    AnswerGroup.NO: (Answer.NO,),
    AnswerGroup.NONE: (Answer.NONE,),
    AnswerGroup.WAITING: (Answer.WAITING, Answer.OFFERED, Answer.LAPSED),
    AnswerGroup.GONE: GONE,
}


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Which people of a session are shown; what is not set does not matter."""

    search: str = ""
    answer: AnswerGroup | None = None
    noted: NotedGroup | None = None

    @property
    def count(self) -> int:
        """How many ways of narrowing are in use."""
        return sum(bool(one) for one in (self.search, self.answer, self.noted))


def ids_in_order(actor: Actor, design_session: DesignSession, chosen: PeopleFilter) -> list[int]:
    """
    Return the ids of everybody of a session whom `chosen` leaves, each once, by name.

    Pseudonyms come last, by number: the place in a list of names would tell the first letter.
    """
    statement = _joined(design_session, chosen)
    if chosen.answer is not None:
        statement = statement.where(Invitation.id.is_not(None))
    if chosen.noted is NotedGroup.NOTHING:
        statement = statement.where(Attendance.id.is_(None))
    elif chosen.noted is not None:
        statement = statement.where(Attendance.status == chosen.noted.value)
    if chosen.search:
        statement = statement.where(called_so(actor, chosen.search))
    return list(session().scalars(statement.order_by(*_by_what_is_shown(actor))))


def page_of_people(
    actor: Actor,
    design_session: DesignSession,
    ids: Sequence[int],
    number: int,
    *,
    with_gone: bool = False,
) -> Page[SessionPerson]:
    """
    Return page `number` (from 1; the last if there are less) of the people with these ids.

    :param with_gone: whether to tell of the invitation of who is off the list
    """
    number = min(max(1, number), max(1, -(-len(ids) // PER_PAGE)))
    shown = ids[(number - 1) * PER_PAGE : number * PER_PAGE]
    people = people_among(actor, design_session, shown, with_gone=with_gone)
    return Page(people, number, len(ids), total_is_capped=False, per_page=PER_PAGE)


def people_among(
    actor: Actor,
    design_session: DesignSession,
    person_ids: Collection[int],
    *,
    with_gone: bool = False,
) -> list[SessionPerson]:
    """Return those of these people who are invited to a session or noted there, in this order."""
    invited = _among(Invitation, design_session, person_ids)
    if not with_gone:
        invited = {number: one for number, one in invited.items() if not one.is_gone}
    noted = _among(Attendance, design_session, person_ids)
    wanted = select(Person).where(among(Person.id, {*invited, *noted})).options(*to_show())
    persons = {one.id: one for one in session().scalars(wanted.order_by(Person.id))}
    eyes, day = shown_as(actor), design_session.day
    return [
        listed(eyes, persons[number], day, (invited.get(number), noted.get(number)))
        for number in dict.fromkeys(person_ids)
        if number in persons
    ]


def page_with(ids: Sequence[int], person_id: int) -> int:
    """Return the number of the page on which a person stands; the first if they stand on none."""
    return ids.index(person_id) // PER_PAGE + 1 if person_id in ids else 1


def _among(
    model: type[Kept], design_session: DesignSession, person_ids: Collection[int]
) -> dict[int, Kept]:
    here = model.design_session_id == design_session.id
    statement = select(model).where(here, among(model.person_id, person_ids)).order_by(model.id)
    return {one.person_id: one for one in session().scalars(statement)}


def _joined(design_session: DesignSession, chosen: PeopleFilter) -> Select[int]:
    """Return the statement for the ids of everybody, with their invitation and attendance."""
    answers = ANSWERS[chosen.answer] if chosen.answer else None
    counts = Invitation.answer.not_in(GONE) if answers is None else Invitation.answer.in_(answers)
    invited = (Invitation.design_session_id == design_session.id) & counts
    noted = Attendance.design_session_id == design_session.id
    # By their ids, so that not the whole register is gone through for a few.
    theirs = union(
        select(Invitation.person_id).where(invited), select(Attendance.person_id).where(noted)
    )
    return (
        select(Person.id)
        .outerjoin(Invitation, (Invitation.person_id == Person.id) & invited)
        .outerjoin(Attendance, (Attendance.person_id == Person.id) & noted)
        .where(Person.id.in_(theirs))
    )


def _by_what_is_shown(actor: Actor) -> tuple[ColumnElement[Any], ...]:
    if actor.sees_private_persons:
        return tuple(in_order())
    hidden = counts_as_private(clock.today()) if actor.sees_persons else true()
    name = case((hidden, literal("")), else_=Person.sort_key)
    return case((hidden, 1), else_=0), name, case((hidden, Person.pseudonym), else_=Person.id)
