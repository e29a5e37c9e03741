"""Deciding what an import would do, row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from crm.core.normalisation import fold
from crm.stakeholders import names
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.candidates import Candidate, Repetitions, find_duplicates
from crm.stakeholders.importing.choices import USUAL, Choice, Decisions, Reason
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import (
    LONGEST_TAG,
    Cell,
    KnownOrganisation,
    KnownPerson,
    Match,
    Register,
)
from crm.stakeholders.importing.organisations import HelixOfNew
from crm.stakeholders.importing.origins import NAME
from crm.stakeholders.importing.plan import Plan, PlannedRow, RowOutcome
from crm.stakeholders.importing.round_trip import is_nameless, returned, usual
from crm.stakeholders.importing.row_messages import Message, Problem
from crm.stakeholders.likeness import OrganisationTraits, may_be_called, organisation_traits
from crm.stakeholders.models import Helix
from crm.stakeholders.names import full_name

MOST_ROLES = 20
"""Further roles of one person; who has more of them in a list is no person."""


class FurtherRole(NamedTuple):
    """What is done with a row that has a further role of somebody of row `first`."""

    first: int
    choice: Choice
    is_certain: bool

    @property
    def is_taken(self) -> bool:
        """Whether they get it."""
        return self.choice is not Choice.SKIP


def further_roles(
    candidates: Sequence[Candidate], repeated: Mapping[int, int], decisions: Decisions
) -> dict[int, FurtherRole]:
    """
    Return the rows with another role of somebody of an earlier row, and what is done with each.

    Such a row has the name of the earlier one, and an address or a number of theirs, and another
    organisation. One that is called nearly the same, "Pump Track" beside "Initiatiefgroep Pump
    Track", may be the same: it is only taken where that is chosen.

    :param repeated: the rows that repeat an earlier one, with its number
    """
    return {
        row: FurtherRole(repeated[row], _role_choice(row, decisions, is_certain=certain), certain)
        for row, certain in _rows_with_roles(candidates, repeated).items()
    }


def as_known(candidate: Candidate) -> KnownPerson:
    """Return somebody whom a row makes, without an id, as they are known to the rows below it."""
    texts = {
        Field.AREA: candidate.area,
        Field.NOTE: candidate.note,
        Field.LANGUAGE: candidate.language,
        Field.EMAIL: "; ".join(candidate.emails),
        Field.PHONE: "; ".join(one.raw for one in candidate.phones),
        Field.TAGS: "; ".join(candidate.tags),
    }
    return KnownPerson(
        id=0,
        name=candidate.name,
        has_area=bool(candidate.area),
        has_note=bool(candidate.note),
        phones={one.number for one in candidate.phones},
        organisations={fold(candidate.organisation)},
        has_role=bool(candidate.organisation or candidate.role or candidate.helix),
        tags={fold(one[:LONGEST_TAG]) for one in candidate.tags},
        shown={field: text for field, text in texts.items() if text},
    )


def owners_of(candidates: Iterable[Candidate]) -> dict[str, int]:
    """Return for each address of a list the first row that has it, and is not rejected."""
    found: dict[str, int] = {}
    for one in candidates:
        for address in () if one.is_rejected else one.emails:
            found.setdefault(email_key(address), one.row)
    return found


def _rows_with_roles(
    candidates: Sequence[Candidate], repeated: Mapping[int, int]
) -> dict[int, bool]:
    """Return the rows with another role, and whether that is certain."""
    firsts = set(repeated.values())
    first = {one.row: one for one in candidates if one.row in firsts}
    places = {row: _placed([one.organisation]) for row, one in first.items()}
    found: dict[int, bool] = {}
    for one in candidates:
        earlier = first.get(repeated.get(one.row, -1))
        if earlier is None or not _is_same_person(one, earlier) or not fold(one.organisation):
            continue
        known = places[earlier.row]
        key = fold(one.organisation)
        if key in known or len(known) > MOST_ROLES:
            continue
        traits = organisation_traits(one.organisation)
        found[one.row] = not any(may_be_called(traits, other) for other in known.values())
        known[key] = traits
    return found


def _role_choice(row: int, decisions: Decisions, *, is_certain: bool) -> Choice:
    """Return whether a further role is taken: one that is certain unless it is skipped."""
    chosen = decisions.rows.get(row)
    is_taken = chosen is not Choice.SKIP if is_certain else chosen is Choice.FILL
    return Choice.FILL if is_taken else Choice.SKIP


def _placed(names: Iterable[str]) -> dict[str, OrganisationTraits]:
    return {fold(name): organisation_traits(name) for name in names if fold(name)}


def _is_same_person(one: Candidate, other: Candidate) -> bool:
    if not (one.is_person and other.is_person):
        return False
    return fold(full_name(one.name)) == fold(full_name(other.name))


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


class _Withheld(NamedTuple):
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
    held = (_withheld_of_person if candidate.is_person else _withheld_of_organisation)(
        candidate, register, wanted
    )
    taken = wanted - held.fields
    cells = (Cell(one.field, one.here, one.there, one.field in taken, one.state) for one in found)
    edits = {one.field: one.there for one in found if one.field in taken}
    if edits.get(Field.ORGANISATION):
        _name_organisation(candidate, register)
    return Return(tuple(cells), edits, held.messages)


def _withheld_of_person(candidate: Candidate, register: Register, wanted: set[Field]) -> _Withheld:
    is_nobody = is_nameless(register.cells[candidate.record], candidate.typed, wanted)
    return _Withheld(set(NAME) if is_nobody else set())


def _withheld_of_organisation(
    candidate: Candidate, register: Register, wanted: set[Field]
) -> _Withheld:
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
    return _Withheld(held | set(problems), tuple(_messages(candidate, problems.items())))


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


def make_plan(
    candidates: Iterable[Candidate],
    register: Register,
    helix_of_new: HelixOfNew,
    decisions: Decisions = USUAL,
    *,
    all_differ: bool = False,
) -> Plan:
    """
    Return what importing would do, given what `register` knows.

    Nothing that is known is overwritten, unless that was chosen. A row that repeats an earlier one
    adds nothing, unless it gives a further role.

    :param helix_of_new: the helix of new organisations for which the list gives none
    :param all_differ: whether the caller knows that no row repeats another
    """
    found = list(candidates)
    repetitions = Repetitions() if all_differ else find_duplicates(found)
    rows, repeated = repetitions.asking(found), repetitions.rows
    treated = {
        row.row: _treatment(row, register, decisions)
        for row in rows
        if not row.is_rejected and row.row not in repeated
    }
    further = {
        row: one
        for row, one in further_roles(rows, repeated, decisions).items()
        if treated[one.first].choice is not Choice.SKIP
    }
    treated |= {row: treated[one.first] for row, one in further.items() if one.is_taken}
    _name_organisations(rows, register, treated)
    planner = _Planner(register, helix_of_new, treated, decisions)
    planner.expect(further, owners_of(rows) if further else {})
    planned = tuple(planner.row(one, repeated.get(one.row)) for one in rows)
    return Plan(planned, register.organisations, helix_of_new, planner.added)


class _Treatment(NamedTuple):
    """Whom a row is about, or may be about, and what is done with it."""

    match: Match | None
    choice: Choice

    @property
    def reason(self) -> Reason | None:
        return self.match.reason if self.match else None


def _name_organisations(
    rows: Sequence[Candidate], register: Register, treated: Mapping[int, _Treatment]
) -> None:
    """Let the register know the organisations of the rows that are taken."""
    taken = [
        row
        for row in rows
        if row.row in treated and treated[row.row].choice is not Choice.SKIP and not row.is_returned
    ]
    # A row about the organisation itself knows its helix better than one about somebody there.
    for row in sorted(taken, key=lambda row: row.is_person):
        register.organisation(row)


def _treatment(row: Candidate, register: Register, decisions: Decisions) -> _Treatment:
    match = register.match(row)
    return _Treatment(match, decisions.choice(row.row, match.reason if match else None))


class _Planner:
    """The decision about each row, in order; the register remembers what rows before added."""

    def __init__(
        self,
        register: Register,
        helix_of_new: HelixOfNew,
        treated: Mapping[int, _Treatment],
        decisions: Decisions,
    ) -> None:
        self._register = register
        self._helix_of_new = helix_of_new
        self._treated = treated
        self._decisions = decisions
        self._further: Mapping[int, FurtherRole] = {}
        self._owners: Mapping[str, int] = {}
        self._several: dict[int, KnownPerson] = {}
        self.added: dict[int, list[PlannedRow]] = {}

    def expect(self, further: Mapping[int, FurtherRole], owners: Mapping[str, int]) -> None:
        """Be told of the rows with a further role, before any row is decided about."""
        self._further, self._owners = further, owners
        self.added = {one.first: [] for one in further.values() if one.is_taken}

    def row(self, candidate: Candidate, repeats: int | None) -> PlannedRow:
        if candidate.is_rejected:
            return PlannedRow(candidate, RowOutcome.REJECTED)
        if further := self._further.get(candidate.row):
            return self._further_role(candidate, further)
        if repeats is not None:
            return PlannedRow(candidate, RowOutcome.DUPLICATE, repeats=repeats)
        treated = self._treated[candidate.row]
        if treated.choice is Choice.SKIP:
            planned = PlannedRow(candidate, RowOutcome.SKIPPED)
        elif candidate.is_returned:
            planned = self._returned(candidate)
        elif candidate.is_person:
            planned = self._person(candidate, treated)
        else:
            planned = self._organisation(candidate, treated)
        return self._beside(planned, treated)

    def _further_role(self, candidate: Candidate, further: FurtherRole) -> PlannedRow:
        """Return what a row gives to whom an earlier row makes, or is about."""
        if not further.is_taken:
            outcome = RowOutcome.SKIPPED if further.is_certain else RowOutcome.DUPLICATE
            return PlannedRow(candidate, outcome, repeats=further.first, choice=further.choice)
        treated = self._treated[candidate.row]
        person = self._several[further.first]
        planned = self._given(candidate, person, treated)
        planned = self._beside(planned, treated) if person.id else planned
        planned = replace(planned, repeats=further.first, choice=further.choice)
        if not person.id:
            self.added[further.first].append(planned)
        return planned

    def _returned(self, candidate: Candidate) -> PlannedRow:
        found = what_returned(candidate, self._register, self._decisions)
        told = replace(candidate, messages=(*candidate.messages, *found.messages))
        outcome = RowOutcome.CHANGED if found.edits else RowOutcome.DUPLICATE
        fields = tuple(found.edits)
        return PlannedRow(told, outcome, fields=fields, cells=found.cells, edits=found.edits)

    def _beside(self, planned: PlannedRow, treated: _Treatment) -> PlannedRow:
        """Return the row beside whom it is, or may be, about."""
        known = self._known(treated)
        return replace(
            planned,
            person_id=known.id if known else None,
            organisation_id=planned.candidate.organisation_id,
            known_as=planned.known_as or self._called(planned.candidate, known),
            reason=treated.reason,
            choice=treated.choice if treated.match else None,
            beside=known.brief if known else "",
        )

    def _called(self, candidate: Candidate, known: KnownPerson | None) -> str:
        if candidate.organisation_id is not None:
            return self._register.cells[candidate.record][Field.ORGANISATION]
        return names.full_name(known.name) if known else ""

    def _known(self, treated: _Treatment) -> KnownPerson | None:
        person_id = treated.match.person_id if treated.match else None
        return None if person_id is None else self._register.persons[person_id]

    def _organisation(self, candidate: Candidate, treated: _Treatment) -> PlannedRow:
        organisation = self._register.organisation(candidate)
        details = {**_place(candidate), Field.AREA: candidate.area, Field.NOTE: candidate.note}
        overwrites = treated.choice is Choice.OVERWRITE
        cells = organisation.differences(details, candidate.tags) if organisation else []
        fields: tuple[Field, ...] = ()
        if organisation:
            fields = tuple(organisation.take(details, candidate.tags, overwrites=overwrites))
            organisation.credit(candidate.row, fields, details)
        known = organisation is not None and organisation.id is not None
        outcome = _outcome(known=known, fields=fields)
        phones = tuple(one.raw for one in candidate.phones)
        told = candidate.leaving_out(Problem.ORGANISATION_EMAIL, Field.EMAIL, candidate.emails)
        told = told.leaving_out(Problem.ORGANISATION_PHONE, Field.PHONE, phones)
        if not known:
            return PlannedRow(told, outcome)
        return PlannedRow(told, outcome, fields=fields, cells=_marked(cells, fields))

    def _person(self, candidate: Candidate, treated: _Treatment) -> PlannedRow:
        known = self._known(treated)
        is_known = known is not None and treated.choice is not Choice.NEW
        if candidate.row in self.added:
            self._several[candidate.row] = known if known and is_known else as_known(candidate)
        if known and is_known:
            return self._given(candidate, known, treated)
        told, _filled, kept = self._told_of_place(candidate)
        other = known.differences(candidate, candidate.emails) if known else ()
        return PlannedRow(told, RowOutcome.NEW, kept=kept, cells=tuple(other))

    def _told_of_place(self, candidate: Candidate) -> tuple[Candidate, list[Field], dict[str, str]]:
        """
        Return what a row about a person fills in of the organisation, and what is only kept.

        With it comes the row, which says so where somebody lives at the address that it gives.
        """
        organisation = self._register.organisation(candidate)
        at_work = organisation is not None and self._is_at_work(candidate, organisation)
        place = _place(candidate) if at_work else {}
        filled = organisation.take(place) if organisation else []
        if organisation:
            organisation.credit(candidate.row, filled, place)
        kept = _kept(candidate, place)
        lives_at = () if place else (candidate.street, candidate.postcode, candidate.town)
        told = candidate.leaving_out(Problem.HOME_ADDRESS, Field.STREET, lives_at)
        return told, filled, kept

    def _given(self, candidate: Candidate, known: KnownPerson, treated: _Treatment) -> PlannedRow:
        """Return a row with what it gives to a person who is known."""
        told, filled, kept = self._told_of_place(candidate)
        known_as = names.full_name(known.name)
        emails = self._new_emails(candidate, known.id)
        cells = known.differences(candidate, emails)
        overwrites = treated.choice is Choice.OVERWRITE
        additions = known.take(candidate, emails, overwrites=overwrites)
        fields = (*additions.fields, *filled)
        return PlannedRow(
            told,
            _outcome(known=True, fields=fields),
            known_as=known_as,
            additions=additions,
            fields=fields,
            kept=kept,
            cells=_marked(cells, additions.fields),
        )

    def _is_at_work(self, candidate: Candidate, organisation: KnownOrganisation) -> bool:
        """Whether the address of a row is the organisation's, and not where an end user lives."""
        usual = next(iter(organisation.helixes), self._helix_of_new.of(organisation.name))
        return (candidate.helix or usual) is not Helix.END_USERS

    def _new_emails(self, candidate: Candidate, person_id: int) -> tuple[str, ...]:
        known = self._register.keys
        new = {
            email_key(one): one
            for one in candidate.emails
            if ("email", email_key(one)) not in known
            and self._owners.get(email_key(one), candidate.row) == candidate.row
        }
        known.update({("email", key): person_id for key in new})
        return tuple(new.values())


def _marked(cells: Iterable[Cell], taken: Collection[Field]) -> tuple[Cell, ...]:
    return tuple(replace(one, is_taken=one.field in taken) for one in cells)


def _outcome(*, known: bool, fields: Sequence[Field]) -> RowOutcome:
    if not known:
        return RowOutcome.NEW
    return RowOutcome.CHANGED if fields else RowOutcome.DUPLICATE


def _place(candidate: Candidate) -> dict[Field, str]:
    return {
        Field.STREET: candidate.street,
        Field.POSTCODE: candidate.postcode,
        Field.TOWN: candidate.town,
        Field.WEBSITE: candidate.website,
        Field.KIND: candidate.kind,
        Field.SECOND_HELIX: candidate.second_helix or "",
    }


def _kept(candidate: Candidate, place: Mapping[Field, str]) -> dict[str, str]:
    """Return the doubtful texts, and what there is no field for: an own address, consent."""
    consent = candidate.consent_on.isoformat() if candidate.consent_on else ""
    left = {} if place else _place(candidate)
    found = {**left, Field.CONSENT_DATE: consent, **candidate.doubtful}
    return {one.value: text for one, text in found.items() if text}
