"""Merging two persons or organisations that are one: what is left of both; on both engines."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from crm.core.db import add_many, session, unit_of_work
from crm.core.permissions import Actor, system
from crm.initiatives.models import Involvement
from crm.projects.models import Project
from crm.stakeholders.models import (
    Affiliation,
    Email,
    Helix,
    Organisation,
    Person,
    PersonTag,
)
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import Merge
from tests import factories
from tests.stakeholders.merges import merged


@pytest.fixture
def planner(project: Project) -> Actor:
    return system(project.id)


@pytest.fixture
def two(planner: Actor) -> tuple[Person, Person]:
    return (
        factories.person("Vries", first_name="Jan", email="jan@vries.example"),
        factories.person("Vries", first_name="J.", email="j@devries.example"),
    )


def test_addresses_and_words_of_both_are_kept_once(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    kept, gone = two
    with unit_of_work(planner, "tests.tags"):
        tags = [(kept, "Sport"), (gone, "sport"), (gone, "jeugd")]
        add_many(
            PersonTag,
            [{"person_id": one.id, "word": word, "word_key": word.lower()} for one, word in tags],
        )

    merged(planner, project, kept, gone)

    emails = session().execute(select(Email.address, Email.position).order_by(Email.position))
    assert [tuple(row) for row in emails] == [("jan@vries.example", 0), ("j@devries.example", 1)]
    words = session().scalars(select(PersonTag.word).order_by(PersonTag.word))
    assert list(words) == ["Sport", "jeugd"]


def test_a_field_and_a_row_are_taken_as_was_chosen(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    kept, gone = two
    pseudonym, left = kept.pseudonym, kept.emails[0].id

    merged(planner, project, kept, gone, from_gone={"first_name"}, left_out={"emails": [left]})

    found = session().scalars(select(Person)).one()
    assert (found.first_name, found.name_key, found.pseudonym) == ("J.", "j vries", pseudonym)
    assert [email.address for email in found.emails] == ["j@devries.example"]


def test_one_role_is_the_main_one_and_equal_roles_become_one(
    planner: Actor, project: Project
) -> None:
    place = factories.organisation("Buurthuis")
    kept = factories.person("Vries", at=place)
    gone = factories.person("Vries", at=place)

    merged(planner, project, kept, gone)

    found = session().execute(select(Affiliation.person_id, Affiliation.is_main)).all()
    assert [tuple(row) for row in found] == [(kept.id, True)]


def test_involvement_at_the_same_time_becomes_one_over_the_whole_time(
    planner: Actor, project: Project, two: tuple[Person, Person]
) -> None:
    garden = factories.initiative(planner, project)
    days = [datetime(2026, month, 1, tzinfo=UTC).date() for month in (1, 3, 2, 5)]
    with unit_of_work(planner, "tests.involve"):
        for one, since, until in zip(two, days[::2], days[1::2], strict=True):
            row = {"initiative_id": garden.id, "person_id": one.id, "role": "lid"}
            add_many(Involvement, [{**row, "since": since, "until": until, "revision": 1}])

    merged(planner, project, *two)

    found = session().execute(select(Involvement.since, Involvement.until)).all()
    assert [tuple(row) for row in found] == [(days[0], days[3])]


def test_organisations_become_one_and_roles_say_why_their_helix_departs(
    planner: Actor, project: Project
) -> None:
    kept = factories.organisation("De Schakel", helix=Helix.BUSINESS)
    gone = factories.organisation("Stichting De Schakel", helix=Helix.GOVERNMENT)
    factories.person("Bos", at=kept, helix=Helix.BUSINESS)
    factories.person("Dam", at=gone, helix=Helix.GOVERNMENT)

    merging.merge_organisations(
        planner, project, merge=Merge(kept.id, gone.id, from_gone=frozenset({"name"}))
    )

    found = session().scalars(select(Organisation)).one()
    assert (found.id, found.name, found.name_key) == (
        kept.id, "Stichting De Schakel", "stichting de schakel"
    )  # fmt: skip
    roles = list(session().scalars(select(Affiliation).order_by(Affiliation.id)))
    assert [one.organisation_id for one in roles] == [kept.id, kept.id]
    assert [bool(one.helix_reason) for one in roles] == [False, True]
