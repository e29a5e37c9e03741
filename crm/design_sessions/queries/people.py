"""Questions about the people of a session, and of the register that could be."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, select
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
from crm.stakeholders import names
from crm.stakeholders.models import Affiliation, Helix, Organisation, Person
from crm.stakeholders.queries import condition_filter, segments
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.queries.persons import PersonFilter, by_name
from crm.stakeholders.visibility import Shown, ShownPerson, shown_as

SET_SIZE = 500


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
    invitations = {
        invitation.person_id: invitation for invitation in invitations_of(design_session)
    }
    attendances = {
        attendance.person_id: attendance for attendance in attendances_of(design_session)
    }
    persons = {
        **{number: invitation.person for number, invitation in invitations.items()},
        **{number: attendance.person for number, attendance in attendances.items()},
    }
    eyes = shown_as(actor)
    day = design_session.day
    found = [
        listed(eyes, person, day, (invitations.get(number), attendances.get(number)))
        for number, person in persons.items()
    ]
    return sorted(found, key=lambda person: _place(person, persons[person.shown.id]))


def listed(
    eyes: Shown, person: Person, day: date, noted: tuple[Invitation | None, Attendance | None]
) -> SessionPerson:
    """Return one person as the eyes see them, with what is noted of them at a session of `day`."""
    invitation, attendance = noted
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


def invitations_of(design_session: DesignSession) -> list[Invitation]:
    """Return who is on the invited list still, with what is needed to show the persons."""
    statement = (
        select(Invitation)
        .where(Invitation.design_session_id == design_session.id, Invitation.answer.not_in(GONE))
        .options(joinedload(Invitation.person).options(*to_show()))
        .order_by(Invitation.id)
    )
    return list(session().scalars(statement))


def attendances_of(design_session: DesignSession) -> list[Attendance]:
    """Return what is noted of people at a session, with what is needed to show them."""
    statement = (
        select(Attendance)
        .where(Attendance.design_session_id == design_session.id)
        .options(joinedload(Attendance.person).options(*to_show()))
        .order_by(Attendance.id)
    )
    return list(session().scalars(statement))


def walk_in_ids(design_session: DesignSession) -> set[int]:
    """Return the ids of everybody who came to a session without an invitation."""
    statement = (
        select(Attendance.person_id)
        .where(Attendance.design_session_id == design_session.id, Attendance.is_walk_in)
        .order_by(Attendance.id)
    )
    return set(session().scalars(statement))


def noted_among(design_session: DesignSession, person_ids: Collection[int]) -> list[Attendance]:
    """Return what is noted of these people at a session, without the persons."""
    asked = among(Attendance.person_id, person_ids)
    statement = select(Attendance).where(Attendance.design_session_id == design_session.id, asked)
    return list(session().scalars(statement.order_by(Attendance.id)))


def invited_among(design_session: DesignSession, person_ids: Collection[int]) -> dict[int, Helix]:
    """Return who of these people is on the invited list still, and for which helix."""
    statement = select(Invitation.person_id, Invitation.helix).where(
        Invitation.design_session_id == design_session.id,
        Invitation.answer.not_in(GONE),
        among(Invitation.person_id, person_ids),
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
    for part in (wanted[at : at + SET_SIZE] for at in range(0, len(wanted), SET_SIZE)):
        statement = with_roles().where(Person.id.in_(part))
        found |= {person.id: person for person in session().scalars(statement)}
    if len(found) != len(wanted):
        raise NotFound
    return found


def invited_ids(design_session: DesignSession) -> set[int]:
    """Return the ids of everybody who is on the invited list still."""
    statement = (
        select(Invitation.person_id)
        .where(Invitation.design_session_id == design_session.id, Invitation.answer.not_in(GONE))
        .order_by(Invitation.id)
    )
    return set(session().scalars(statement))


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
    return [_participation(*row) for row in rows]


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


def _participation(
    design_session: DesignSession, invitation: Invitation | None, attendance: Attendance | None
) -> Participation:
    return Participation(
        design_session,
        invited_for=invitation.helix if invitation else None,
        present_for=attendance.helix if attendance else None,
        status=attendance.status if attendance else None,
        is_walk_in=attendance is not None and attendance.is_walk_in,
    )


def with_roles() -> Select[Person]:
    """Return the statement for persons with their roles, by name."""
    return (
        select(Person)
        .options(selectinload(Person.affiliations).joinedload(Affiliation.organisation))
        .order_by(Person.sort_key, Person.id)
    )


def _place(one: SessionPerson, person: Person) -> tuple[bool, str, int]:
    if one.shown.is_pseudonym:
        return True, "", person.pseudonym
    return False, person.sort_key, person.id


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
    invitations = {
        invitation.person_id: invitation for invitation in invitations_of(design_session)
    }
    return [listed(eyes, person, day, (invitations.get(person.id), None)) for person in people]


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
    invited = _by_session(_invited(organisation))
    present = _by_session(_present(organisation))
    everybody = persons(
        {number for ids in (*invited.values(), *present.values()) for number in ids}
    )
    eyes = shown_as(actor)
    found = []
    for held in _sessions({*invited, *present}):
        here = _with_role(everybody, organisation, held)
        came = _named(eyes, here, present.get(held.id, ()))
        found.append(Delegation(held, len(invited.get(held.id, set()) & here.keys()), came))
    return [delegation for delegation in found if delegation.invited or delegation.present]


def _sessions(ids: Collection[int]) -> list[DesignSession]:
    statement = (
        select(DesignSession)
        .where(DesignSession.id.in_(ids))
        .order_by(DesignSession.starts_at.desc(), DesignSession.id.desc())
    )
    return list(session().scalars(statement)) if ids else []


def _with_role(
    people: Mapping[int, Person], organisation: Organisation, held: DesignSession
) -> dict[int, Person]:
    return {
        number: person
        for number, person in people.items()
        if any(
            role.organisation_id == organisation.id and role.runs_on(held.day)
            for role in person.affiliations
        )
    }


def _named(eyes: Shown, people: Mapping[int, Person], ids: Collection[int]) -> dict[int, str]:
    """Return id → name by name; pseudonyms last, by number, as the place of a name tells of it."""
    came = [person for number, person in people.items() if number in ids]
    came.sort(key=lambda person: person.pseudonym if eyes.hides(person) else 0)
    return {person.id: eyes.name(person) for person in came}


def _invited(organisation: Organisation) -> Select[int, int]:
    return (
        select(Invitation.design_session_id, Invitation.person_id)
        .where(Invitation.person_id.in_(_ever_at(organisation)))
        .where(Invitation.answer.not_in(GONE))
        .order_by(Invitation.id)
    )


def _present(organisation: Organisation) -> Select[int, int]:
    return (
        select(Attendance.design_session_id, Attendance.person_id)
        .where(Attendance.person_id.in_(_ever_at(organisation)))
        .where(Attendance.status == AttendanceStatus.PRESENT)
        .order_by(Attendance.id)
    )


def _ever_at(organisation: Organisation) -> Select[int]:
    return select(Affiliation.person_id).where(Affiliation.organisation_id == organisation.id)


def _by_session(statement: Select[int, int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    for session_id, person_id in session().execute(statement):
        found.setdefault(session_id, set()).add(person_id)
    return found
