"""Questions about the people of a session, and of the register that could be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from crm.core.conditions import number_of
from crm.core.db import among, session
from crm.core.errors import NotFound
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Answer,
    AnsweredBy,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
)
from crm.segments import queries as segments
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.queries import condition_filter
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.queries.persons import PersonFilter, by_name
from crm.stakeholders.rules.visibility import Shown, ShownPerson, shown_as
from crm.stakeholders.values import names

SET_SIZE = 500
Noted = TypeVar("Noted", Invitation, Attendance)


# Asked for outside a function, it would have all tables fitted to each other at every start.
@cache
def to_show() -> tuple[Any, ...]:  # the library keeps the name of the type to itself
    """Return how to load what `shown_as` reads of a person, of one as fast as of fifty."""
    return (
        selectinload(Person.affiliations).joinedload(Affiliation.organisation),
        selectinload(Person.tags),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Where an invited person stands.

    :ivar must_confirm: they said yes before the last change of time or place
    :ivar someone_else_at: when somebody else reported to have got their link
    """

    invitation_id: int
    answer: Answer
    answered_at: datetime | None
    answered_by: AnsweredBy | None
    offer_until: datetime | None
    must_confirm: bool
    someone_else_at: datetime | None

    @classmethod
    def of(cls, invitation: Invitation) -> "Standing":
        """Return where somebody stands by their invitation."""
        return cls(
            invitation_id=invitation.id,
            answer=invitation.answer,
            answered_at=invitation.answered_at,
            answered_by=invitation.answered_by,
            offer_until=invitation.offer_until,
            must_confirm=invitation.reconfirm_sequence is not None,
            someone_else_at=invitation.someone_else_at,
        )


@dataclass(frozen=True, slots=True)
class SessionPerson:
    """One person of a session as an actor may see them: what they were invited for, and did."""

    shown: ShownPerson
    organisation: str
    helixes: tuple[Helix, ...]
    invited_for: Helix | None
    present_for: Helix | None
    status: AttendanceStatus | None
    is_walk_in: bool
    answer: Answer | None = None
    standing: Standing | None = None

    @property
    def helix(self) -> Helix:
        """The helix this person counts for at the session."""
        return self.present_for or self.invited_for or self.helixes[0]


@dataclass(frozen=True, slots=True)
class Participation:
    """One session of a person: what they were invited for, and what became of them."""

    design_session: DesignSession
    invited_for: Helix | None
    present_for: Helix | None
    status: AttendanceStatus | None
    is_walk_in: bool

    @property
    def helix(self) -> Helix | None:
        """The helix the person counts for at this session."""
        return self.present_for or self.invited_for


def people_of(actor: Actor, design_session: DesignSession) -> list[SessionPerson]:
    """
    Return everybody who was invited to a session or was there, each once, by name.

    Pseudonyms come last, by number: the place in a list of names would tell the first letter.
    """
    invitations = by_person(invitations_of(design_session))
    attendances = by_person(attendances_of(design_session))
    noted: dict[int, Invitation | Attendance] = {**invitations, **attendances}
    persons = {number: row.person for number, row in noted.items()}
    eyes, day = shown_as(actor), design_session.day
    found = [
        listed(eyes, person, day, invitations.get(number), attendances.get(number))
        for number, person in persons.items()
    ]

    def place(shown: ShownPerson) -> tuple[bool, str, int]:
        person = persons[shown.id]
        if shown.is_pseudonym:
            return True, "", person.pseudonym
        return False, person.sort_key, person.id

    return sorted(found, key=lambda person: place(person.shown))


def by_person(rows: Iterable[Noted]) -> dict[int, Noted]:
    """Return the rows of one session by the id of the person, of whom it has one at most."""
    return {row.person_id: row for row in rows}


def listed(
    eyes: Shown,
    person: Person,
    day: date,
    invitation: Invitation | None,
    attendance: Attendance | None = None,
) -> SessionPerson:
    """Return one person as the eyes see them, with what is noted of them at a session of `day`."""
    shown = eyes.brief(person)
    # The place of somebody who may not be known would tell who it is.
    place = "" if shown.is_pseudonym else organisation_on(person, day)
    return SessionPerson(
        shown=shown,
        organisation=place,
        helixes=helixes_on(person, day),
        invited_for=invitation.helix if invitation else None,
        present_for=attendance.helix if attendance else None,
        status=attendance.status if attendance else None,
        is_walk_in=attendance is not None and attendance.is_walk_in,
        answer=invitation.answer if invitation else None,
        standing=Standing.of(invitation) if invitation else None,
    )


def on_list(design_session: DesignSession) -> ColumnElement[bool]:
    """Return the condition for invitations to a session of who is on its list still."""
    return (Invitation.design_session_id == design_session.id) & Invitation.answer.not_in(GONE)


def came_to(design_session: DesignSession) -> ColumnElement[bool]:
    """Return the condition for what is noted of who was at a session."""
    here = Attendance.design_session_id == design_session.id
    return here & (Attendance.status == AttendanceStatus.PRESENT)


def invitations_of(design_session: DesignSession) -> list[Invitation]:
    """Return who is on the invited list still, with what is needed to show the persons."""
    shown = joinedload(Invitation.person).options(*to_show())
    statement = select(Invitation).where(on_list(design_session)).options(shown)
    return list(session().scalars(statement.order_by(Invitation.id)))


def attendances_of(design_session: DesignSession) -> list[Attendance]:
    """Return what is noted of people at a session, with what is needed to show them."""
    shown = joinedload(Attendance.person).options(*to_show())
    statement = select(Attendance).where(Attendance.design_session_id == design_session.id)
    return list(session().scalars(statement.options(shown).order_by(Attendance.id)))


def walk_in_ids(design_session: DesignSession) -> set[int]:
    """Return the ids of everybody who came to a session without an invitation."""
    here = Attendance.design_session_id == design_session.id
    statement = select(Attendance.person_id).where(here, Attendance.is_walk_in)
    return set(session().scalars(statement.order_by(Attendance.id)))


def noted_among(design_session: DesignSession, person_ids: Collection[int]) -> list[Attendance]:
    """Return what is noted of these people at a session, without the persons."""
    asked = among(Attendance.person_id, person_ids)
    statement = select(Attendance).where(Attendance.design_session_id == design_session.id, asked)
    return list(session().scalars(statement.order_by(Attendance.id)))


def invited_among(design_session: DesignSession, person_ids: Collection[int]) -> dict[int, Helix]:
    """Return who of these people is on the invited list still, and for which helix."""
    statement = select(Invitation.person_id, Invitation.helix).where(
        on_list(design_session), among(Invitation.person_id, person_ids)
    )
    rows = session().execute(statement.order_by(Invitation.id))
    return {row.person_id: row.helix for row in rows}


def persons(ids: Iterable[int]) -> dict[int, Person]:
    """
    Return the persons with these ids, with their roles.

    :raises NotFound: if one of them is not in the project in scope
    """
    wanted = sorted(set(ids))
    found: dict[int, Person] = {}
    # In sets: a database takes so many values in one statement and no more.
    for part in (wanted[at : at + SET_SIZE] for at in range(0, len(wanted), SET_SIZE)):
        statement = with_roles().where(Person.id.in_(part))
        found |= {person.id: person for person in session().scalars(statement)}
    if len(found) != len(wanted):
        raise NotFound
    return found


def invited_ids(design_session: DesignSession) -> set[int]:
    """Return the ids of everybody who is on the invited list still."""
    statement = select(Invitation.person_id).where(on_list(design_session))
    return set(session().scalars(statement.order_by(Invitation.id)))


def helixes_on(person: Person, day: date) -> tuple[Helix, ...]:
    """Return the helixes a person can count for on `day`, the one of the main role first."""
    others = (role.helix for role in person.affiliations if role.runs_on(day))
    return tuple(dict.fromkeys((person.helix_on(day), *others)))


def organisation_on(person: Person, day: date) -> str:
    """Return the name of the organisation of somebody's main role on `day`, if there is one."""
    main = person.main_affiliation(day)
    return main.organisation.name if main and main.organisation else ""


def organisations_on(person: Person, day: date) -> list[str]:
    """Return the names of the organisations in which somebody has a role on `day`, each once."""
    roles = (role for role in person.affiliations if role.runs_on(day))
    named = (role.organisation.name for role in roles if role.organisation is not None)
    return list(dict.fromkeys(named))


def participations(person: Person) -> list[Participation]:
    """Return the sessions somebody was invited to or noted at, the latest first."""
    rows = session().execute(_participations(), {"asked": person.id})
    return [
        Participation(
            held,
            invited_for=invitation.helix if invitation else None,
            present_for=attendance.helix if attendance else None,
            status=attendance.status if attendance else None,
            is_walk_in=attendance is not None and attendance.is_walk_in,
        )
        for held, invitation, attendance in rows
    ]


# Making the statement took longer than the answer.
@cache
def _participations() -> Select[DesignSession, Invitation, Attendance]:
    asked: BindParameter[int] = bindparam("asked")
    invited = (
        (Invitation.design_session_id == DesignSession.id)
        & (Invitation.person_id == asked)
        & Invitation.answer.not_in(GONE)
    )
    noted = (Attendance.design_session_id == DesignSession.id) & (Attendance.person_id == asked)
    return (
        select(DesignSession, Invitation, Attendance)
        .outerjoin(Invitation, invited)
        .outerjoin(Attendance, noted)
        .where(Invitation.id.is_not(None) | Attendance.id.is_not(None))
        .order_by(DesignSession.starts_at.desc(), DesignSession.id.desc())
    )


def with_roles() -> Select[Person]:
    """Return the statement for persons with their roles, by name."""
    roles = selectinload(Person.affiliations).joinedload(Affiliation.organisation)
    return select(Person).options(roles).order_by(Person.sort_key, Person.id)


MOST_OFFERED = 10
# No organisation has it: a name that nobody works under leaves nobody.
NO_ID = -1


def register(chosen: PersonFilter, day: date) -> Select[Person]:
    """Return the statement for the people of the register whom `chosen` leaves on `day`."""
    return by_name(chosen, day=day)


def register_ids(chosen: PersonFilter, day: date) -> list[int]:
    """Return the ids of everybody in the register whom `chosen` leaves on `day`."""
    everybody = by_name(chosen, day=day, of_all=True)
    return list(session().scalars(everybody.with_only_columns(Person.id)))


def offered(
    actor: Actor, design_session: DesignSession, people: Sequence[Person]
) -> list[SessionPerson]:
    """Return people of the register as `actor` may see them, and whether they are invited."""
    eyes, day = shown_as(actor), design_session.day
    invitations = by_person(invitations_of(design_session))
    return [listed(eyes, person, day, invitations.get(person.id)) for person in people]


def in_segment(actor: Actor, segment_id: str | None, day: date) -> Narrowing:
    """Return who is in a segment on `day`: everybody for none, nobody for one that is not seen."""
    number = number_of(segment_id or "")
    if number is None:
        return Narrowing()
    return condition_filter.read(segments.address_of(number), actor, day)


def organisation_id(name: str) -> int | None:
    """Return the id of the organisation with this name, none for no name, -1 for an unknown one."""
    if not name.strip():
        return None
    known = organisation_named(name)
    return known.id if known else NO_ID


def named(name: str) -> list[Person]:
    """Return the persons who are called like `name`, as it is typed or as it would be kept."""
    kept = names.full_name(names.propose_from_one(name))
    keys = {fold(name), fold(kept)} - {""}
    return list(session().scalars(with_roles().where(Person.name_key.in_(keys))))


def ids_found(question: str) -> list[int]:
    """Return the ids of the first people of the register who have words that begin like these."""
    if not question.strip():
        return []
    statement = by_name(PersonFilter(search=question)).limit(MOST_OFFERED)
    return [person.id for person in session().scalars(statement).unique()]


def to_choose_from(
    actor: Actor, design_session: DesignSession, known: Mapping[int, Iterable[int]]
) -> dict[int, dict[int, str]]:
    """Return for each line the people with these ids: id → name and organisation."""
    found = persons(number for ids in known.values() for number in ids)
    eyes, day = shown_as(actor), design_session.day
    words = {
        number: ", ".join(filter(None, (eyes.name(person), organisation_on(person, day))))
        for number, person in found.items()
    }
    return {line: {number: words[number] for number in ids} for line, ids in known.items()}


@dataclass(frozen=True, slots=True)
class Delegation:
    """
    What the people of an organisation did at one session.

    :param present: id → name, as an actor may see it, of those who were there
    """

    design_session: DesignSession
    invited: int
    present: Mapping[int, str]


def delegations(actor: Actor, organisation: Organisation) -> list[Delegation]:
    """
    Return the sessions to which people of an organisation were invited or came, the latest first.

    People count where their role in the organisation runs on the day of the session.
    """
    invited = _by_session(Invitation, organisation, Invitation.answer.not_in(GONE))
    was_there = Attendance.status == AttendanceStatus.PRESENT
    present = _by_session(Attendance, organisation, was_there)
    everybody = persons(set().union(*invited.values(), *present.values()))
    eyes, found = shown_as(actor), []
    for held in _latest_first({*invited, *present}):
        # Who has left the organisation since counts where they spoke for it.
        here = {
            number: person
            for number, person in everybody.items()
            if any(
                role.organisation_id == organisation.id and role.runs_on(held.day)
                for role in person.affiliations
            )
        }
        came = [here[number] for number in here if number in present.get(held.id, ())]
        # Pseudonyms last, by number, as the place among names tells of the name.
        came.sort(key=lambda person: person.pseudonym if eyes.hides(person) else 0)
        number = len(invited.get(held.id, set()) & here.keys())
        found.append(Delegation(held, number, {person.id: eyes.name(person) for person in came}))
    return [delegation for delegation in found if delegation.invited or delegation.present]


def _latest_first(ids: Collection[int]) -> list[DesignSession]:
    if not ids:
        return []
    statement = select(DesignSession).where(DesignSession.id.in_(ids))
    latest = DesignSession.starts_at.desc(), DesignSession.id.desc()
    return list(session().scalars(statement.order_by(*latest)))


def _by_session(
    model: type[Invitation | Attendance], organisation: Organisation, condition: ColumnElement[bool]
) -> dict[int, set[int]]:
    ever_at = select(Affiliation.person_id).where(Affiliation.organisation_id == organisation.id)
    statement = select(model.design_session_id, model.person_id).where(
        model.person_id.in_(ever_at), condition
    )
    found: dict[int, set[int]] = {}
    for session_id, person_id in session().execute(statement.order_by(model.id)):
        found.setdefault(session_id, set()).add(person_id)
    return found
