"""Questions about who looks like whom: traits of records, and who shares a block with somebody."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Select, select

from crm.core.db import among, session
from crm.stakeholders.likeness import (
    POSSIBLE,
    Likeness,
    OrganisationTraits,
    PersonTraits,
    in_turn,
    keys_of_organisation,
    keys_of_person,
    likeness_of_organisations,
    likeness_of_persons,
    organisation_traits,
    person_traits,
)
from crm.stakeholders.likeness.traits import Contact
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Kind,
    LikenessKey,
    Organisation,
    Person,
    Phone,
)
from crm.stakeholders.names import NameParts
from crm.stakeholders.queries.persons import for_lists

# So many are looked at while somebody types, and so many shown.
MOST_LOOKED_AT = 200
MOST_TWINS = 5
Traits = PersonTraits | OrganisationTraits
_NAME = (
    Person.initials, Person.first_name, Person.prefix, Person.surname,
    Person.partner_prefix, Person.partner_surname,
)  # fmt: skip


def traits_of_persons(ids: Collection[int]) -> dict[int, PersonTraits]:
    """Return what is compared of the persons with these ids, of those that are there."""
    rows = _names(ids) if ids else []
    if not rows:
        return {}  # as while many go
    emails = _by_owner(select(Email.person_id, Email.address).where(among(Email.person_id, ids)))
    phones = _by_owner(select(Phone.person_id, Phone.number).where(among(Phone.person_id, ids)))
    places = _by_owner(
        select(Affiliation.person_id, Affiliation.organisation_id).where(
            among(Affiliation.person_id, ids), Affiliation.organisation_id.is_not(None)
        )
    )
    return {
        row[0]: person_traits(
            NameParts(*row[2:]), Contact(emails[row[0]], phones[row[0]], places[row[0]], row[1])
        )
        for row in rows
    }


def _names(ids: Collection[int]) -> Sequence[Any]:
    asked = select(Person.id, Person.area_id, *_NAME).where(among(Person.id, ids))
    return session().execute(asked.order_by(Person.id)).all()


def traits_of_organisations(ids: Collection[int]) -> dict[int, OrganisationTraits]:
    """Return what is compared of the organisations with these ids, of those that are there."""
    columns = (
        Organisation.name, Organisation.website, Organisation.postcode, Organisation.street,
        Organisation.town,
    )  # fmt: skip
    statement = select(Organisation.id, *columns).where(among(Organisation.id, ids))
    return {
        key: organisation_traits(name, website=website, postcode=code, street=street, town=town)
        for key, name, website, code, street, town in session().execute(
            statement.order_by(Organisation.id)
        )
    }


def traits_of(kind: Kind, ids: Collection[int]) -> Mapping[int, Traits]:
    """Return what is compared of the records of a kind with these ids."""
    return traits_of_persons(ids) if kind is Kind.PERSON else traits_of_organisations(ids)


def keys_of(traits: Traits) -> frozenset[str]:
    """Return the keys of the blocks in which a record is."""
    if isinstance(traits, PersonTraits):
        return keys_of_person(traits)
    return keys_of_organisation(traits)


def likeness(one: Traits, other: Traits) -> Likeness:
    """Return how much two records of one kind look alike."""
    if isinstance(one, PersonTraits) and isinstance(other, PersonTraits):
        return likeness_of_persons(one, other)
    if isinstance(one, OrganisationTraits) and isinstance(other, OrganisationTraits):
        return likeness_of_organisations(one, other)
    raise TypeError(one, other)


def twins_of(kind: Kind, typed: Traits) -> list[tuple[int, Likeness]]:
    """
    Return id and likeness of at most five records that whoever typed this may mean, likest first.

    It looks in the blocks of what was typed and nowhere else.
    """
    keys = keys_of(typed)
    found = traits_of(kind, _ids_in_blocks(kind, keys)) if keys else {}
    alike = [(key, likeness(typed, traits)) for key, traits in found.items()]
    possible = [one for one in alike if one[1].score >= POSSIBLE]
    return sorted(possible, key=lambda one: (-one[1].score, one[0]))[:MOST_TWINS]


def persons_by_id(ids: Sequence[int]) -> dict[int, Person]:
    """Return these persons with roles and tags, as lists show them."""
    found = session().scalars(select(Person).where(among(Person.id, ids)).options(*for_lists()))
    return {one.id: one for one in found.unique()}


def organisations_by_id(ids: Sequence[int]) -> dict[int, Organisation]:
    """Return these organisations."""
    found = session().scalars(select(Organisation).where(among(Organisation.id, ids)))
    return {one.id: one for one in found.unique()}


def _ids_in_blocks(kind: Kind, keys: Iterable[str]) -> list[int]:
    # Each once is seen to here: asked of SQLite, it would walk through everybody to do so.
    found: set[int] = set()
    # In turn, or the crowd of a large organisation would leave no room for who has the same name.
    for group in in_turn(keys):
        here = select(LikenessKey.subject_id).where(
            LikenessKey.kind == kind, LikenessKey.key.in_(group)
        )
        if len(found) < MOST_LOOKED_AT:
            found.update(session().scalars(here.limit(MOST_LOOKED_AT - len(found))))
    return sorted(found)


def _by_owner(statement: Select[int, Any]) -> defaultdict[int, list[Any]]:
    found: defaultdict[int, list[Any]] = defaultdict(list)
    for owner, value in session().execute(statement):
        found[owner].append(value)
    return found
