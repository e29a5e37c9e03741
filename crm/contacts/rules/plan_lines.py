"""
What there is to tell of the rows of an import, kept so that a page reads only what it shows.

The lines stand in parts of some rows each. An overview says of every line of what kind it is, one
sign a line: so the rows that a filter asks for are counted and found without reading any line.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, NamedTuple

from crm.contacts.rules.choices import RESEMBLES, Choice, Reason
from crm.contacts.rules.existing_records import Cell
from crm.contacts.rules.plan import Plan, PlannedRow, RowOutcome
from crm.contacts.rules.row_messages import HELD, UNPLACED, Message, Problem
from crm.core.i18n import _l
from crm.core.normalisation import fold
from crm.intake.reading.tables import Table
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.rules.round_trip import CellState
from crm.stakeholders.values import names
from crm.stakeholders.values.names import FormOfAddress

LINES_IN_PART = 50
LONGEST_RAW = 500
# The signs for kinds of lines go up from here.
_FIRST_SIGN = ord("0")
_NOTHING: tuple[object, ...] = (None, "", ())


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What becomes, or became, of one row, and why."""

    row: int
    outcome: RowOutcome
    name: str = ""
    organisation: str = ""
    person_id: int | None = None
    known_as: str = ""
    repeats: int | None = None
    fields: tuple[Field, ...] = ()
    messages: tuple[Message, ...] = ()
    reason: Reason | None = None
    choice: Choice | None = None
    cells: tuple[Cell, ...] = ()
    beside: str = ""
    organisation_id: int | None = None
    # What a new row brings beside its name.
    values: tuple[tuple[Field, str], ...] = ()

    @property
    def only_resembles(self) -> bool:
        """Whether the register has somebody whom it may mean, and nothing says so for certain."""
        return self.reason in RESEMBLES

    @property
    def needs_eyes(self) -> bool:
        """Whether somebody should look before it is imported."""
        asked = {CellState.CONFLICT, CellState.EMPTIED}
        is_asked = any(cell.state in asked for cell in self.cells)
        is_held = any(message.problem in HELD for message in self.messages)
        return self.only_resembles or is_held or is_asked

    @property
    def unplaced(self) -> str:
        """The problems of values that have no field, with spaces between them."""
        said = {message.problem for message in self.messages}
        return " ".join(problem.value for problem in UNPLACED if problem in said)

    @property
    def is_asked(self) -> bool:
        """Whether somebody may choose what is done with it."""
        # A row that only repeats another has nothing to choose between.
        is_kept_out = self.outcome in {RowOutcome.REJECTED, RowOutcome.ASIDE}
        return not is_kept_out and bool(self.choice or not self.repeats)

    @property
    def filled_in(self) -> tuple[Field, ...]:
        """The fields that get something, where no cells show it."""
        return self.fields if self.outcome is RowOutcome.CHANGED and not self.cells else ()

    @property
    def is_here_already(self) -> bool:
        """Whether the register has all that it gives, so that nothing else is told of it."""
        if self.outcome is not RowOutcome.DUPLICATE or self.cells:
            return False
        return not self.repeats or self.choice is Choice.FILL

    @property
    def done(self) -> Choice:
        """What is done with the row as things stand, in the words of a choice."""
        return self.choice or (Choice.SKIP if self.outcome is RowOutcome.SKIPPED else Choice.NEW)


class LineKind(NamedTuple):
    """What one asks for lines by."""

    outcome: RowOutcome
    reason: Reason | None
    needs_eyes: bool
    unplaced: str = ""
    """The problems of values that the register has no field for, with spaces between them."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Of which kind each line of a report is: the kinds, and for each line a sign for its kind."""

    kinds: tuple[LineKind, ...] = ()
    signs: str = ""

    @property
    def reasons(self) -> dict[Reason, int]:
        """Why rows are taken for somebody, or may be, with how many there are."""
        found: Counter[Reason | None] = Counter()
        for sign, count in Counter(self.signs).items():
            found[self._kind(sign).reason] += count
        return {reason: found[reason] for reason in Reason if found[reason]}

    @property
    def unplaced(self) -> dict[Problem, int]:
        """For which values the register has no field, with in how many rows they stand."""
        found: Counter[str] = Counter()
        for sign, count in Counter(self.signs).items():
            found.update(dict.fromkeys(self._kind(sign).unplaced.split(), count))
        return {problem: found[problem] for problem in UNPLACED if found[problem]}

    def places(
        self, outcome: RowOutcome | None, reason: Reason | None, *, only_unplaced: bool = False
    ) -> list[int]:
        """Return where the lines stand that are asked for; what needs eyes comes first."""
        found: list[int] = []
        for eyes in (True, False):
            signs = {
                _sign(at)
                for at, kind in enumerate(self.kinds)
                if kind.needs_eyes is eyes
                and outcome in {None, kind.outcome}
                and reason in {None, kind.reason}
                and (kind.unplaced or not only_unplaced)
            }
            found += [at for at, sign in enumerate(self.signs) if sign in signs]
        return found

    def _kind(self, sign: str) -> LineKind:
        return self.kinds[ord(sign) - _FIRST_SIGN]


class LinePart(NamedTuple):
    """Some lines after each other as text, and the number of the row that the first is about."""

    first_row: int
    text: str


def report(plan: Plan, *, whole: bool = True) -> Iterator[ReportLine]:
    """Yield what there is to tell of each row; not whole, only of rows with something to say."""
    return (_line(row) for row in plan.rows if whole or row.candidate.messages)


def kept_report(lines: Iterable[ReportLine]) -> tuple[str, list[LinePart]]:
    """Return the overview of a report and its parts, as they are kept."""
    kinds: dict[LineKind, str] = {}
    signs: list[str] = []
    parts: list[LinePart] = []
    rest = iter(lines)
    while some := list(islice(rest, LINES_IN_PART)):
        for line in some:
            kind = LineKind(line.outcome, line.reason, line.needs_eyes, line.unplaced)
            signs.append(kinds.setdefault(kind, _sign(len(kinds))))
        # One line of text for each, so that some are read without taking the rest apart.
        texts = [json.dumps(_told(line), separators=(",", ":"), default=_told) for line in some]
        parts.append(LinePart(some[0].row, "\n".join(texts)))
    return json.dumps([list(kinds), "".join(signs)], separators=(",", ":")), parts


def overview_of(text: str) -> Overview:
    """Return the overview that was kept as `text`."""
    kinds, signs = json.loads(text)
    found = (
        # What was kept before values without a field were told apart has no fourth part.
        LineKind(RowOutcome(outcome), Reason(reason) if reason else None, bool(eyes), *unplaced)
        for outcome, reason, eyes, *unplaced in kinds
    )
    return Overview(tuple(found), signs)


def part_number(place: int) -> int:
    """Return in which part, from 0, the line at a place of a report stands."""
    return place // LINES_IN_PART


def lines_of(text: str, places: Sequence[int] | None = None) -> list[ReportLine]:
    """Return the lines of a part; only those at these places of the report, if given."""
    kept = text.split("\n")
    chosen = kept if places is None else [kept[at % LINES_IN_PART] for at in places]
    return [_line_of(json.loads(line)) for line in chosen]


def _sign(place: int) -> str:
    return chr(_FIRST_SIGN + place)


def _line(row: PlannedRow) -> ReportLine:
    candidate = row.candidate
    return ReportLine(
        row=candidate.row,
        outcome=row.outcome,
        name=names.full_name(candidate.called) if candidate.is_person else candidate.organisation,
        organisation=candidate.organisation if candidate.is_person else "",
        person_id=row.person_id,
        known_as=row.known_as,
        repeats=row.repeats,
        fields=row.fields,
        # A cell of 32,767 signs would make a page that nobody can read.
        messages=tuple(
            replace(message, raw=message.raw[:LONGEST_RAW]) for message in candidate.messages
        ),
        reason=row.reason,
        choice=row.choice,
        cells=row.cells,
        beside=row.beside,
        organisation_id=row.organisation_id,
        values=tuple(_brought(row)) if row.outcome is RowOutcome.NEW else (),
    )


_OF_NAME = (Field.FORM_OF_ADDRESS, Field.INITIALS, Field.PARTNER_PREFIX, Field.PARTNER_SURNAME)
_PLACE = (Field.STREET, Field.POSTCODE, Field.TOWN, Field.WEBSITE, Field.KIND, Field.SECOND_HELIX)
_ALONE = (Field.ROLE, Field.HELIX, *_PLACE, Field.AREA, Field.LANGUAGE, Field.NOTE)


def _brought(row: PlannedRow) -> Iterator[tuple[Field, str]]:
    """Yield what a row brings in beside its name, without what has no place in the register."""
    given, kept = row.candidate, row.kept or {}
    left = {field for said in given.messages for field in UNPLACED.get(said.problem, ())}
    left |= {field for field in _PLACE if field.value in kept}
    # A row and a name call their parts as the fields are called.
    texts = {field: getattr(given.name, field.value) for field in _OF_NAME}
    texts |= {
        Field.EMAIL: "; ".join(given.emails),
        Field.PHONE: "; ".join(phone.kept for phone in given.phones),
        **{field: getattr(given, field.name.lower()) for field in _ALONE},
        Field.TAGS: "; ".join(given.tags),
    }
    for field, text in texts.items():
        if text and field not in left and text != FormOfAddress.NEUTRAL:
            yield field, text[:LONGEST_RAW]


def _told(said: Any) -> dict[str, Any]:
    """Return what a line, a message or a cell says; what it does not say is left out."""
    each = ((name, getattr(said, name)) for name in said.__slots__)
    return {name: value for name, value in each if value not in _NOTHING}


def _line_of(found: dict[str, Any]) -> ReportLine:
    # In place: this is done for every line of a page, and what was read belongs to nobody else.
    found["outcome"] = RowOutcome(found["outcome"])
    found["fields"] = tuple(map(Field, found.get("fields", ())))
    for said in found.get("messages", ()):
        said["problem"] = Problem(said["problem"])
        said["field"] = Field(said["field"]) if said.get("field") else None
    found["messages"] = tuple(Message(**said) for said in found.get("messages", ()))
    for cell in found.get("cells", ()):
        cell["field"] = Field(cell["field"])
        cell["state"] = CellState(cell["state"]) if cell.get("state") else None
    # A cell that says nothing of what was, or is, there was kept without that.
    empty = {"old": "", "new": ""}
    found["cells"] = tuple(Cell(**empty | cell) for cell in found.get("cells", ()))
    found["values"] = tuple((Field(field), text) for field, text in found.get("values", ()))
    found["reason"] = Reason(found["reason"]) if found.get("reason") else None
    found["choice"] = Choice(found["choice"]) if found.get("choice") else None
    return ReportLine(**found)


REASON = _l("Why this row was left out")
REASONS = frozenset({"why this row was left out", "waarom deze rij niet meekwam"})
"""The folded headings of the column with the reason, in each language of the pages."""
ROW = _l("Row in your list")
_ROWS = frozenset({"row in your list", "rij in je lijst"})
ADDED = (ROW, REASON)
"""The headings of what stands before each row that is given back."""


def without_reasons(table: Table) -> Table:
    """Return a table without what was put before its rows when they were left out the last time."""
    folded = list(map(fold, table.headings))
    kept = [at for at, heading in enumerate(folded) if heading not in REASONS | _ROWS]
    if REASONS.isdisjoint(folded) or not kept:
        return table
    # What stands behind the last heading stays behind it: it is said again.
    width = len(table.headings)
    rows = tuple((*(row[at] for at in kept), *row[width:]) for row in table.rows)
    filled = [number for number, row in zip(table.numbers, rows, strict=True) if any(row)]
    headings = tuple(table.headings[at] for at in kept)
    return rejected_part(replace(table, headings=headings, rows=rows), filled)


def rejected_part(table: Table, numbers: Iterable[int]) -> Table:
    """Return the table of the rows with these numbers only."""
    chosen = set(numbers)
    places = [at for at, number in enumerate(table.numbers) if number in chosen]
    rows, kept = tuple(table.rows[at] for at in places), tuple(table.numbers[at] for at in places)
    return Table(table.headings, rows, kept, table.encoding, table.delimiter)


def with_reasons(table: Table, lines: Iterable[ReportLine]) -> list[Sequence[object]]:
    """Return the rows that these lines are about as they were sent, behind number and reason."""
    reasons = {
        line.row: "; ".join(
            f"{FIELD_LABELS[message.field]}: {message.text}" if message.field else str(message.text)
            for message in line.messages
        )
        for line in lines
    }
    return behind(table, reasons)


def behind(table: Table, reasons: Mapping[int, str]) -> list[Sequence[object]]:
    """Return the rows of a table of which there is a reason, behind their number and the reason."""
    width, numbered = len(table.headings), zip(table.numbers, table.rows, strict=True)
    return [(at, reasons[at], *row[:width]) for at, row in numbered if at in reasons]
