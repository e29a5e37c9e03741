"""What somebody decides about an attendance list: who is meant, who is new, what words mean."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from crm.design_sessions.models import AttendanceStatus
from crm.stakeholders.models import Helix

NEW, SKIP, UNDECIDED = "new", "skip", ""
"""A choice is one of these, or the number of the person who is meant."""
IGNORED = "ignored"
"""A word that was explained to say nothing: its rows are left out."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """
    What was chosen.

    :ivar rows: row → choice
    :ivar unknown: the choice for everybody who is not in the register
    :ivar words: what words mean, as they are compared; a status, or IGNORED
    :ivar helix: that of organisations that are new here, of which nothing says it
    :ivar helixes: by name, those of new organisations about which it was said
    """

    rows: Mapping[int, str] = field(default_factory=dict)
    unknown: str = UNDECIDED
    words: Mapping[str, str] = field(default_factory=dict)
    helix: Helix | None = None
    helixes: Mapping[str, Helix] = field(default_factory=dict)

    def meaning(self, word: str) -> AttendanceStatus | None:
        """Return what a word was said to mean."""
        said = self.words.get(word, "")
        return AttendanceStatus(said) if said in list(AttendanceStatus) else None


def decisions_text(decisions: Decisions) -> str:
    """Return decisions as text; the helixes by name are remembered for every list."""
    kept = {"rows": dict(decisions.rows), "unknown": decisions.unknown, "helix": decisions.helix}
    return json.dumps({**kept, "words": dict(decisions.words)})


def decisions_of(text: str) -> Decisions:
    """Return the decisions that were kept as `text`."""
    found = json.loads(text)
    rows = {int(row): choice for row, choice in found.get("rows", {}).items()}
    helix = Helix(found["helix"]) if found.get("helix") else None
    return Decisions(rows, found.get("unknown", UNDECIDED), found.get("words", {}), helix)
