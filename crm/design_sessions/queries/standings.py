"""Questions about where everybody of a session stands: groups, calls and proposals."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, case, false, func, literal, or_, select, true, union
from sqlalchemy.orm import joinedload, selectinload

from crm.consent.models import Basis
from crm.consent.queries import standings
from crm.core import clock
from crm.core.db import among, session
from crm.core.normalisation import fold
from crm.core.pagination import Page, page_of_rows
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Answer,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
    Proposal,
    ProposalState,
    SessionState,
)
from crm.design_sessions.queries import answers as answer_queries
from crm.design_sessions.queries.notification_log import Untold
from crm.design_sessions.queries.notification_log import untold as untold_of
from crm.design_sessions.queries.people import (
    Noted,
    SessionPerson,
    by_person,
    listed,
    on_list,
    organisation_on,
    to_show,
    with_roles,
)
from crm.design_sessions.queries.sessions import balance_of
from crm.design_sessions.rules.waiting import in_order
from crm.stakeholders.models import Email, Helix, Person
from crm.stakeholders.queries import persons
from crm.stakeholders.queries.persons import called_so, counts_as_private
from crm.stakeholders.rules.visibility import Shown, ShownPerson, shown_as
from crm.stakeholders.values import names

PER_PAGE = 100


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
        return sum(bool(choice) for choice in (self.search, self.answer, self.noted))


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
    if actor.sees_private_persons:
        return list(session().scalars(statement.order_by(*persons.IN_ORDER)))
    hidden = counts_as_private(clock.today()) if actor.sees_persons else true()
    name = case((hidden, literal("")), else_=Person.sort_key)
    order = case((hidden, 1), else_=0), name, case((hidden, Person.pseudonym), else_=Person.id)
    return list(session().scalars(statement.order_by(*order)))


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
    shown = page_of_rows(ids, number, per_page=PER_PAGE, or_last=True)
    people = people_among(actor, design_session, shown.items, with_gone=with_gone)
    return shown.showing(people)


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
        invited = {number: noted for number, noted in invited.items() if not noted.is_gone}
    noted = _among(Attendance, design_session, person_ids)
    wanted = select(Person).where(among(Person.id, {*invited, *noted})).options(*to_show())
    persons = {person.id: person for person in session().scalars(wanted.order_by(Person.id))}
    eyes, day = shown_as(actor), design_session.day
    return [
        listed(eyes, persons[number], day, invited.get(number), noted.get(number))
        for number in dict.fromkeys(person_ids)
        if number in persons
    ]


def page_with(ids: Sequence[int], person_id: int) -> int:
    """Return the number of the page on which a person stands; the first if they stand on none."""
    return ids.index(person_id) // PER_PAGE + 1 if person_id in ids else 1


def _among(
    model: type[Noted], design_session: DesignSession, person_ids: Collection[int]
) -> dict[int, Noted]:
    here = model.design_session_id == design_session.id
    statement = select(model).where(here, among(model.person_id, person_ids)).order_by(model.id)
    return by_person(session().scalars(statement))


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


class Everybody:
    """
    Everybody of a session as an actor may see them, by where they stand.

    :ivar noted: of how many people each is noted, and of how many nothing is
    """

    def __init__(self, actor: Actor, design_session: DesignSession) -> None:
        self.actor, self.design_session = actor, design_session
        self._answers = _numbers(Invitation.answer, design_session)
        found = _numbers(Attendance.status, design_session)
        # In the order in which they are offered, also those of whom there are none.
        noted = {NotedGroup(status.value): found[status] for status in AttendanceStatus}
        nothing = self.all - sum(noted.values())
        self.noted: Mapping[NotedGroup, int] = {**noted, NotedGroup.NOTHING: nothing}

    @property
    def invited(self) -> int:
        """How many are on the invited list still."""
        return sum(number for answer, number in self._answers.items() if answer not in GONE)

    @property
    def all(self) -> int:
        """How many are on the invited list still or are noted."""
        invited = select(Invitation.person_id).where(on_list(self.design_session))
        # Who came without an invitation is on no list.
        uninvited = select(func.count()).where(
            Attendance.design_session_id == self.design_session.id,
            Attendance.person_id.not_in(invited),
        )
        return self.invited + (session().scalar(uninvited) or 0)

    @property
    def is_noted(self) -> bool:
        """Whether anything is noted of anybody."""
        return self.all > self.noted[NotedGroup.NOTHING]

    @property
    def someone_else(self) -> list[SessionPerson]:
        """Those whose link came to somebody else."""
        statement = select(Invitation.person_id).where(
            on_list(self.design_session), Invitation.someone_else_at.is_not(None)
        )
        ids = list(session().scalars(statement.order_by(Invitation.id)))
        return people_among(self.actor, self.design_session, ids)

    def count(self, group: AnswerGroup) -> int:
        """Return how many there are of one part."""
        return sum(self._answers[answer] for answer in ANSWERS[group])

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
        waiting = answer_queries.answering(self.design_session, ANSWERS[AnswerGroup.WAITING])
        line = {number: place for place, number in enumerate(waiting_line(self.design_session))}
        ranks = {Answer.OFFERED: 0, Answer.WAITING: 1, Answer.LAPSED: 2}
        places_of = {
            invitation.person_id: (ranks[invitation.answer], line.get(invitation.id, 0))
            for invitation in waiting
        }
        waits = PeopleFilter(answer=AnswerGroup.WAITING)
        # By name where nothing else parts them.
        by_name = ids_in_order(self.actor, self.design_session, waits)
        in_turn = sorted(by_name, key=places_of.__getitem__)
        return {number: turn for turn, number in enumerate(in_turn, 1)}


def waiting_line(design_session: DesignSession) -> Sequence[int]:
    """Return the ids of the invitations of who waits, the next one first."""
    waiting = answer_queries.waiters(answer_queries.answering(design_session, [Answer.WAITING]))
    held = answer_queries.seats_by_helix(design_session)
    order = in_order(design_session.waiting_rule, waiting, design_session.wanted, held)
    return [waiter.invitation_id for waiter in order]


def _numbers(column: Any, design_session: DesignSession) -> Counter[Any]:
    """Return how many rows of a session have each value of a column."""
    model = column.class_
    statement = select(column, func.count()).where(model.design_session_id == design_session.id)
    rows = session().execute(statement.group_by(column).order_by(column))
    return Counter({value: number for value, number in rows})  # noqa: C416 - a Row is no pair to mypy


OPEN = (Answer.NONE, Answer.MAYBE)
# They said that they want nothing of it, whoever asks and however.
REFUSED = frozenset({Basis.DECLINED, Basis.WITHDRAWN})


@dataclass(frozen=True, slots=True)
class CallList:
    """Who is to be called, the best one first, and how many there are who cannot be."""

    calls: "list[Call]"
    uncallable: int


@dataclass(frozen=True, slots=True)
class Call:
    """
    Somebody to call about a session, as an actor may see them.

    :ivar language: of the person, such as nl
    :ivar later: until when they are better left alone; none: they can be called now
    :ivar untold: what they are to be told because nobody may write to them, if anything
    :ivar may_be_called: whether they never said that they want nothing of it
    """

    invitation_id: int
    shown: ShownPerson
    organisation: str
    helix: Helix
    language: str
    answer: Answer
    later: datetime | None
    untold: Untold | None
    may_be_called: bool


def call_list(actor: Actor, design_session: DesignSession) -> CallList:
    """
    Return who is to be called, in as many statements for one as for fifty.

    Who can be called now comes before who is called later; then who does not know of a change or
    of cancelling; then whose helix is short of people who said yes; then who may come; then who
    was invited first. Left out is who only did not answer and has no number or does not want to be
    asked.
    """
    if design_session.has_begun():
        return CallList([], 0)
    untold = untold_of(design_session)
    found = _to_call(design_session, untold)
    known = standings([invitation.person for invitation in found])
    short = {part.helix: part.short(part.accepted) for part in balance_of(design_session).helixes}
    calls = []
    for invitation in sorted(found, key=lambda invitation: _turn(invitation, short, untold)):
        said = known[invitation.person_id]
        refused = said.objection or said.basis(invitation.purpose) in REFUSED
        call = _call(
            shown_as(actor), invitation, untold.get(invitation.id), may_be_called=not refused
        )
        calls.append(call)
    # Whoever would come in vain is called, whatever they said of mail and of being asked.
    kept = [call for call in calls if call.untold or (call.may_be_called and call.shown.phones)]
    return CallList(kept, len(calls) - len(kept))


def _to_call(design_session: DesignSession, untold: Collection[int]) -> list[Invitation]:
    # Nobody is asked to come to what is cancelled, but who does not know of it has to be told.
    is_off = design_session.state is SessionState.CANCELLED
    unanswered = false() if is_off else Invitation.answer.in_(OPEN)
    shown = *to_show(), selectinload(Person.emails), selectinload(Person.phones)
    here = Invitation.design_session_id == design_session.id
    statement = select(Invitation).where(here, unanswered | Invitation.id.in_(untold))
    statement = statement.options(joinedload(Invitation.person).options(*shown))
    return list(session().scalars(statement.order_by(Invitation.id)))


def _later(invitation: Invitation) -> datetime | None:
    after = invitation.call_after
    return after if after and after > clock.now() else None


def _turn(
    invitation: Invitation, short: Mapping[Helix, int], untold: Collection[int]
) -> tuple[float | bool, ...]:
    later = _later(invitation)
    return (
        *(later is not None, later.timestamp() if later else 0.0),
        invitation.id not in untold,
        -short[invitation.helix],
        invitation.answer is not Answer.MAYBE,
        *(invitation.invited_at.timestamp(), invitation.id),
    )


def _call(
    eyes: Shown, invitation: Invitation, untold: Untold | None, *, may_be_called: bool
) -> Call:
    person, day = invitation.person, invitation.design_session.day
    return Call(
        invitation_id=invitation.id,
        shown=eyes.person(person),
        organisation=organisation_on(person, day),
        helix=invitation.helix,
        language=person.language,
        answer=invitation.answer,
        later=_later(invitation),
        untold=untold,
        may_be_called=may_be_called,
    )


# A proposal, the name of who made it, and who it may be: id → name and organisation.
Undecided = tuple[Proposal, str, dict[int, str]]


def undecided(actor: Actor, design_session: DesignSession) -> list[Undecided]:
    """Return the proposals that nobody decided about, who made each, and who it may be."""
    found = [
        (proposal, invitation.person)
        for proposal, invitation in answer_queries.proposals_of(design_session)
        if proposal.state is ProposalState.PROPOSED
    ]
    known = _known([proposal for proposal, _by in found])
    eyes, day = shown_as(actor), design_session.day
    words = {
        person.id: ", ".join(filter(None, (eyes.name(person), organisation_on(person, day))))
        for person in known
    }

    def may_be(proposal: Proposal, person: Person) -> bool:
        addresses = {email.address_key for email in person.emails}
        return person.name_key in _keys(proposal) or proposal.email.casefold() in addresses

    return [
        (
            proposal,
            eyes.name(by),
            {person.id: words[person.id] for person in known if may_be(proposal, person)},
        )
        for proposal, by in found
    ]


def _known(proposals: Collection[Proposal]) -> list[Person]:
    """Return the people of the register with one of these names or addresses."""
    if not proposals:
        return []
    addresses = [proposal.email.casefold() for proposal in proposals if proposal.email]
    keys = {key for proposal in proposals for key in _keys(proposal)}
    same = or_(Person.name_key.in_(keys), Person.emails.any(Email.address_key.in_(addresses)))
    return list(session().scalars(with_roles().where(same).options(selectinload(Person.emails))))


def _keys(proposal: Proposal) -> set[str]:
    # As it was typed, and as the register would keep it: "Jansen, Ans" is Ans Jansen there.
    kept = names.full_name(names.propose_from_one(proposal.name))
    return {fold(proposal.name), fold(kept)}
