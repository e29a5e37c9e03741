"""What an import would do, row by row, whether it is only shown or also done."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crm.contacts.rules.candidates import Candidate
from crm.contacts.rules.choices import Choice, Reason
from crm.contacts.rules.existing_records import Additions, Cell, KnownOrganisation
from crm.contacts.rules.organisations import HelixOfNew
from crm.core.normalisation import fold
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field


class RowOutcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    DUPLICATE = "duplicate"
    SKIPPED = "skipped"
    REJECTED = "rejected"
    ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row and what becomes of it."""

    candidate: Candidate
    outcome: RowOutcome
    # Who in the register it is about, and what the register calls them.
    person_id: int | None = None
    known_as: str = ""
    # The number of the earlier row about the same; this one may give them a further role.
    repeats: int | None = None
    additions: Additions | None = None
    # What is filled in, of the person and of the organisation.
    fields: tuple[Field, ...] = ()
    # Texts that have no place in the register, to be kept as they were typed.
    kept: Mapping[str, str] | None = None
    # Why it is taken for somebody in the register, or may be, and what is done with it.
    reason: Reason | None = None
    choice: Choice | None = None
    cells: tuple[Cell, ...] = ()
    # What the register has of them, to know them by.
    beside: str = ""
    # Cells of a list that came back, which replace what is there, and whose they are.
    edits: Mapping[Field, str] | None = None
    organisation_id: int | None = None

    @property
    def is_new_person(self) -> bool:
        """Whether a person is made."""
        return self.outcome is RowOutcome.NEW and self.candidate.is_person


@dataclass(frozen=True, slots=True)
class Plan:
    """All rows, and the organisations that they name by their folded name."""

    rows: tuple[PlannedRow, ...]
    organisations: Mapping[str, KnownOrganisation]
    helix_of_new: HelixOfNew
    # Row that makes a person → rows below it, perhaps in a later part, that give them a further
    # role: who is made gets all of them at once.
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
        """Return the plan of some rows, from the one with the index `start`."""
        rows = self.rows[start : start + size]
        # Organisations come with the first rows that name them, and what is left with the last.
        if start + size >= len(self.rows):
            return replace(self, rows=rows)
        keys: dict[str, None] = {}
        for row in rows:
            named = [other.candidate.organisation for other in (row, *self.further_of(row))]
            named.append((row.edits or {}).get(Field.ORGANISATION, ""))
            keys |= dict.fromkeys(map(fold, named))
        found = {key: self.organisations[key] for key in keys if key in self.organisations}
        return replace(self, rows=rows, organisations=found)

    def helixes(self, organisation: KnownOrganisation) -> tuple[Helix, ...]:
        """Return the helix of an organisation, and perhaps its second."""
        return organisation.helixes or (self.helix_of_new.of(organisation.name),)
