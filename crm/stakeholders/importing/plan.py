"""What an import would do, row by row: decided here, whether it is only shown or also done."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from crm.stakeholders import names
from crm.stakeholders.addresses import email_key
from crm.stakeholders.importing.additions import Additions, Cell
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.decisions import USUAL, Choice, Decisions, Reason
from crm.stakeholders.importing.duplicates import find_duplicates
from crm.stakeholders.importing.known import (
    KnownOrganisation,
    KnownPerson,
    Match,
    Register,
)
from crm.stakeholders.importing.new_organisations import HelixOfNew
from crm.stakeholders.importing.returns import what_returned
from crm.stakeholders.models import Helix


class Outcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """
    One row and what becomes of it.

    :param person_id: who in the register it is about
    :param known_as: what the register calls them
    :param repeats: the number of the earlier row that says the same
    :param additions: what a person of the register gets
    :param fields: what is filled in, of the person and of the organisation
    :param kept: texts that have no place in the register, to be kept as they were typed
    :param reason: why it is taken for somebody in the register, or may be
    :param choice: what is done with it
    :param cells: what differs from the register, and whether it is taken
    :param edits: cells of a list that came back, which replace what is there
    :param organisation_id: the organisation that such a row is about
    :param beside: what the register has of them, to know them by
    """

    candidate: Candidate
    outcome: Outcome
    person_id: int | None = None
    known_as: str = ""
    repeats: int | None = None
    additions: Additions | None = None
    fields: tuple[Field, ...] = ()
    kept: Mapping[str, str] | None = None
    reason: Reason | None = None
    choice: Choice | None = None
    cells: tuple[Cell, ...] = ()
    beside: str = ""
    edits: Mapping[Field, str] | None = None
    organisation_id: int | None = None

    @property
    def is_new_person(self) -> bool:
        """Whether a person is made."""
        return self.outcome is Outcome.NEW and self.candidate.is_person


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows, and the organisations that they name by their folded name."""

    rows: tuple[PlannedRow, ...]
    organisations: Mapping[str, KnownOrganisation]
    helix_of_new: HelixOfNew

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in Outcome}

    def part(self, start: int, size: int) -> "Plan":
        """Return the plan of some rows, from the one with the index `start`."""
        rows = self.rows[start : start + size]
        return Plan(rows, self.organisations, self.helix_of_new)

    def helixes(self, organisation: KnownOrganisation) -> tuple[Helix, ...]:
        """Return the helix of an organisation, and perhaps its second."""
        return organisation.helixes or (self.helix_of_new.of(organisation.name),)


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
    adds nothing.

    :param helix_of_new: the helix of new organisations for which the list gives none
    :param all_differ: whether the caller knows that no row repeats another
    """
    rows = list(candidates)
    repeated = {} if all_differ else find_duplicates(rows)
    used = [row for row in rows if not row.is_rejected and row.row not in repeated]
    treated = {row.row: _treatment(row, register, decisions) for row in used}
    taken = [
        row for row in used if treated[row.row].choice is not Choice.SKIP and not row.is_returned
    ]
    # A row about the organisation itself knows its helix better than one about somebody there.
    for row in sorted(taken, key=lambda row: row.is_person):
        register.organisation(row)
    planner = _Planner(register, helix_of_new, treated, decisions)
    planned = tuple(planner.row(one, repeated.get(one.row)) for one in rows)
    return Plan(planned, register.organisations, helix_of_new)


class _Treatment(NamedTuple):
    """Whom a row is about, or may be about, and what is done with it."""

    match: Match | None
    choice: Choice

    @property
    def reason(self) -> Reason | None:
        return self.match.reason if self.match else None


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

    def row(self, candidate: Candidate, repeats: int | None) -> PlannedRow:
        if candidate.is_rejected:
            return PlannedRow(candidate, Outcome.REJECTED)
        if repeats is not None:
            return PlannedRow(candidate, Outcome.DUPLICATE, repeats=repeats)
        treated = self._treated[candidate.row]
        if treated.choice is Choice.SKIP:
            planned = PlannedRow(candidate, Outcome.SKIPPED)
        elif candidate.is_returned:
            planned = self._returned(candidate)
        elif candidate.is_person:
            planned = self._person(candidate, treated)
        else:
            planned = self._organisation(candidate, treated)
        return self._beside(planned, treated)

    def _returned(self, candidate: Candidate) -> PlannedRow:
        found = what_returned(candidate, self._register, self._decisions)
        told = replace(candidate, messages=(*candidate.messages, *found.messages))
        outcome = Outcome.CHANGED if found.edits else Outcome.DUPLICATE
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
        if not known:
            return PlannedRow(candidate, outcome)
        return PlannedRow(candidate, outcome, fields=fields, cells=_marked(cells, fields))

    def _person(self, candidate: Candidate, treated: _Treatment) -> PlannedRow:
        organisation = self._register.organisation(candidate)
        at_work = organisation is not None and self._is_at_work(candidate, organisation)
        place = _place(candidate) if at_work else {}
        filled = organisation.take(place) if organisation else []
        if organisation:
            organisation.credit(candidate.row, filled, place)
        kept = _kept(candidate, place)
        known = self._known(treated)
        if known is None:
            return PlannedRow(candidate, Outcome.NEW, kept=kept)
        if treated.choice is Choice.NEW:
            other = tuple(known.differences(candidate, candidate.emails))
            return PlannedRow(candidate, Outcome.NEW, kept=kept, cells=other)
        planned = PlannedRow(candidate, Outcome.DUPLICATE, kept=kept)
        return self._given(planned, known, filled, overwrites=treated.choice is Choice.OVERWRITE)

    def _given(
        self, planned: PlannedRow, known: KnownPerson, filled: list[Field], *, overwrites: bool
    ) -> PlannedRow:
        """Return a row with what it gives to a person who is known."""
        candidate, known_as = planned.candidate, names.full_name(known.name)
        emails = self._new_emails(candidate, known.id)
        cells = known.differences(candidate, emails)
        additions = known.take(candidate, emails, overwrites=overwrites)
        fields = (*additions.fields, *filled)
        outcome = _outcome(known=True, fields=fields)
        return replace(
            planned,
            outcome=outcome,
            known_as=known_as,
            additions=additions,
            fields=fields,
            cells=_marked(cells, additions.fields),
        )

    def _is_at_work(self, candidate: Candidate, organisation: KnownOrganisation) -> bool:
        """Whether the address of a row is the organisation's, and not where an end user lives."""
        usual = next(iter(organisation.helixes), self._helix_of_new.of(organisation.name))
        return (candidate.helix or usual) is not Helix.END_USERS

    def _new_emails(self, candidate: Candidate, person_id: int) -> tuple[str, ...]:
        known = self._register.keys
        new = [one for one in candidate.emails if ("email", email_key(one)) not in known]
        known.update({("email", email_key(one)): person_id for one in new})
        return tuple(new)


def _marked(cells: Iterable[Cell], taken: Collection[Field]) -> tuple[Cell, ...]:
    return tuple(replace(one, is_taken=one.field in taken) for one in cells)


def _outcome(*, known: bool, fields: Sequence[Field]) -> Outcome:
    if not known:
        return Outcome.NEW
    return Outcome.CHANGED if fields else Outcome.DUPLICATE


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
