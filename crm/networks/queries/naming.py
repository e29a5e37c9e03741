"""What the points of a network are called for one actor."""

from collections import Counter
from collections.abc import Collection, Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from crm.core import ties
from crm.core.db import among, session
from crm.core.permissions import Actor
from crm.core.ties import (
    Asked,
    id_of,
    is_meeting,
    is_organisation,
    is_person,
    organisation_key,
    person_key,
)
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.visibility import shown_in_network

# All people of a large network at once would take eighty megabytes for a moment.
SET_SIZE = 2_000


def names(actor: Actor, keys: Collection[str]) -> dict[str, str]:
    """Return the name of each point as `actor` may see it: private persons by pseudonym."""
    organisations = [id_of(key) for key in keys if is_organisation(key)]
    people = [id_of(key) for key in keys if is_person(key)]
    meetings = {key for key in keys if is_meeting(key)}
    return {
        **_of_organisations(organisations),
        **_of_people(actor, people),
        **(_of_meetings(actor, meetings) if meetings else {}),
    }


def _of_organisations(ids: list[int]) -> dict[str, str]:
    return {
        organisation_key(row.id): row.name
        for part in _sets(ids)
        for row in session().execute(
            select(Organisation.id, Organisation.name)
            .where(among(Organisation.id, part))
            .order_by(Organisation.id)
        )
    }


def _of_people(actor: Actor, ids: list[int]) -> dict[str, str]:
    eyes = shown_in_network(actor)
    return {
        person_key(person.id): eyes.name(person)
        for part in _sets(ids)
        for person in session()
        .scalars(
            select(Person)
            .where(among(Person.id, part))
            .options(joinedload(Person.affiliations))
            .order_by(Person.id)
        )
        .unique()
    }


def _of_meetings(actor: Actor, keys: set[str]) -> dict[str, str]:
    """Return the titles of meetings; where two have the same, with the day."""
    told = {
        f"{letter}{one.id}": one
        for kind, letter in ties.meetings().items()
        for part in _sets([id_of(key) for key in keys if key.startswith(letter)])
        for one in ties.source(kind).evidence(actor, Asked(), part)
    }
    titles = Counter(one.title for one in told.values())
    return {
        key: one.title if titles[one.title] == 1 else f"{one.title} ({one.since})"
        for key, one in told.items()
    }


def _sets(ids: list[int]) -> Iterable[list[int]]:
    # None is a set too: a page takes as many statements whoever stands on it.
    return (ids[start : start + SET_SIZE] for start in range(0, max(len(ids), 1), SET_SIZE))
