"""Questions about a list that left Kring and came back: what its numbers mean, and the cells."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from crm.core import clock
from crm.core.db import project_in_scope
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import Register
from crm.stakeholders.importing.round_trip import (
    Meant,
    cells_of,
    cells_of_organisation,
    meant_by,
)
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.models import Kind, Organisation, Person
from crm.stakeholders.queries.existing_persons import each
from crm.stakeholders.queries.persons import with_details

_GONE: Mapping[Kind, Problem] = {
    Kind.PERSON: Problem.RECORD_GONE,
    Kind.ORGANISATION: Problem.ORGANISATION_GONE,
}


def looked_up(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """
    Return the rows with whom or what their numbers mean.

    A number of elsewhere rejects its row; so does one of an organisation in a list of people, and
    the other way round.
    """
    if not any(one.record for one in candidates):
        return candidates
    project_id = project_in_scope() or 0
    found = {one.record: meant_by(project_id, one.record) for one in candidates if one.record}
    meant = {number: one for number, one in found.items() if one is not None}
    kinds = Counter(meant[one.record].kind for one in candidates if one.record in meant)
    most = kinds.most_common(1)[0][0] if kinds else Kind.PERSON
    there = _there({one for one in meant.values() if one.kind is most})
    return [_looked_up(one, meant.get(one.record), most, there) for one in candidates]


def _there(meant: set[Meant]) -> set[Meant]:
    """Return those who, or which, are still in the register."""
    persons = {one.id for one in meant if one.kind is Kind.PERSON}
    places = {one.id for one in meant if one.kind is Kind.ORGANISATION}
    return {
        *(Meant(Kind.PERSON, key) for (key,) in each(select(Person.id), Person.id, persons)),
        *(
            Meant(Kind.ORGANISATION, key)
            for (key,) in each(select(Organisation.id), Organisation.id, places)
        ),
    }


def _looked_up(
    candidate: Candidate, meant: Meant | None, most: Kind, there: set[Meant]
) -> Candidate:
    if not candidate.record or candidate.is_rejected:
        return candidate
    if meant is None:
        return _refused(candidate, Problem.UNKNOWN_RECORD)
    if meant.kind is not most:
        return _refused(candidate, Problem.OTHER_LIST)
    if meant not in there:
        return _refused(candidate, _GONE[meant.kind])
    if meant.kind is Kind.PERSON:
        return replace(candidate, record_id=meant.id)
    return replace(candidate, organisation_id=meant.id)


def _refused(candidate: Candidate, problem: Problem) -> Candidate:
    message = Message(candidate.row, problem, Field.RECORD, candidate.record)
    return replace(candidate, messages=(message,))


def describe(register: Register, candidates: Sequence[Candidate]) -> None:
    """Put the cells of those whom the numbers of a list mean in the register."""
    persons = {one.record_id: one.record for one in candidates if one.record_id is not None}
    today = clock.today()
    for (person,) in each(select(Person).options(*with_details()), Person.id, persons):
        register.cells[persons[person.id]] = cells_of(person, today)
    of_place = {
        one.organisation_id: one.record for one in candidates if one.organisation_id is not None
    }
    for one in organisations_with_ids(of_place):
        area, tags = one.area.name if one.area else "", [tag.word for tag in one.tags]
        register.cells[of_place[one.id]] = cells_of_organisation(one, area, tags)


def organisations_with_ids(ids: Iterable[int]) -> list[Organisation]:
    """Return these organisations with everything that stands in a file about them."""
    whole = (joinedload(Organisation.area), selectinload(Organisation.tags))
    return [row[0] for row in each(select(Organisation).options(*whole), Organisation.id, ids)]
