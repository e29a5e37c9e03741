"""What an import would do, row by row, whether it is only shown or also done."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.core.normalisation import fold
from crm.stakeholders.importing.candidates import Candidate
from crm.stakeholders.importing.choices import Choice, Reason
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.existing_records import Additions, Cell, KnownOrganisation
from crm.stakeholders.importing.organisations import HelixOfNew
from crm.stakeholders.models import Helix


class RowOutcome(StrEnum):
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
    :param repeats: the number of the earlier row about the same; it may give them a further role
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
    outcome: RowOutcome
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
        return self.outcome is RowOutcome.NEW and self.candidate.is_person


@dataclass(frozen=True, slots=True)
class Plan:
    """
    All rows, and the organisations that they name by their folded name.

    :ivar further: row that makes a person → rows below it, perhaps in a later part, that give them
        a further role: who is made gets all of them at once
    """

    rows: tuple[PlannedRow, ...]
    organisations: Mapping[str, KnownOrganisation]
    helix_of_new: HelixOfNew
    further: Mapping[int, Sequence[PlannedRow]] = field(default_factory=dict)

    @property
    def counts(self) -> dict[RowOutcome, int]:
        """How many rows have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in RowOutcome}

    def further_of(self, row: PlannedRow) -> Sequence[PlannedRow]:
        """Return the rows that give a further role to the person whom `row` makes."""
        return self.further.get(row.candidate.row, ())

    def part(self, start: int, size: int) -> "Plan":
        """
        Return the plan of some rows, from the one with the index `start`.

        Organisations come with the first rows that name them, and what is left with the last rows.
        """
        rows = self.rows[start : start + size]
        if start + size >= len(self.rows):
            return replace(self, rows=rows)
        each = dict.fromkeys(key for row in rows for key in self._named_by(row))
        named = {one: self.organisations[one] for one in each if one in self.organisations}
        return replace(self, rows=rows, organisations=named)

    def _named_by(self, row: PlannedRow) -> Iterator[str]:
        for one in (row, *self.further_of(row)):
            yield fold(one.candidate.organisation)
        if row.edits and Field.ORGANISATION in row.edits:
            yield fold(row.edits[Field.ORGANISATION])

    def helixes(self, organisation: KnownOrganisation) -> tuple[Helix, ...]:
        """Return the helix of an organisation, and perhaps its second."""
        return organisation.helixes or (self.helix_of_new.of(organisation.name),)
