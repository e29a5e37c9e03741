"""What is asked when attendance is taken, on a page or by a list from elsewhere."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import FieldList, FormField, HiddenField, RadioField, SelectField, StringField
from wtforms.validators import Length, ValidationError

from crm.contacts.rules.memory import LONGEST_WORD
from crm.contacts.rules.reading import VOCABULARY
from crm.core.cleaning import clean_line
from crm.core.errors import DomainError
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.design_sessions.forms.reading import member, number, numbered
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.queries.attendance_lists import MOST_ASKED
from crm.design_sessions.queries.people import SessionPerson
from crm.design_sessions.rules.attendance_columns import LABELS, OFFERED, Columns, ListField
from crm.design_sessions.rules.attendance_rows import IGNORED, NEW, SKIP, UNDECIDED, Decisions
from crm.design_sessions.services.attending import NamesKnown, Noted, WalkIn, WalkInUnclear
from crm.intake.forms import ColumnsForm, FileForm, columns_form
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import Field
from crm.web.forms import AskedForm, Form, SelectChoice, choices_of, where_typed
from crm.web.rendering import label

LINES = 3
MOST_LINES = 60
LONGEST = 200
SOMEBODY_ELSE = "new"


class WalkInForm(AskedForm):
    """One line for somebody who came without being invited."""

    name = StringField(_l("Name"), [Length(max=LONGEST)], filters=[where_typed(clean_line)])
    organisation = StringField(
        _l("Organisation"), [Length(max=LONGEST)], filters=[where_typed(clean_line)]
    )
    # What is no choice counts as none: the line is kept, with the name that was typed.
    helix = SelectField(
        _l("Helix"),
        choices=lambda: [SelectChoice("", _l("As in the register")), *choices_of(Helix)],
        default="",
        validate_choice=False,
    )
    person = RadioField(_l("Who is this?"), choices=[], default="", validate_choice=False)
    offered = HiddenField(default="")

    def validate_person(self, field: RadioField) -> None:
        """Ask again where people were offered and nobody said who it is."""
        if self.offered_ids() and self.name.data and not field.data:
            raise ValidationError(_("Say who this is, or that it is somebody else."))

    def walk_in(self) -> WalkIn | None:
        """Return who came; nothing if the line was left empty."""
        name = " ".join((self.name.data or "").split())
        chosen = number(self.person.data)
        if not name and chosen is None:
            return None
        return WalkIn(
            name=name,
            person_id=chosen,
            organisation=" ".join((self.organisation.data or "").split()),
            helix=member(Helix, self.helix.data),
            # Without these the same name would be asked about once more.
            apart_from=frozenset(self.offered_ids() if self.person.data == SOMEBODY_ELSE else ()),
        )

    def offered_ids(self) -> list[int]:
        """Return the ids of the people who were offered when the page was drawn."""
        ids = (number(word) for word in (self.offered.data or "").split())
        return [person_id for person_id in ids if person_id is not None]

    def offer(self, people: Mapping[int, str]) -> None:
        """Ask whether it is one of these people of the register (id → name), or somebody new."""
        new = SelectChoice(SOMEBODY_ELSE, _l("Somebody else, who is new in the register"))
        self.person.choices = [*(SelectChoice(str(key), people[key]) for key in people), new]
        # What was offered comes back with the answer: the register may have changed meanwhile.
        self.offered.data = " ".join(map(str, people))


class AttendanceForm(Form):
    """Marks (`mark-12` now, `was-12` when the page was opened) and lines for walk-ins."""

    walk_ins = FieldList(FormField(WalkInForm), _l("Walk-ins"), max_entries=MOST_LINES)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known: Mapping[int, list[int]] = {}
        # Not by `min_entries`, which fills a list that came with a gap with the same line twice.
        while len(self.walk_ins) < LINES:
            self.walk_ins.append_entry()

    # Kept, as each of a hundred lines asks for what was typed beside it.
    @cached_property
    def noted(self) -> dict[int, Noted]:
        """What stands beside the names, by id of the person, in the order of the page."""
        before = numbered(request.form, "was-")
        return {
            person_id: Noted(
                before=member(AttendanceStatus, before.get(person_id)),
                now=member(AttendanceStatus, value),
            )
            for person_id, value in numbered(request.form, "mark-").items()
        }

    def details(self) -> dict[str, Any]:
        """Return what was `noted`, and the `walk_ins` by line."""
        return {"noted": self.noted, "walk_ins": self._walk_ins()}

    def add_lines(self) -> None:
        """Give room for more walk-ins."""
        for _line in range(min(LINES, MOST_LINES - len(self.walk_ins))):
            self.walk_ins.append_entry()

    def mark(self, person: SessionPerson) -> AttendanceStatus | None:
        """Return what stands beside a name: what was changed here, or else what is noted."""
        typed = self.noted.get(person.shown.id)
        # What was not changed here says nothing: a page that stood open undoes no colleague's work.
        return person.status if typed is None or typed.now is typed.before else typed.now

    def meanwhile(self, person: SessionPerson) -> bool:
        """Whether somebody else noted something different while this was changed here."""
        typed = self.noted.get(person.shown.id)
        if typed is None or typed.now is typed.before:
            return False
        return person.status not in {typed.before, typed.now}

    def offered(self) -> dict[int, list[int]]:
        """Return who is to be offered, by line: as the page did before, or as a refusal says."""
        before = {line: entry.form.offered_ids() for line, entry in enumerate(self.walk_ins)}
        # What was found just now goes before what the page offered when it was drawn.
        return {**{line: ids for line, ids in before.items() if ids}, **self.known}

    def names(self) -> dict[int, str]:
        """Return the names that were typed for walk-ins, by line."""
        came = self._walk_ins().items()
        return {line: person.name for line, person in came if person.person_id is None}

    def offer(self, people: Mapping[int, Mapping[int, str]]) -> None:
        """Ask for lines, by number, whether it is one of these people of the register."""
        for line, known in people.items():
            self.walk_ins[line].form.offer(known)

    def _walk_ins(self) -> dict[int, WalkIn]:
        lines = {line: entry.form.walk_in() for line, entry in enumerate(self.walk_ins)}
        return {line: person for line, person in lines.items() if person is not None}

    def refuse(self, refusal: DomainError) -> None:
        """Show a refusal, of a walk-in in their line."""
        # Whoever is known by such a name is offered beside the line; the page is shown once more.
        if isinstance(refusal, NamesKnown):
            self.known = refusal.known
        if isinstance(refusal, WalkInUnclear):
            self._status = refusal.status
            # Above the form too, with the name: there may be sixty lines.
            line = self.walk_ins[refusal.line].form
            line[refusal.part].errors = [*line[refusal.part].errors, str(refusal)]
            self.refusals.append(f"{line.name.data}: {refusal}")
        else:
            super().refuse(refusal)


MEANINGS = {*AttendanceStatus, IGNORED}
Word = tuple[str, str, int]
"""A word in the list, what it was said to mean, and in how many rows it stands."""


class ListFileForm(FileForm):
    """The file with who came."""

    known = VOCABULARY
    file = FileField(_l("File with who came"), [FileRequired(_l("Choose a file."))])


class ListColumnsForm(ColumnsForm):
    """What each column holds."""

    def details(self) -> Columns:
        """Return what was chosen."""
        return {
            heading: member(ListField, held) or member(Field, held)
            for heading, held in self.chosen.items()
        }


class ListDecisionsForm(Form):
    """Who is meant, who is new, and what words mean; what was not offered says nothing."""

    def __init__(self, words: Sequence[Word]) -> None:
        super().__init__()
        self.words = words

    def details(self) -> Decisions:
        """Return what was chosen."""
        told = {word: request.form.get(word_name(word), "") for word, _means, _count in self.words}
        # Each new organisation comes with its name: by a number alone, a list that was read anew
        # since would give one the helix of another.
        places = {
            clean_line(name)[:LONGEST_WORD]: member(Helix, request.form.get(f"helix-of-{at}"))
            for key, name in request.form.items()
            if (at := key.removeprefix("organisation-")) != key
        }
        helixes = [(name, helix) for name, helix in places.items() if fold(name) and helix]
        unknown = request.form.get("unknown", UNDECIDED)
        return Decisions(
            # No fields, as a list may have thousands of rows; those of one page are sent.
            rows={
                row: choice
                for row, choice in numbered(request.form, "row-").items()
                if choice in {NEW, SKIP, UNDECIDED} or number(choice) is not None
            },
            unknown=unknown if unknown in {NEW, SKIP} else UNDECIDED,
            words={word: means for word, means in told.items() if means in MEANINGS},
            helix=member(Helix, request.form.get("helix")),
            helixes=dict(helixes[:MOST_ASKED]),
        )


def list_columns_form(table: Table, columns: Columns) -> ListColumnsForm:
    """Return the form for the columns of one list, filled with what they seem to hold."""
    nothing = SelectChoice("", _("Do not use"))
    offered = [nothing, *(SelectChoice(field, str(LABELS[field])) for field in OFFERED)]
    return columns_form(ListColumnsForm, table, columns.values(), offered)


def word_name(word: str) -> str:
    """Return the name of the question about a word; the word itself may hold any sign."""
    return f"word-{sha256(word.encode()).hexdigest()[:12]}"


def word_choices() -> list[tuple[str, str]]:
    """Return what a word can mean."""
    statuses = [(status.value, str(label(status))) for status in AttendanceStatus]
    return [("", _("I do not know yet")), *statuses, (IGNORED, _("Leave these rows out"))]
