"""What is kept of an import between its steps, as text: the table, the columns, the report."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from crm.stakeholders.importing.additions import Cell
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.decisions import RESEMBLES, Choice, Reason
from crm.stakeholders.importing.known import shown_name
from crm.stakeholders.importing.messages import HELD, Message, Problem
from crm.stakeholders.importing.plan import Outcome, Plan, PlannedRow
from crm.stakeholders.importing.round_trip import CellState
from crm.stakeholders.importing.rows import Words
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix

LONGEST_RAW = 500


@dataclass(frozen=True, slots=True)
class Choices:
    """
    What somebody chose: what each column holds, and the helix where the list gives none.

    :ivar words: what words of the list mean that somebody was asked about
    """

    columns: Mapping[str, Field | None]
    helix: Helix = Helix.END_USERS
    words: Words = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReportLine:
    """What becomes, or became, of one row, and why."""

    row: int
    outcome: Outcome
    name: str
    organisation: str
    person_id: int | None
    known_as: str
    repeats: int | None
    fields: tuple[Field, ...]
    messages: tuple[Message, ...]
    reason: Reason | None = None
    choice: Choice | None = None
    cells: tuple[Cell, ...] = ()
    beside: str = ""
    organisation_id: int | None = None

    @property
    def only_resembles(self) -> bool:
        """Whether the register has somebody whom it may mean, and nothing says so for certain."""
        return self.reason in RESEMBLES

    @property
    def needs_eyes(self) -> bool:
        """Whether somebody should look before it is imported."""
        asked = {CellState.CONFLICT, CellState.EMPTIED}
        is_held = any(one.problem in HELD for one in self.messages)
        return self.only_resembles or is_held or any(one.state in asked for one in self.cells)


def table_text(table: Table) -> str:
    """Return a table as text."""
    return json.dumps([table.headings, table.rows, table.numbers], separators=(",", ":"))


@lru_cache(maxsize=1)
def table_of(text: str) -> Table:
    """Return the table that was kept as `text`."""
    headings, rows, numbers = json.loads(text)
    return Table(tuple(headings), tuple(map(tuple, rows)), tuple(numbers))


def choices_text(choices: Choices) -> str:
    """Return choices as text."""
    words = {one: dict(meanings) for one, meanings in choices.words.items()}
    return json.dumps({"columns": dict(choices.columns), "helix": choices.helix, "words": words})


def choices_of(text: str) -> Choices:
    """Return the choices that were kept as `text`."""
    found = json.loads(text)
    columns = {key: Field(one) if one else None for key, one in found["columns"].items()}
    words = {Field(one): meanings for one, meanings in found.get("words", {}).items()}
    return Choices(columns, Helix(found["helix"]), words)


def report_text(plan: Plan, *, whole: bool) -> str:
    """Return the report of a plan as text; not whole, only rows with something to say."""
    lines = [_line(row) for row in plan.rows if whole or row.candidate.messages]
    return json.dumps(lines, separators=(",", ":"), default=_parts)


def report_of(text: str) -> list[ReportLine]:
    """Return the report that was kept as `text`."""
    return list(_report_of(text))


# A page after another shows the same report, and one of 50,000 rows takes seconds to read.
@lru_cache(maxsize=1)
def _report_of(text: str) -> tuple[ReportLine, ...]:
    return tuple(_line_of(one) for one in json.loads(text)) if text else ()


def report(plan: Plan) -> Iterable[ReportLine]:
    """Return what there is to tell of each row."""
    return map(_line, plan.rows)


def _line(row: PlannedRow) -> ReportLine:
    candidate = row.candidate
    return ReportLine(
        row=candidate.row,
        outcome=row.outcome,
        name=shown_name(candidate),
        organisation=candidate.organisation if candidate.is_person else "",
        person_id=row.person_id,
        known_as=row.known_as,
        repeats=row.repeats,
        fields=row.fields,
        messages=tuple(map(_short, candidate.messages)),
        reason=row.reason,
        choice=row.choice,
        cells=row.cells,
        beside=row.beside,
        organisation_id=row.organisation_id,
    )


def _parts(one: Any) -> dict[str, Any]:
    return {name: getattr(one, name) for name in one.__slots__}


def _short(message: Message) -> Message:
    return Message(message.row, message.problem, message.field, message.raw[:LONGEST_RAW])


def _line_of(found: dict[str, Any]) -> ReportLine:
    messages = [
        Message(
            one["row"],
            Problem(one["problem"]),
            Field(one["field"]) if one["field"] else None,
            one["raw"],
        )
        for one in found["messages"]
    ]
    return ReportLine(
        **{**found, "outcome": Outcome(found["outcome"])}
        | {"fields": tuple(map(Field, found["fields"])), "messages": tuple(messages)}
        | {"reason": Reason(found["reason"]) if found.get("reason") else None}
        | {"choice": Choice(found["choice"]) if found.get("choice") else None}
        | {"cells": tuple(map(_cell_of, found.get("cells", ())))}
    )


def _cell_of(found: dict[str, Any]) -> Cell:
    state = CellState(found["state"]) if found.get("state") else None
    return Cell(Field(found["field"]), found["old"], found["new"], found["is_taken"], state)
