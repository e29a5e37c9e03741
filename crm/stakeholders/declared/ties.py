"""Roles: what ties a person to an organisation, and organisations that share a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.core.db import session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.ties import (
    Asked,
    Evidence,
    Gathering,
    TieShare,
    TieSource,
    is_organisation,
    is_person,
    organisation_key,
    person_key,
)
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.visibility import shown_in_network

AFFILIATION = "affiliation"


def _gather(asked: Asked) -> Iterable[Gathering]:
    """Give one gathering for each person and organisation, or folded, for each person."""
    return _shared_people(asked) if asked.folded else _roles(asked)


def _roles(asked: Asked) -> Iterable[Gathering]:
    parts: defaultdict[tuple[int, int | None], list[TieShare]] = defaultdict(list)
    first: dict[tuple[int, int | None], int] = {}
    for role in session().execute(_statement(asked)):
        ends = role.person_id, role.organisation_id
        first.setdefault(ends, role.id)
        keys = person_key(role.person_id), organisation_key(role.organisation_id or 0)
        parts[ends] += [TieShare(key, role.since, role.until) for key in keys]
    for ends, both in parts.items():
        yield Gathering(AFFILIATION, first[ends], (), tuple(both))


def _shared_people(asked: Asked) -> Iterable[Gathering]:
    parts: defaultdict[int, list[TieShare]] = defaultdict(list)
    for role in session().execute(_statement(asked)):
        key = organisation_key(role.organisation_id or 0)
        parts[role.person_id].append(TieShare(key, role.since, role.until))
    for person_id, organisations in parts.items():
        yield Gathering(AFFILIATION, person_id, (), tuple(organisations))


def _statement(asked: Asked) -> Select[int, int, int | None, date | None, date | None]:
    """Return the statement for the roles of those asked for, and of their organisations."""
    statement = (
        select(
            Affiliation.id, Affiliation.person_id, Affiliation.organisation_id,
            Affiliation.since, Affiliation.until,
        )
        .where(Affiliation.organisation_id.is_not(None))
        .order_by(Affiliation.id)
    )  # fmt: skip
    if asked.among is None:
        return statement
    # All roles of these people: a tie between two organisations needs both of its ends.
    people, organisations = asked.ids(is_person), asked.ids(is_organisation)
    theirs = select(Affiliation.person_id).where(
        or_(
            Affiliation.person_id.in_(people or ()),
            Affiliation.organisation_id.in_(organisations or ()),
        )
    )
    return statement.where(Affiliation.person_id.in_(theirs))


def _evidence(actor: Actor, asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    return _people(actor, ids) if asked.folded else _roles_told(actor, ids)


def _roles_told(actor: Actor, ids: Sequence[int]) -> Iterable[Evidence]:
    """Give every role that one of these persons has in the same organisation."""
    named = aliased(Affiliation)
    same = and_(
        named.person_id == Affiliation.person_id,
        named.organisation_id == Affiliation.organisation_id,
    )
    found = session().scalars(
        select(Affiliation)
        .join(named, same)
        .where(named.id.in_(ids))
        .options(
            joinedload(Affiliation.organisation),
            joinedload(Affiliation.person).joinedload(Person.affiliations),
        )
        .order_by(Affiliation.id)
    )
    eyes = shown_in_network(actor)
    for affiliation in found.unique():
        role = eyes.role(affiliation, hidden=eyes.hides(affiliation.person))
        yield Evidence(AFFILIATION, affiliation.person_id, role.role, role.since, role.until)


def _people(actor: Actor, ids: Sequence[int]) -> Iterable[Evidence]:
    asked = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.affiliations))
    people = session().scalars(asked.order_by(Person.id))
    eyes = shown_in_network(actor)
    for person in people.unique():
        yield Evidence(AFFILIATION, person.id, eyes.name(person))


SOURCE = TieSource(
    AFFILIATION,
    _l("Role in an organisation"),
    _gather,
    _evidence,
    page=("persons.person", "person_id"),
)
