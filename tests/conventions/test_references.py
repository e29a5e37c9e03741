"""References: whatever refers to a person or an organisation says what becomes of it."""

import pytest
from flask import Flask
from sqlalchemy import Table

from crm.core import references
from crm.core.db import Base
from crm.stakeholders.models import Organisation, Person

pytestmark = pytest.mark.engine("sqlite")
STAKEHOLDERS = {Person.__tablename__, Organisation.__tablename__}


def keys_to_stakeholders() -> set[tuple[str, str]]:
    return {
        (table.name, key.parent.name)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if isinstance(key.column.table, Table) and key.column.table.name in STAKEHOLDERS
    }


def test_every_key_to_a_person_or_organisation_is_registered(app: Flask) -> None:
    assert keys_to_stakeholders() - set(references.known()) == set()


def test_nothing_else_is_registered(app: Flask) -> None:
    assert set(references.known()) - keys_to_stakeholders() == set()


def test_what_is_told_of_a_reference_are_columns_of_its_table(app: Flask) -> None:
    unknown = [
        (*key, name)
        for key, reference in references.known().items()
        for name in reference.told
        if name not in reference.model.__table__.c
    ]

    assert unknown == []


def test_every_reference_says_how_long_it_is_kept(app: Flask) -> None:
    assert [key for key, reference in references.known().items() if not reference.kept] == []


def test_the_references_to_a_person_are_told_apart_from_those_to_an_organisation(
    app: Flask,
) -> None:
    columns = {(one.model.__tablename__, one.column) for one in references.to(Person)}

    assert ("affiliation", "person_id") in columns
    assert ("affiliation", "organisation_id") not in columns
