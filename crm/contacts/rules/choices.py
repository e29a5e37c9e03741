"""What somebody decides about rows that the register knows, or may know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from crm.contacts.rules.organisations import HelixOfNew
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field, Words
from crm.stakeholders.rules.round_trip import CellState, Returned


class Reason(StrEnum):
    """Why a row is taken for a record of the register, or looks like one."""

    RECORD = "record"
    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_ORGANISATION = "name_and_organisation"
    NAME = "name"
    ORGANISATION = "organisation"
    SAME_NAME = "same_name"
    INITIALS = "initials"
    SPELLING = "spelling"
    SAME_PHONE = "same_phone"
    SHARED_EMAIL = "shared_email"


class Choice(StrEnum):
    """What is done with a row that the register knows, or may know."""

    FILL = "fill"
    OVERWRITE = "overwrite"
    NEW = "new"
    SKIP = "skip"


RESEMBLES = frozenset(
    {Reason.SAME_NAME, Reason.INITIALS, Reason.SPELLING, Reason.SAME_PHONE, Reason.SHARED_EMAIL}
)
"""Reasons that only say that somebody may be meant; the others say who is meant."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What was chosen for all rows of a kind, and for single rows, which goes before it."""

    # Where nothing was chosen, who is known gets what is empty, and who only resembles is new.

    kinds: Mapping[Reason, Choice] = field(default_factory=dict)
    rows: Mapping[int, Choice] = field(default_factory=dict)
    cells: Mapping[int, Mapping[Field, bool]] = field(default_factory=dict)

    def takes(self, row: int, returned: Returned) -> bool:
        """Return whether a cell of a list that came back is taken."""
        chosen = self.cells.get(row, {}).get(returned.field)
        # What was also changed here, or emptied there, is only taken by choice.
        return returned.state is CellState.CHANGED if chosen is None else chosen

    def choice(self, row: int, reason: Reason | None) -> Choice:
        """Return what is done with a row that has this reason, or none."""
        found = self.rows.get(row) or (self.kinds.get(reason) if reason else None)
        if reason is None or reason is Reason.RECORD:
            usual = Choice.NEW if reason is None else Choice.OVERWRITE
            return Choice.SKIP if found is Choice.SKIP else usual
        # Two of one name are rarely one: nobody is merged because nothing was chosen.
        usual = Choice.NEW if reason in RESEMBLES else Choice.FILL
        chosen = found or usual
        # An organisation is known by its name: the same name again is no other organisation.
        return usual if (reason, chosen) == (Reason.ORGANISATION, Choice.NEW) else chosen

    def joined_by(self, more: "Decisions", reasons: Mapping[int, Reason | None]) -> "Decisions":
        """Return these decisions with later ones; `reasons` are those of the rows."""
        # Whoever chooses for all rows of a kind means also those that were chosen apart before.
        kept = {row: own for row, own in self.rows.items() if reasons.get(row) not in more.kinds}
        cells = {row: {**self.cells.get(row, {}), **found} for row, found in more.cells.items()}
        kinds, rows = {**self.kinds, **more.kinds}, {**kept, **more.rows}
        return Decisions(kinds, rows, {**self.cells, **cells})


USUAL = Decisions()


def decisions_text(decisions: Decisions) -> str:
    """Return decisions as text."""
    cells = {row: dict(found) for row, found in decisions.cells.items()}
    kinds, rows = dict(decisions.kinds), dict(decisions.rows)
    return json.dumps({"kinds": kinds, "rows": rows, "cells": cells})


def decisions_of(text: str) -> Decisions:
    """Return the decisions that were kept as `text`."""
    found: dict[str, Any] = json.loads(text)
    kinds = {Reason(reason): Choice(own) for reason, own in found.get("kinds", {}).items()}
    rows = {int(row): Choice(chosen) for row, chosen in found.get("rows", {}).items()}
    cells = {
        int(row): {Field(field): taken for field, taken in given.items()}
        for row, given in found.get("cells", {}).items()
    }
    return Decisions(kinds, rows, cells)


@dataclass(frozen=True, slots=True)
class Choices:
    """What somebody chose: what each column holds, and the helix where the list gives none."""

    columns: Mapping[str, Field | None]
    # That of new organisations, once somebody chose one.
    helix: Helix | None = None
    # What somebody who was asked says that words mean, and by folded name organisations are.
    words: Words = field(default_factory=dict)
    helixes: Mapping[str, Helix] = field(default_factory=dict)
    # Of which country telephone numbers without a code are, where a row does not say it.
    region: str = ""

    @property
    def helix_of_new(self) -> HelixOfNew:
        """The helix of new organisations; where nobody said anything they count as end users."""
        return HelixOfNew(self.helix or Helix.END_USERS, self.helixes)


def choices_text(choices: Choices) -> str:
    """Return choices as text."""
    words = {field: dict(meanings) for field, meanings in choices.words.items()}
    kept = {"columns": dict(choices.columns), "helix": choices.helix, "words": words}
    region = {"region": choices.region} if choices.region else {}
    return json.dumps({**kept, "helixes": dict(choices.helixes), **region})


def choices_of(text: str) -> Choices:
    """Return the choices that were kept as `text`."""
    found = json.loads(text)
    columns = {key: Field(held) if held else None for key, held in found["columns"].items()}
    words = {Field(field): meanings for field, meanings in found.get("words", {}).items()}
    helixes = {name: Helix(helix) for name, helix in found.get("helixes", {}).items()}
    helix = Helix(found["helix"]) if found["helix"] else None
    return Choices(columns, helix, words, helixes, found.get("region", ""))
