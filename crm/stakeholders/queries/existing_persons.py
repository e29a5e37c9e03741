"""What the persons of the register have, as far as a list is compared with it."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from crm.core.db import session
from crm.stakeholders.importing.additions import RoleChange
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import KnownPerson
from crm.stakeholders.models import Affiliation, Email, Organisation, Person, PersonTag, Phone

# One statement for a usual list; SQLite takes at most 32,766 values.
SET_SIZE = 15_000
Column = ColumnElement[Any] | InstrumentedAttribute[Any]


def each(
    statement: Select[*tuple[Any, ...]], column: Column, values: Iterable[Any]
) -> Iterator[Any]:
    """Yield the rows of `statement` whose `column` is one of `values`; nothing asks nothing."""
    wanted = sorted(values)
    for start in range(0, len(wanted), SET_SIZE):
        among: ColumnElement[bool] = column.in_(wanted[start : start + SET_SIZE])
        yield from session().execute(statement.where(among))


def describe(persons: Mapping[int, KnownPerson]) -> None:
    """Fill in what persons have."""
    statement = select(Person).options(joinedload(Person.area))
    for (person,) in each(statement, Person.id, persons):
        known = persons[person.id]
        known.name = person.name_parts
        known.has_area, known.has_note = person.area_id is not None, bool(person.note)
        texts = {Field.LANGUAGE: person.language, Field.NOTE: person.note}
        texts[Field.AREA] = person.area.name if person.area else ""
        known.shown.update({field: text for field, text in texts.items() if text})
    _describe_contact(persons)
    _describe_roles(persons)


def _describe_contact(persons: Mapping[int, KnownPerson]) -> None:
    emails = select(Email.person_id, Email.address).order_by(Email.position, Email.id)
    for person_id, address in each(emails, Email.person_id, persons):
        _show(persons[person_id], Field.EMAIL, address)
    phones = select(Phone.person_id, Phone.number, Phone.raw).order_by(Phone.position, Phone.id)
    for person_id, number, raw in each(phones, Phone.person_id, persons):
        persons[person_id].phones.add(number)
        _show(persons[person_id], Field.PHONE, raw or number)
    tags = select(PersonTag.person_id, PersonTag.word_key, PersonTag.word)
    for person_id, key, word in each(tags.order_by(PersonTag.word), PersonTag.person_id, persons):
        persons[person_id].tags.add(key)
        _show(persons[person_id], Field.TAGS, word)


def _describe_roles(persons: Mapping[int, KnownPerson]) -> None:
    role = (Affiliation.id, Affiliation.role, Affiliation.helix)
    statement = (
        select(Affiliation.person_id, Organisation.name_key, Organisation.name, *role)
        .outerjoin(Affiliation.organisation)
        # The main one last: of two roles in one place it is the one that a row is about.
        .order_by(Affiliation.is_main, Affiliation.id.desc())
    )
    for person_id, key, organisation, *told in each(statement, Affiliation.person_id, persons):
        known = persons[person_id]
        known.has_role = True
        known.organisations.add(key or "")
        known.roles[key or ""] = RoleChange(*told)
        known.shown[Field.ORGANISATION] = organisation or ""


def _show(known: KnownPerson, field: Field, text: str) -> None:
    known.shown[field] = "; ".join(filter(None, (known.shown.get(field), text)))
