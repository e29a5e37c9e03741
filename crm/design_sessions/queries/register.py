"""Questions to the register: who may be invited, and who a walk-in may be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy import Select

from crm.core.conditions import number_of
from crm.core.db import session
from crm.core.normalisation import fold
from crm.core.permissions import Actor
from crm.design_sessions.models import DesignSession
from crm.design_sessions.queries.people import (
    SessionPerson,
    invitations_of,
    listed,
    organisation_on,
    persons,
    with_roles,
)
from crm.stakeholders import names
from crm.stakeholders.models import Person
from crm.stakeholders.queries import condition_filter, segments
from crm.stakeholders.queries.condition_filter import Narrowing
from crm.stakeholders.queries.organisations import organisation_named
from crm.stakeholders.queries.persons import PersonFilter, by_name
from crm.stakeholders.visibility import shown_as

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
    invitations = {one.person_id: one for one in invitations_of(design_session)}
    return [listed(eyes, one, day, (invitations.get(one.id), None)) for one in people]


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
