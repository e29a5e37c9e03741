"""Where values of persons and organisations came from: file, row and day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import InstrumentedAttribute

from crm.contacts.models import ContactImport, OrganisationOrigin, PersonOrigin
from crm.contacts.rules.origins import Values, digester, given_of, of_name
from crm.core.db import session
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.rules.columns import Field


@dataclass(frozen=True, slots=True)
class Source:
    """The row of a list that gave some values, which are still as it gave them."""

    import_id: int
    file_name: str
    row: int
    at: datetime
    values: Sequence[tuple[Field, str]]  # the fields, each with its value where there are several


def sources_of_person(person: Person) -> list[Source]:
    """Return the rows that gave what a person has now, the newest first."""
    roles = person.affiliations
    return _sources(
        _statement(PersonOrigin, PersonOrigin.person_id),
        person.id,
        {
            **of_name(person.name_parts),
            Field.ORGANISATION: [role.organisation.name for role in roles if role.organisation],
            Field.ROLE: [role.role for role in roles],
            Field.EMAIL: [email.address for email in person.emails],
            Field.PHONE: [phone.number for phone in person.phones],
            Field.AREA: [person.area.name if person.area else ""],
            Field.LANGUAGE: [person.language],
            Field.TAGS: [tag.word for tag in person.tags],
            Field.NOTE: [person.note],
        },
    )


def sources_of_organisation(organisation: Organisation) -> list[Source]:
    """Return the rows that gave what an organisation has now, the newest first."""
    return _sources(
        _statement(OrganisationOrigin, OrganisationOrigin.organisation_id),
        organisation.id,
        {
            Field.ORGANISATION: [organisation.name],
            Field.KIND: [organisation.kind],
            Field.HELIX: [organisation.helix],
            Field.SECOND_HELIX: [organisation.second_helix or ""],
            Field.STREET: [organisation.street],
            Field.POSTCODE: [organisation.postcode],
            Field.TOWN: [organisation.town],
            Field.AREA: [organisation.area.name if organisation.area else ""],
            Field.WEBSITE: [organisation.website],
            Field.TAGS: [tag.word for tag in organisation.tags],
            Field.NOTE: [organisation.note],
        },
    )


# Making the statement took longer than the answer.
@cache
def _statement(
    model: type[PersonOrigin | OrganisationOrigin], about: InstrumentedAttribute[int]
) -> Select[*tuple[Any, ...]]:
    columns = (model.contact_import_id, ContactImport.file_name, model.row, model.given)
    return (
        select(*columns, ContactImport.finished_at, ContactImport.made_at)
        .join(ContactImport, ContactImport.id == model.contact_import_id)
        .where(about == bindparam("asked"))
        .order_by(model.contact_import_id.desc(), model.row)
    )


def _sources(statement: Select[*tuple[Any, ...]], asked: int, values: Values) -> list[Source]:
    digest = digester()
    left: dict[tuple[Field, str], tuple[Field, str]] = {}
    for field, texts in values.items():
        some = [text for text in texts if text]
        # Of a field with one value its name says enough.
        left |= {
            (field, digest(field, text)): (field, text if len(some) > 1 else "") for text in some
        }
    found = []
    rows = session().execute(statement, {"asked": asked})
    for import_id, file_name, row, given, finished_at, made_at in rows:
        here = [
            # The newest row that gave a value is its source; older ones only gave it before.
            left.pop((field, mark))
            for field, marks in given_of(given).items()
            for mark in marks
            if (field, mark) in left
        ]
        if here:
            found.append(Source(import_id, file_name, row, finished_at or made_at, here))
    return found
