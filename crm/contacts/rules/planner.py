"""Deciding what an import would do, row by row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from crm.contacts.rules.candidates import Candidate, Repetitions, find_duplicates
from crm.contacts.rules.choices import USUAL, Choice, Decisions
from crm.contacts.rules.existing_records import (
    LONGEST_TAG,
    Cell,
    KnownOrganisation,
    KnownPerson,
    Match,
    Register,
)
from crm.contacts.rules.organisations import HelixOfNew
from crm.contacts.rules.plan import Plan, PlannedRow, RowOutcome
from crm.contacts.rules.row_messages import ASIDE, Message, Problem
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import NAME_PARTS, Field
from crm.stakeholders.rules.likeness import OrganisationTraits, may_be_called, organisation_traits
from crm.stakeholders.rules.round_trip import CALLED, returned, usual
from crm.stakeholders.values import names
from crm.stakeholders.values.addresses import email_key

MOST_ROLES = 20
"""Further roles of one person; who has more of them in a list is no person."""
_HELIXES = (Field.HELIX, Field.SECOND_HELIX)
# Values that were refused when the row was read: what is here is not replaced by them.
_LEFT_OUT = frozenset({Problem.UNKNOWN_HELIX, Problem.NOT_A_POSTCODE, Problem.NOT_A_WEBSITE})


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

    :param repeated: the rows that repeat an earlier one, with its number
    """
    firsts = set(repeated.values())
    first = {candidate.row: candidate for candidate in candidates if candidate.row in firsts}
    # The organisations that each person has by the rows so far, so that a third row is compared
    # with the second too.
    places: dict[int, dict[str, OrganisationTraits]] = {
        row: {fold(name): organisation_traits(name)} if fold(name := earlier.organisation) else {}
        for row, earlier in first.items()
    }
    found: dict[int, FurtherRole] = {}
    for candidate in candidates:
        earlier = first.get(repeated.get(candidate.row, -1))
        key = fold(candidate.organisation)
        if earlier is None or not (key and candidate.is_person and earlier.is_person):
            continue
        # Colleagues share an address: only who is also called the same is one person.
        if fold(names.full_name(candidate.name)) != fold(names.full_name(earlier.name)):
            continue
        known = places[earlier.row]
        if key in known or len(known) > MOST_ROLES:
            continue
        # What is called nearly the same, "Pump Track" beside "Initiatiefgroep Pump Track", may be
        # the same organisation: it is only taken where that is chosen.
        traits = organisation_traits(candidate.organisation)
        is_certain = not any(may_be_called(traits, other) for other in known.values())
        chosen = decisions.rows.get(candidate.row)
        is_taken = chosen is not Choice.SKIP if is_certain else chosen is Choice.FILL
        choice = Choice.FILL if is_taken else Choice.SKIP
        found[candidate.row] = FurtherRole(earlier.row, choice, is_certain)
        known[key] = traits
    return found


def as_known(candidate: Candidate) -> KnownPerson:
    """Return somebody whom a row makes, without an id, as they are known to the rows below it."""
    texts = {
        Field.AREA: candidate.area,
        Field.NOTE: candidate.note,
        Field.LANGUAGE: candidate.language,
        Field.EMAIL: "; ".join(candidate.emails),
        Field.PHONE: "; ".join(phone.raw for phone in candidate.phones),
        Field.TAGS: "; ".join(candidate.tags),
    }
    return KnownPerson(
        id=0,
        name=candidate.name,
        has_area=bool(candidate.area),
        has_note=bool(candidate.note),
        phones={phone.number for phone in candidate.phones},
        organisations={fold(candidate.organisation)},
        has_role=bool(candidate.organisation or candidate.role or candidate.helix),
        tags={fold(tag[:LONGEST_TAG]) for tag in candidate.tags},
        shown={field: text for field, text in texts.items() if text},
    )


class Return(NamedTuple):
    """What came back with a row."""

    # What differs from the register, each with whether it is taken.
    cells: tuple[Cell, ...]
    # The cells that are taken, which replace what is there.
    edits: Mapping[Field, str]
    # Why a cell is not taken that somebody wanted.
    messages: tuple[Message, ...]


def what_returned(candidate: Candidate, register: Register, decisions: Decisions) -> Return:
    """Return what a row changes of whom its number means; the register remembers names given."""
    here, there = register.cells[candidate.record], candidate.typed
    refused = {message.field for message in candidate.messages if message.problem in _LEFT_OUT}
    told = returned(candidate.record, candidate.code, there, here)
    found = [cell for cell in told if cell.field not in refused]
    wanted = {cell.field for cell in found if decisions.takes(candidate.row, cell)}
    # Cells that are not taken, whatever was chosen, and what there is to say about that.
    withheld: set[Field] = set()
    problems: dict[Field, Problem] = {}
    if not candidate.is_person:
        withheld, problems = _withheld_of_organisation(candidate, register, wanted)
    # Nothing would be left to call a person by.
    elif not any(there[part] if part in wanted else here.get(part) for part in CALLED):
        withheld = set(NAME_PARTS)
    taken = wanted - withheld
    edits = {cell.field: cell.there for cell in found if cell.field in taken}
    # The organisation that a person goes to is remembered, or the new name of one.
    if (name := edits.get(Field.ORGANISATION)) and candidate.is_person:
        register.organisation(candidate)
    elif name:
        renamed = KnownOrganisation(name, candidate.organisation_id)
        register.organisations.setdefault(fold(name), renamed)
    cells = (
        Cell(cell.field, cell.here, cell.there, cell.field in taken, cell.state) for cell in found
    )
    messages = (
        Message(candidate.row, problem, field, there.get(field, ""))
        for field, problem in problems.items()
    )
    return Return(tuple(cells), edits, tuple(messages))


def _withheld_of_organisation(
    candidate: Candidate, register: Register, wanted: set[Field]
) -> tuple[set[Field], dict[Field, Problem]]:
    """Hold the rule that an organisation keeps a name of its own, and two helixes that differ."""
    here = register.cells[candidate.record]
    after = {**here, **{field: candidate.typed[field] for field in wanted}}
    withheld: set[Field] = set()
    problems: dict[Field, Problem] = {}
    name = fold(after[Field.ORGANISATION])
    # Another may have that name in the register, or got it by an earlier row of this list.
    known = register.organisations.get(name)
    if not name:
        withheld.add(Field.ORGANISATION)
    elif Field.ORGANISATION in wanted and known and known.id != candidate.organisation_id:
        problems[Field.ORGANISATION] = Problem.NAME_TAKEN
    first, second = (usual(field, after[field]) for field in _HELIXES)
    if not first:
        withheld.add(Field.HELIX)
        first = here[Field.HELIX]
    # Both stay: taking one of a pair that was swapped would leave the same helix twice.
    if first == second and not wanted.isdisjoint(_HELIXES):
        withheld |= set(_HELIXES)
        problems[Field.SECOND_HELIX] = Problem.SAME_HELIX
    return withheld | set(problems), problems


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

    :param helix_of_new: the helix of new organisations for which the list gives none
    :param all_differ: whether the caller knows that no row repeats another
    """
    found = list(candidates)
    repetitions = Repetitions() if all_differ else find_duplicates(found)
    rows, repeated = repetitions.asking(found), repetitions.rows
    treated: dict[int, _Treatment] = {}
    for row in rows:
        if not row.is_rejected and row.row not in repeated:
            match = register.match(row)
            choice = decisions.choice(row.row, match.reason if match else None)
            treated[row.row] = _Treatment(match, choice)
    # Who is skipped gets no further role either.
    further = {
        row: role
        for row, role in further_roles(rows, repeated, decisions).items()
        if treated[role.first].choice is not Choice.SKIP
    }
    treated |= {row: treated[role.first] for row, role in further.items() if role.is_taken}
    taken = [
        row
        for row in rows
        if row.row in treated and treated[row.row].choice is not Choice.SKIP and not row.is_returned
    ]
    # All are named before any row is decided about: a person may stand above the row of their
    # organisation, which knows its helix better than a row about somebody there.
    for row in sorted(taken, key=lambda row: row.is_person):
        register.organisation(row)
    planner = _Planner(register, helix_of_new, treated, decisions, further)
    planner.added = {role.first: [] for role in further.values() if role.is_taken}
    if further:
        for row in rows:
            for address in () if row.is_rejected else row.emails:
                planner.owners.setdefault(email_key(address), row.row)
    planned = tuple(planner.row(row, repeated.get(row.row)) for row in rows)
    return Plan(planned, register.organisations, helix_of_new, planner.added)


class _Treatment(NamedTuple):
    """Whom a row is about, or may be about, and what is done with it."""

    match: Match | None
    choice: Choice


@dataclass(slots=True)
class _Planner:
    """The decision about each row, in order; the register remembers what rows before added."""

    register: Register
    helix_of_new: HelixOfNew
    treated: Mapping[int, _Treatment]
    decisions: Decisions
    further: Mapping[int, FurtherRole]
    # Address → the first row that has it; a further role takes no address of another.
    owners: dict[str, int] = field(default_factory=dict)
    # Row that makes a person → the rows that give them more, and whom it makes.
    added: dict[int, list[PlannedRow]] = field(default_factory=dict)
    with_roles: dict[int, KnownPerson] = field(default_factory=dict)

    def row(self, candidate: Candidate, repeats: int | None) -> PlannedRow:
        if candidate.is_rejected:
            is_aside = all(message.problem in ASIDE for message in candidate.messages)
            return PlannedRow(candidate, RowOutcome.ASIDE if is_aside else RowOutcome.REJECTED)
        # Before repetition: such a row repeats an earlier one too.
        if further := self.further.get(candidate.row):
            return self._further_role(candidate, further)
        if repeats is not None:
            return PlannedRow(candidate, RowOutcome.DUPLICATE, repeats=repeats)
        treated = self.treated[candidate.row]
        if treated.choice is Choice.SKIP:
            planned = PlannedRow(candidate, RowOutcome.SKIPPED)
        elif candidate.is_returned:
            found = what_returned(candidate, self.register, self.decisions)
            told = replace(candidate, messages=(*candidate.messages, *found.messages))
            fields, outcome = tuple(found.edits), _outcome(found.edits)
            planned = PlannedRow(told, outcome, fields=fields, cells=found.cells, edits=found.edits)
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
        treated = self.treated[candidate.row]
        person = self.with_roles[further.first]
        planned = self._given(candidate, person, treated)
        planned = self._beside(planned, treated) if person.id else planned
        planned = replace(planned, repeats=further.first, choice=further.choice)
        if not person.id:
            self.added[further.first].append(planned)
        return planned

    def _beside(self, planned: PlannedRow, treated: _Treatment) -> PlannedRow:
        """Return the row beside whom it is, or may be, about."""
        known, candidate = self._known(treated), planned.candidate
        known_as = names.full_name(known.name) if known else ""
        if candidate.organisation_id is not None:
            known_as = self.register.cells[candidate.record][Field.ORGANISATION]
        return replace(
            planned,
            person_id=known.id if known else None,
            organisation_id=candidate.organisation_id,
            known_as=planned.known_as or known_as,
            reason=treated.match.reason if treated.match else None,
            choice=treated.choice if treated.match else None,
            beside=known.brief if known else "",
        )

    def _known(self, treated: _Treatment) -> KnownPerson | None:
        person_id = treated.match.person_id if treated.match else None
        return None if person_id is None else self.register.persons[person_id]

    def _organisation(self, candidate: Candidate, treated: _Treatment) -> PlannedRow:
        organisation = self.register.organisation(candidate)
        told = candidate.leaving_out(Problem.ORGANISATION_EMAIL, Field.EMAIL, candidate.emails)
        phones = (phone.raw for phone in candidate.phones)
        told = told.leaving_out(Problem.ORGANISATION_PHONE, Field.PHONE, phones)
        if organisation is None:
            return PlannedRow(told, RowOutcome.NEW)
        details = {**_place(candidate), Field.AREA: candidate.area, Field.NOTE: candidate.note}
        overwrites = treated.choice is Choice.OVERWRITE
        # What differs is asked before it is taken: the register remembers what was taken.
        cells = organisation.differences(details, candidate.tags)
        fields = tuple(organisation.take(details, candidate.tags, overwrites=overwrites))
        organisation.credit(candidate.row, fields, details)
        if organisation.id is None:
            return PlannedRow(told, RowOutcome.NEW)
        return PlannedRow(told, _outcome(fields), fields=fields, cells=_marked(cells, fields))

    def _person(self, candidate: Candidate, treated: _Treatment) -> PlannedRow:
        known = self._known(treated)
        given_to = None if treated.choice is Choice.NEW else known
        if candidate.row in self.added:
            self.with_roles[candidate.row] = given_to or as_known(candidate)
        if given_to:
            return self._given(candidate, given_to, treated)
        told, _filled, kept = self._told_of_place(candidate)
        # Somebody who only resembles the row is shown beside it, to choose by.
        other = known.differences(candidate, candidate.emails) if known else ()
        return PlannedRow(told, RowOutcome.NEW, kept=kept, cells=tuple(other))

    def _told_of_place(self, candidate: Candidate) -> tuple[Candidate, list[Field], dict[str, str]]:
        """Return a row about a person, what it fills in of the organisation, and what is kept."""
        organisation, place = self.register.organisation(candidate), _place(candidate)
        filled: list[Field] = []
        if organisation:
            # An end user has no place of work in a list: the address is where they live.
            usual_helix = next(iter(organisation.helixes), self.helix_of_new.of(organisation.name))
            if (candidate.helix or usual_helix) is Helix.END_USERS:
                place = {}
            filled = organisation.take(place)
            organisation.credit(candidate.row, filled, place)
        else:
            place = {}
        # Doubtful texts are kept, and what there is no field for: an own address, consent.
        consent = candidate.consent_on.isoformat() if candidate.consent_on else ""
        left = {} if place else _place(candidate)
        found = {**left, Field.CONSENT_DATE: consent, **candidate.doubtful}
        lives_at = () if place else (candidate.street, candidate.postcode, candidate.town)
        told = candidate.leaving_out(Problem.HOME_ADDRESS, Field.STREET, lives_at)
        return told, filled, {field.value: text for field, text in found.items() if text}

    def _given(self, candidate: Candidate, known: KnownPerson, treated: _Treatment) -> PlannedRow:
        """Return a row with what it gives to a person who is known."""
        told, filled, kept = self._told_of_place(candidate)
        # Before the row is taken, which may fill in what they are called.
        planned = PlannedRow(told, RowOutcome.DUPLICATE, known_as=names.full_name(known.name))
        emails = self._new_emails(candidate, known.id)
        differing = known.differences(candidate, emails)
        overwrites = treated.choice is Choice.OVERWRITE
        given = known.take(candidate, emails, overwrites=overwrites)
        fields, cells = (*given.fields, *filled), _marked(differing, given.fields)
        outcome = _outcome(fields)
        return replace(
            planned, outcome=outcome, additions=given, fields=fields, kept=kept, cells=cells
        )

    def _new_emails(self, candidate: Candidate, person_id: int) -> tuple[str, ...]:
        """Return the addresses that nobody has, here or in a row above; now this person does."""
        known = self.register.keys
        new = {
            key: address
            for key, address in ((email_key(address), address) for address in candidate.emails)
            if ("email", key) not in known and self.owners.get(key, candidate.row) == candidate.row
        }
        known.update({("email", key): person_id for key in new})
        return tuple(new.values())


def _marked(cells: Iterable[Cell], taken: Collection[Field]) -> tuple[Cell, ...]:
    return tuple(replace(cell, is_taken=cell.field in taken) for cell in cells)


def _outcome(fields: Collection[Field]) -> RowOutcome:
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
