"""Questions about whom one may write to."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, cast, null, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, selectinload

from crm.core import clock
from crm.core.db import among, session
from crm.stakeholders import consent
from crm.stakeholders.consent import Ground, Objected, Standing
from crm.stakeholders.models import (
    Affiliation,
    ContactBasis,
    ContactPurpose,
    Objection,
    Person,
)
from crm.stakeholders.queries.conditions import speaks_for_others


def standings(persons: Collection[Person], *, day: date | None = None) -> dict[int, Standing]:
    """
    Return by id what decides whether these persons may be written to, and load their addresses.

    It takes the same few statements for one person and for thousands.
    """
    ids = [person.id for person in persons]
    contacts = _contacts(ids, day or clock.today())
    noted, objections = _said(ids)
    _load_addresses(ids)
    return {one: Standing(one, one in contacts, noted[one], objections.get(one)) for one in ids}


def standings_of_loaded(persons: Collection[Person]) -> dict[int, Standing]:
    """Return the same for today, in one statement; load roles and addresses with the persons."""
    day = clock.today()
    noted, objections = _said([person.id for person in persons])
    return {
        one.id: Standing(
            one.id, consent.is_contact(one, day), noted[one.id], objections.get(one.id)
        )
        for one in persons
    }


def standing(person: Person) -> Standing:
    """Return what decides today whether a person may be written to, in one statement."""
    return standings_of_loaded([person])[person.id]


def _contacts(ids: Sequence[int], day: date) -> set[int]:
    """Return who is an official or the contact of an organisation, and not marked private."""
    statement = (
        select(Affiliation.person_id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(among(Affiliation.person_id, ids), speaks_for_others(day), ~Person.is_private)
    )
    return set(session().scalars(statement))


def _said(
    ids: Sequence[int],
) -> tuple[defaultdict[int, dict[ContactPurpose, Ground]], dict[int, Objected]]:
    """Return the grounds that were noted of persons, and who objected, in one statement."""
    noted: defaultdict[int, dict[ContactPurpose, Ground]] = defaultdict(dict)
    objections: dict[int, Objected] = {}
    if len(ids) == 1:
        rows = session().execute(_of_one(), {"asked": ids[0]})
    else:
        rows = session().execute(_grounds_and_objections(lambda of: among(of, ids)))
    for person_id, about, ground, source, at in rows:
        if about is None:
            objections[person_id] = Objected(source, at)
        else:
            noted[person_id][about] = Ground(ground, source, at)
    return noted, objections


# The page of a person asks it, and making the statement took longer than the answer.
@cache
def _of_one() -> CompoundSelect[*tuple[Any, ...]]:
    return _grounds_and_objections(lambda person_id: person_id == bindparam("asked"))


def _grounds_and_objections(
    holds: Callable[[InstrumentedAttribute[int]], ColumnElement[bool]],
) -> CompoundSelect[*tuple[Any, ...]]:
    kept, against = ContactBasis, Objection
    purpose, basis = cast(null(), kept.purpose.type), cast(null(), kept.basis.type)
    grounds = select(kept.person_id, kept.purpose, kept.basis, kept.source, kept.at)
    objected = select(against.person_id, purpose, basis, against.source, against.at)
    return union_all(grounds.where(holds(kept.person_id)), objected.where(holds(against.person_id)))


def _load_addresses(ids: Sequence[int]) -> None:
    statement = select(Person).where(among(Person.id, ids)).order_by(Person.id)
    session().scalars(statement.options(selectinload(Person.emails))).all()
