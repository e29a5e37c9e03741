"""The sessions of an organisation: which of its people were invited, and who of them came."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select

from crm.core.db import session
from crm.core.permissions import Actor
from crm.design_sessions.models import (
    GONE,
    Attendance,
    AttendanceStatus,
    DesignSession,
    Invitation,
)
from crm.design_sessions.queries.people import persons
from crm.stakeholders.models import Affiliation, Organisation, Person
from crm.stakeholders.visibility import Shown, shown_as


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
    everybody = persons({one for ids in (*invited.values(), *present.values()) for one in ids})
    eyes = shown_as(actor)
    found = []
    for held in _sessions({*invited, *present}):
        here = _with_role(everybody, organisation, held)
        came = _named(eyes, here, present.get(held.id, ()))
        found.append(Delegation(held, len(invited.get(held.id, set()) & here.keys()), came))
    return [one for one in found if one.invited or one.present]


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
