"""Roles: what ties a person to an organisation, and organisations that share a person."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.orm import aliased, joinedload

from crm.core import ties
from crm.core.db import session
from crm.core.i18n import _l
from crm.core.permissions import Actor
from crm.core.ties import Asked, Evidence, Gathering, TieShare, TieSource
from crm.stakeholders.models import Affiliation, Person
from crm.stakeholders.rules.visibility import shown_in_network

AFFILIATION = "affiliation"


def _gather(asked: Asked) -> Iterable[Gathering]:
    """Give one gathering for each person and organisation, or folded, for each person."""
    parts: defaultdict[tuple[int, int | None], list[TieShare]] = defaultdict(list)
    first: dict[tuple[int, int | None], int] = {}
    for role in session().execute(_statement(asked)):
        place = ties.organisation_key(role.organisation_id or 0)
        # Folded, people stand in their organisations: whom these share ties them.
        ends = role.person_id, None if asked.folded else role.organisation_id
        first.setdefault(ends, role.person_id if asked.folded else role.id)
        keys = (place,) if asked.folded else (ties.person_key(role.person_id), place)
        parts[ends] += [TieShare(key, role.since, role.until) for key in keys]
    for ends, shares in parts.items():
        yield Gathering(AFFILIATION, first[ends], (), tuple(shares))


def _statement(asked: Asked) -> Select[int, int, int | None, date | None, date | None]:
    """Return the statement for the roles of those asked for, and of their organisations."""
    ends = Affiliation.person_id, Affiliation.organisation_id
    statement = select(Affiliation.id, *ends, Affiliation.since, Affiliation.until)
    statement = statement.where(Affiliation.organisation_id.is_not(None)).order_by(Affiliation.id)
    if asked.among is None:
        return statement
    # All roles of these people: a tie between two organisations needs both of its ends.
    people, organisations = asked.ids(ties.is_person), asked.ids(ties.is_organisation)
    theirs = select(Affiliation.person_id).where(
        or_(
            Affiliation.person_id.in_(people or ()),
            Affiliation.organisation_id.in_(organisations or ()),
        )
    )
    return statement.where(Affiliation.person_id.in_(theirs))


def _evidence(actor: Actor, asked: Asked, ids: Sequence[int]) -> Iterable[Evidence]:
    """Give every role that one of these persons has in the same organisation; folded, who it is."""
    eyes = shown_in_network(actor)
    if asked.folded:
        wanted = select(Person).where(Person.id.in_(ids)).options(joinedload(Person.affiliations))
        for person in session().scalars(wanted.order_by(Person.id)).unique():
            yield Evidence(AFFILIATION, person.id, eyes.name(person))
        return
    named = aliased(Affiliation)
    same = and_(
        named.person_id == Affiliation.person_id,
        named.organisation_id == Affiliation.organisation_id,
    )
    whose = joinedload(Affiliation.person).joinedload(Person.affiliations)
    found = session().scalars(
        select(Affiliation)
        .join(named, same)
        .where(named.id.in_(ids))
        .options(joinedload(Affiliation.organisation), whose)
        .order_by(Affiliation.id)
    )
    for affiliation in found.unique():
        role = eyes.role(affiliation, hidden=eyes.hides(affiliation.person))
        yield Evidence(AFFILIATION, affiliation.person_id, role.role, role.since, role.until)


SOURCE = TieSource(
    AFFILIATION,
    _l("Role in an organisation"),
    _gather,
    _evidence,
    page=("persons.person", "person_id"),
)
