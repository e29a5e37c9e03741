"""What a row of a list that came back changes: only the cells that were edited there."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from crm.core.normalisation import fold
from crm.stakeholders.importing.additions import Cell
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import Decisions
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import KnownOrganisation, Register
from crm.stakeholders.importing.origins import NAME
from crm.stakeholders.importing.round_trip import is_nameless, returned, usual
from crm.stakeholders.importing.row_messages import Message, Problem

_LEFT_OUT = frozenset({Problem.UNKNOWN_HELIX, Problem.NOT_A_POSTCODE, Problem.NOT_A_WEBSITE})


class Return(NamedTuple):
    """
    What came back with a row.

    :ivar cells: what differs from the register, each with whether it is taken
    :ivar edits: the cells that are taken, which replace what is there
    :ivar messages: why a cell is not taken that somebody wanted
    """

    cells: tuple[Cell, ...]
    edits: Mapping[Field, str]
    messages: tuple[Message, ...]


class _Held(NamedTuple):
    """Cells that are not taken, whatever was chosen, and what there is to say about that."""

    fields: set[Field]
    messages: tuple[Message, ...] = ()


def what_returned(candidate: Candidate, register: Register, decisions: Decisions) -> Return:
    """Return what a row changes of whom its number means; the register remembers names given."""
    here, there = register.cells[candidate.record], candidate.typed
    refused = {one.field for one in candidate.messages if one.problem in _LEFT_OUT}
    told = returned(candidate.record, candidate.code, there, here)
    found = [one for one in told if one.field not in refused]
    wanted = {one.field for one in found if decisions.takes(candidate.row, one)}
    held = (_of_person if candidate.is_person else _of_organisation)(candidate, register, wanted)
    taken = wanted - held.fields
    cells = (Cell(one.field, one.here, one.there, one.field in taken, one.state) for one in found)
    edits = {one.field: one.there for one in found if one.field in taken}
    if edits.get(Field.ORGANISATION):
        _name_organisation(candidate, register)
    return Return(tuple(cells), edits, held.messages)


def _of_person(candidate: Candidate, register: Register, wanted: set[Field]) -> _Held:
    is_nobody = is_nameless(register.cells[candidate.record], candidate.typed, wanted)
    return _Held(set(NAME) if is_nobody else set())


def _of_organisation(candidate: Candidate, register: Register, wanted: set[Field]) -> _Held:
    """An organisation keeps a name of its own, and two helixes that differ."""
    after = {**register.cells[candidate.record], **_chosen(candidate, wanted)}
    held: set[Field] = set()
    problems: dict[Field, Problem] = {}
    if not fold(after[Field.ORGANISATION]):
        held.add(Field.ORGANISATION)
    elif Field.ORGANISATION in wanted and _is_of_another(candidate, register):
        problems[Field.ORGANISATION] = Problem.NAME_TAKEN
    first, second = (usual(one, after[one]) for one in _HELIXES)
    if not first:
        held.add(Field.HELIX)
        first = register.cells[candidate.record][Field.HELIX]
    if first == second and not wanted.isdisjoint(_HELIXES):
        held |= set(_HELIXES)
        problems[Field.SECOND_HELIX] = Problem.SAME_HELIX
    return _Held(held | set(problems), tuple(_messages(candidate, problems.items())))


_HELIXES = (Field.HELIX, Field.SECOND_HELIX)


def _chosen(candidate: Candidate, wanted: set[Field]) -> dict[Field, str]:
    return {one: candidate.typed[one] for one in wanted}


def _messages(candidate: Candidate, told: Iterable[tuple[Field, Problem]]) -> Iterable[Message]:
    for field, problem in told:
        yield Message(candidate.row, problem, field, candidate.typed.get(field, ""))


def _is_of_another(candidate: Candidate, register: Register) -> bool:
    """Return whether another organisation has the name, here or by an earlier row of the list."""
    known = register.organisations.get(fold(candidate.typed[Field.ORGANISATION]))
    return known is not None and known.id != candidate.organisation_id


def _name_organisation(candidate: Candidate, register: Register) -> None:
    """Remember the organisation that a person goes to, or the new name of one."""
    if candidate.is_person:
        register.organisation(candidate)
        return
    name = candidate.typed[Field.ORGANISATION]
    renamed = KnownOrganisation(name, candidate.organisation_id)
    register.organisations.setdefault(fold(name), renamed)
