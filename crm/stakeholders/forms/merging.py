"""What is asked where two records become one: which of both is right, field by field."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField

from crm.core import clock, fields
from crm.core.fields import Field, Merge
from crm.stakeholders.forms.persons import number
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.services import merging
from crm.stakeholders.services.merging import asked_of
from crm.web.forms import Form

KEPT, GONE, BOTH = "kept", "gone", "both"
_NAME_OF = {"prefix": "surname", "partner_prefix": "partner_surname"}
_ID = re.compile(r"[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Question:
    """One field of both records: what each has, and which counts: kept, gone or both."""

    name: str
    words: str
    kept: str
    gone: str
    chosen: str
    may_be_both: bool = False

    @property
    def differs(self) -> bool:
        """Whether there is anything to choose."""
        return self.kept != self.gone


@dataclass(frozen=True, slots=True)
class Tick:
    """One row of a list of either record."""

    id: int
    words: str
    is_kept: bool


@dataclass(frozen=True, slots=True)
class TickList:
    """The rows of one list of both records: all are kept, but for those that are not ticked."""

    name: str
    words: str
    ticks: Sequence[Tick]


class MergeForm(Form):
    """The choices; the page gives each field and each list a control of its own name."""

    kept_revision = HiddenField(default="")
    gone_revision = HiddenField(default="")

    def __init__(
        self, kept: Person | Organisation, gone: Person | Organisation, given: Any
    ) -> None:
        super().__init__(given or None)
        self.kept, self.gone = kept, gone
        self._given = given
        if not given:
            self.kept_revision.data = str(kept.revision)
            self.gone_revision.data = str(gone.revision)

    @property
    def questions(self) -> list[Question]:
        """Each field of both, with what is chosen or else proposed: what is filled in."""
        # Of what is stricter for both, nobody is asked.
        asked = asked_of(type(self.kept))
        return [self._question(one) for one in asked if one.merge is not Merge.STRICTER]

    @property
    def lists(self) -> list[TickList]:
        """What both have many of."""
        found: list[TickList] = []
        for one in self._listed:
            rows = one.store.values((self.kept, self.gone), clock.today())
            ticks = [
                Tick(row.id, "".join(one.kind.typed([row])), record is self.kept)
                for record in (self.kept, self.gone)
                for row in rows[record.id]
            ]
            found += [TickList(one.name, str(one.label), ticks)] if ticks else []
        return found

    @property
    def _listed(self) -> list[Field]:
        return [one for one in fields.of(type(self.kept)) if isinstance(one.store, fields.Rows)]

    def details(self) -> merging.Merge:
        """Return what was chosen."""
        questions, left_out = self.questions, {}
        for name in (one.name for one in self._listed):
            shown = map(int, _ID.findall(",".join(self._given.getlist(f"{name}_shown"))))
            # Only what was shown with a tick that was taken away; who came later stays.
            ticked = {number(text) for text in self._given.getlist(name)}
            left_out[name] = sorted(set(shown) - ticked)
        return merging.Merge(
            self.kept.id,
            self.gone.id,
            from_gone=frozenset(asked.name for asked in questions if asked.chosen == GONE),
            both=frozenset(asked.name for asked in questions if asked.chosen == BOTH),
            left_out=left_out,
            revisions=(number(self.kept_revision.data) or 0, number(self.gone_revision.data) or 0),
        )

    def is_ticked(self, name: str, row_id: int) -> bool:
        """Whether a row of a list is kept; all are, until somebody says otherwise."""
        return not self._given or str(row_id) in self._given.getlist(name)

    def _question(self, one: Field) -> Question:
        kept, gone = self._said(one)
        name, may_be_both = one.store.name, one.merge is Merge.BOTH
        # The prefix of a surname that is proposed and differs from the other goes with that.
        surnames = [other for other in fields.of(Person) if other.name == _NAME_OF.get(name)]
        own, other = self._said(surnames[0]) if surnames else ("", "")
        proposed = KEPT if kept or not gone or (own and own != other) else GONE
        # Of two notes neither is right: what only one of them says would be lost.
        if may_be_both and kept and gone and kept != gone:
            proposed = BOTH
        asked = self._given.get(name, proposed) if self._given else proposed
        chosen = asked if asked in {KEPT, GONE, *([BOTH] if may_be_both else [])} else KEPT
        return Question(name, str(one.label), kept, gone, chosen, may_be_both=may_be_both)

    def _said(self, one: Field) -> tuple[str, str]:
        held = one.store.values((self.kept, self.gone), clock.today())
        return one.kind.say(held[self.kept.id]), one.kind.say(held[self.gone.id])
