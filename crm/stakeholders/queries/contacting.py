"""Questions about whom one may write to."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import selectinload

from crm.core import clock
from crm.core.db import session
from crm.stakeholders.consent import Ground, Objected, Standing
from crm.stakeholders.models import (
    Affiliation,
    ContactBasis,
    ContactPurpose,
    Helix,
    Objection,
    Person,
)
from crm.stakeholders.queries.persons import running_on

# Few enough that every database takes them as values of one statement.
TOGETHER = 5_000


def standings(persons: Collection[Person], *, day: date | None = None) -> dict[int, Standing]:
    """
    Return by id what decides whether these persons may be written to, and load their addresses.

    It takes the same few statements for one person and for thousands.
    """
    found: dict[int, Standing] = {}
    for ids in _parts([person.id for person in persons]):
        contacts = _contacts(ids, day or clock.today())
        noted, objections = _noted(ids), _objections(ids)
        _load_addresses(ids)
        for one in ids:
            found[one] = Standing(one, one in contacts, noted[one], objections.get(one))
    return found


def speaks_for_others(day: date) -> ColumnElement[bool]:
    """Return the condition for roles of officials and of contacts of organisations."""
    in_organisation = Affiliation.organisation_id.is_not(None)
    return and_(
        running_on(day),
        Affiliation.helix != Helix.END_USERS,
        or_(in_organisation, Affiliation.helix == Helix.GOVERNMENT),
    )


def _contacts(ids: Sequence[int], day: date) -> set[int]:
    """Return who is an official or the contact of an organisation, and not marked private."""
    statement = (
        select(Affiliation.person_id)
        .join(Person, Person.id == Affiliation.person_id)
        .where(Affiliation.person_id.in_(ids), speaks_for_others(day), ~Person.is_private)
    )
    return set(session().scalars(statement))


def _noted(ids: Sequence[int]) -> defaultdict[int, dict[ContactPurpose, Ground]]:
    found: defaultdict[int, dict[ContactPurpose, Ground]] = defaultdict(dict)
    statement = select(ContactBasis).where(ContactBasis.person_id.in_(ids))
    for one in session().scalars(statement.order_by(ContactBasis.id)):
        found[one.person_id][one.purpose] = Ground(one.basis, one.source, one.at)
    return found


def _objections(ids: Sequence[int]) -> dict[int, Objected]:
    statement = select(Objection).where(Objection.person_id.in_(ids)).order_by(Objection.id)
    return {one.person_id: Objected(one.source, one.at) for one in session().scalars(statement)}


def _load_addresses(ids: Sequence[int]) -> None:
    statement = select(Person).where(Person.id.in_(ids)).order_by(Person.id)
    session().scalars(statement.options(selectinload(Person.emails))).all()


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), TOGETHER):
        yield ids[start : start + TOGETHER]
