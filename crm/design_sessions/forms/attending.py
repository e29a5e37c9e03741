"""What is asked when attendance is taken: a mark beside each name, and lines for walk-ins."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import request
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from crm.core.cleaning import clean_line
from crm.core.errors import DomainError
from crm.core.i18n import _, _l
from crm.design_sessions.forms.reading import member, number, numbered
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.queries import SessionPerson
from crm.design_sessions.services import (
    NamesKnown,
    Noted,
    WalkIn,
    WalkInUnclear,
)
from crm.stakeholders.models import Helix
from crm.web.forms import AskedForm, Form, SelectChoice, choices_of, where_typed

LINES = 3
MOST_LINES = 60
LONGEST = 200
NEW = "new"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was noted on the page."""

    noted: dict[int, Noted]
    walk_ins: dict[int, WalkIn]


class WalkInForm(AskedForm):
    """One line for somebody who came without being invited."""

    name = StringField(_l("Name"), [Length(max=LONGEST)], filters=[where_typed(clean_line)])
    organisation = StringField(
        _l("Organisation"), [Length(max=LONGEST)], filters=[where_typed(clean_line)]
    )
    helix = SelectField(_l("Helix"), default="", validate_choice=False)
    person = RadioField(_l("Who is this?"), default="", validate_choice=False)
    offered = HiddenField(default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helix.choices = [
            SelectChoice("", _l("As in the register")),
            *choices_of(Helix),
        ]
        self.person.choices = []

    def validate_person(self, field: RadioField) -> None:
        """Ask again where people were offered and nobody said who it is."""
        if self.offered_ids() and self.name.data and not field.data:
            raise ValidationError(str(_("Say who this is, or that it is somebody else.")))

    def walk_in(self) -> WalkIn | None:
        """Return who came, or nothing if the line was left empty."""
        name = " ".join((self.name.data or "").split())
        chosen = number(self.person.data)
        if not name and chosen is None:
            return None
        return WalkIn(
            name=name,
            person_id=chosen,
            organisation=" ".join((self.organisation.data or "").split()),
            helix=member(Helix, self.helix.data),
            apart_from=frozenset(self.offered_ids() if self.person.data == NEW else ()),
        )

    def offered_ids(self) -> list[int]:
        """Return the ids of the people who were offered when the page was drawn."""
        ids = (number(word) for word in (self.offered.data or "").split())
        return [one for one in ids if one is not None]

    def offer(self, people: Mapping[int, str]) -> None:
        """Ask whether it is one of these people of the register (id → name), or somebody new."""
        self.person.choices = [
            *(SelectChoice(str(number), words) for number, words in people.items()),
            SelectChoice(NEW, _l("Somebody else, who is new in the register")),
        ]
        self.offered.data = " ".join(str(number) for number in people)


class AttendanceForm(Form):
    """Marks (`mark-12` now, `was-12` when the page was opened) and lines for walk-ins."""

    walk_ins = FieldList(FormField(WalkInForm), _l("Walk-ins"), max_entries=MOST_LINES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Mapping[int, list[int]] = {}
        # Not by `min_entries`, which fills a list that came with a gap with the same line twice.
        while len(self.walk_ins) < LINES:
            self.walk_ins.append_entry()

    @cached_property
    def noted(self) -> dict[int, Noted]:
        """What stands beside the names, by id of the person, in the order of the page."""
        given = {numbered(name, "mark-"): value for name, value in request.form.items()}
        return {
            one: Noted(
                before=member(AttendanceStatus, request.form.get(f"was-{one}")),
                now=member(AttendanceStatus, value),
            )
            for one, value in given.items()
            if one is not None
        }

    def details(self) -> Taken:
        """Return what was noted."""
        return Taken(noted=self.noted, walk_ins=self._walk_ins())

    def add_lines(self) -> None:
        """Give room for more walk-ins."""
        for _line in range(min(LINES, MOST_LINES - len(self.walk_ins))):
            self.walk_ins.append_entry()

    def mark(self, one: SessionPerson) -> AttendanceStatus | None:
        """Return what stands beside a name: what was changed here, or else what is noted."""
        typed = self.noted.get(one.shown.id)
        return one.status if typed is None or typed.now is typed.before else typed.now

    def meanwhile(self, one: SessionPerson) -> bool:
        """Whether somebody else noted something different while this was changed here."""
        typed = self.noted.get(one.shown.id)
        if typed is None or typed.now is typed.before:
            return False
        return one.status is not typed.before and one.status is not typed.now

    def offered(self) -> dict[int, list[int]]:
        """Return who is to be offered, by line: as the page did before, or as a refusal says."""
        before = {line: entry.form.offered_ids() for line, entry in enumerate(self.walk_ins)}
        return {**{line: ids for line, ids in before.items() if ids}, **self.known}

    def names(self) -> dict[int, str]:
        """Return the names that were typed for walk-ins, by line."""
        return {line: one.name for line, one in self._walk_ins().items() if one.person_id is None}

    def offer(self, people: Mapping[int, Mapping[int, str]]) -> None:
        """Ask for lines, by number, whether it is one of these people of the register."""
        for line, known in people.items():
            self.walk_ins[line].form.offer(known)

    def _walk_ins(self) -> dict[int, WalkIn]:
        lines = {line: entry.form.walk_in() for line, entry in enumerate(self.walk_ins)}
        return {line: one for line, one in lines.items() if one is not None}

    def _show(self, refusal: DomainError) -> None:
        if isinstance(refusal, NamesKnown):
            self.known = refusal.known
        if isinstance(refusal, WalkInUnclear):
            line = self.walk_ins[refusal.line].form
            line[refusal.part].errors = [*line[refusal.part].errors, str(refusal)]
            self.refusals.append(f"{line.name.data}: {refusal}")
        else:
            super()._show(refusal)
