"""What is asked where two records become one: which of both is right, field by field."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import HiddenField

from crm.core.i18n import _
from crm.stakeholders.forms.persons import number
from crm.stakeholders.models import Organisation, Person
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.services.merging import ORGANISATION_FIELDS, PERSON_FIELDS, Merge
from crm.stakeholders.values.languages import NAMES
from crm.web.forms import Form
from crm.web.rendering import label

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
        names = PERSON_FIELDS if isinstance(self.kept, Person) else ORGANISATION_FIELDS
        return [self._question(name) for name in names]

    @property
    def lists(self) -> list[TickList]:
        """What both have many of."""
        found: dict[str, list[Tick]] = {}
        for record, is_kept in ((self.kept, True), (self.gone, False)):
            for name, rows in _lists(record).items():
                ticks = found.setdefault(name, [])
                ticks.extend(Tick(row_id, text, is_kept) for row_id, text in rows)
        return [TickList(name, _words_of(name), ticks) for name, ticks in found.items() if ticks]

    def details(self) -> Merge:
        """Return what was chosen."""
        questions, left_out = self.questions, {}
        for name in _lists(self.kept):
            shown = map(int, _ID.findall(",".join(self._given.getlist(f"{name}_shown"))))
            # Only what was shown with a tick that was taken away; who came later stays.
            ticked = {number(text) for text in self._given.getlist(name)}
            left_out[name] = sorted(set(shown) - ticked)
        return Merge(
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

    def _question(self, name: str) -> Question:
        kept, gone = _shown(self.kept, name), _shown(self.gone, name)
        is_note, surname = name == "note", _NAME_OF.get(name)
        # The prefix of a surname that is proposed and differs from the other goes with that.
        own = _shown(self.kept, surname) if surname else ""
        is_of_other = own and surname and own != _shown(self.gone, surname)
        proposed = KEPT if kept or not gone or is_of_other else GONE
        # Of two notes neither is right: what only one of them says would be lost.
        if is_note and kept and gone and kept != gone:
            proposed = BOTH
        asked = self._given.get(name, proposed) if self._given else proposed
        chosen = asked if asked in {KEPT, GONE, *([BOTH] if is_note else [])} else KEPT
        return Question(name, _words_of(name), kept, gone, chosen, may_be_both=is_note)


def _shown(record: Person | Organisation, name: str) -> str:
    if name == "area_id":
        return record.area.name if record.area else ""
    value = getattr(record, name)
    if name == "language":
        return str(NAMES.get(value, value))
    has_label = name in {"name_use", "form_of_address", "helix", "second_helix"}
    return str(label(value)) if has_label else str(value or "")


def _lists(record: Person | Organisation) -> Mapping[str, list[tuple[int, str]]]:
    if isinstance(record, Organisation):
        return {"organisation_tags": [(tag.id, tag.word) for tag in record.tags]}
    return {
        "emails": [(email.id, email.address) for email in record.emails],
        "phones": [(phone.id, phone.raw or phone.number) for phone in record.phones],
        "roles": [(role.id, _role(role)) for role in record.affiliations],
        "tags": [(tag.id, tag.word) for tag in record.tags],
    }


def _role(role: Any) -> str:
    place = role.organisation.name if role.organisation else str(_("speaks for themselves"))
    return ", ".join(filter(None, (role.role, place, str(label(role.helix)))))


def _words_of(name: str) -> str:
    words = {
        "area_id": FIELD_LABELS[Field.AREA],
        "name": _("Name"),
        "kind": _("Kind of organisation"),
        "helix": _("Usual helix"),
        "second_helix": _("Second helix"),
        "website": _("Website"),
        "street": _("Street and number"),
        "postcode": _("Postcode"),
        "town": _("Town"),
        "emails": _("E-mail addresses"),
        "phones": _("Phone numbers"),
        "roles": _("Roles"),
        "tags": _("Tags"),
        "organisation_tags": _("Tags"),
    }
    return str(words.get(name) or FIELD_LABELS[Field(name)])
