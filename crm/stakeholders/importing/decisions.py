"""What somebody decides about rows that the register knows, or may know."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Reason(StrEnum):
    """Why a row is taken for a record of the register, or looks like one."""

    EMAIL = "email"
    PHONE = "phone"
    NAME_AND_ORGANISATION = "name_and_organisation"
    NAME = "name"
    ORGANISATION = "organisation"
    SAME_NAME = "same_name"
    INITIALS = "initials"
    SPELLING = "spelling"
    SAME_PHONE = "same_phone"


class Choice(StrEnum):
    """What is done with a row that the register knows, or may know."""

    FILL = "fill"
    OVERWRITE = "overwrite"
    NEW = "new"
    SKIP = "skip"


RESEMBLES = frozenset({Reason.SAME_NAME, Reason.INITIALS, Reason.SPELLING, Reason.SAME_PHONE})
"""Reasons that only say that somebody may be meant; the others say who is meant."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """
    What was chosen for all rows of a kind, and for single rows, which goes before it.

    Where nothing was chosen, who is known gets what is empty, and who only resembles is new.
    """

    kinds: Mapping[Reason, Choice] = field(default_factory=dict)
    rows: Mapping[int, Choice] = field(default_factory=dict)

    def choice(self, row: int, reason: Reason | None) -> Choice:
        """Return what is done with a row that has this reason, or none."""
        found = self.rows.get(row)
        if reason is None:
            return Choice.SKIP if found is Choice.SKIP else Choice.NEW
        usual = Choice.NEW if reason in RESEMBLES else Choice.FILL
        chosen = found or self.kinds.get(reason, usual)
        # An organisation is known by its name: the same name again is no other organisation.
        return usual if (reason, chosen) == (Reason.ORGANISATION, Choice.NEW) else chosen

    def joined_by(self, more: "Decisions", reasons: Mapping[int, Reason | None]) -> "Decisions":
        """
        Return these decisions with later ones; a choice for a kind goes for all its rows.

        :param reasons: the reason of each row
        """
        kept = {row: one for row, one in self.rows.items() if reasons.get(row) not in more.kinds}
        return Decisions({**self.kinds, **more.kinds}, {**kept, **more.rows})


USUAL = Decisions()


def decisions_text(decisions: Decisions) -> str:
    """Return decisions as text."""
    return json.dumps({"kinds": dict(decisions.kinds), "rows": dict(decisions.rows)})


def decisions_of(text: str) -> Decisions:
    """Return the decisions that were kept as `text`."""
    found: dict[str, Any] = json.loads(text)
    kinds = {Reason(one): Choice(chosen) for one, chosen in found.get("kinds", {}).items()}
    rows = {int(row): Choice(chosen) for row, chosen in found.get("rows", {}).items()}
    return Decisions(kinds, rows)
