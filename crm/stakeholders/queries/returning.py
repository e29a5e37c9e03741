"""Questions about a list that left Kring and came back: whom its numbers mean, and their cells."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from crm.core import clock
from crm.core.db import project_in_scope
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.known import Register
from crm.stakeholders.importing.messages import Message, Problem
from crm.stakeholders.importing.round_trip import cells_of, person_of
from crm.stakeholders.models import Person
from crm.stakeholders.queries.known_persons import each
from crm.stakeholders.queries.persons import with_details


def looked_up(candidates: Sequence[Candidate]) -> Sequence[Candidate]:
    """Return the rows with whom their numbers mean; a number of elsewhere rejects its row."""
    if not any(one.record for one in candidates):
        return candidates
    project_id = project_in_scope() or 0
    meant = {one.record: person_of(project_id, one.record) for one in candidates if one.record}
    ids = {person_id for person_id in meant.values() if person_id is not None}
    there = {person_id for (person_id,) in each(select(Person.id), Person.id, ids)}
    return [_looked_up(one, meant.get(one.record), there) for one in candidates]


def _looked_up(candidate: Candidate, person_id: int | None, there: set[int]) -> Candidate:
    if not candidate.record or candidate.is_rejected:
        return candidate
    if person_id in there:
        return replace(candidate, record_id=person_id)
    problem = Problem.UNKNOWN_RECORD if person_id is None else Problem.RECORD_GONE
    message = Message(candidate.row, problem, Field.RECORD, candidate.record)
    return replace(candidate, messages=(message,))


def describe(register: Register, candidates: Sequence[Candidate]) -> None:
    """Put the cells of those whom the numbers of a list mean in the register."""
    ids = {one.record_id for one in candidates if one.record_id is not None}
    today = clock.today()
    for (person,) in each(select(Person).options(*with_details()), Person.id, ids):
        register.cells[person.id] = cells_of(person, today)
