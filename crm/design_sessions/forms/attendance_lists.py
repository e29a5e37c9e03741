"""What is asked about an attendance list: the file, its columns, and what is meant in it."""

from collections.abc import Sequence
from hashlib import sha256
from typing import cast

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import Field as FormField
from wtforms import SelectField

from crm.core.cleaning import clean_line
from crm.core.i18n import _, _l
from crm.core.normalisation import fold
from crm.design_sessions.forms.reading import member
from crm.design_sessions.importing.columns import OFFERED, Columns, ListField, field_label
from crm.design_sessions.importing.decisions import IGNORED, NEW, SKIP, UNDECIDED, Decisions
from crm.design_sessions.models import AttendanceStatus
from crm.design_sessions.queries.list_organisations import MOST_ASKED
from crm.stakeholders.forms.imports import FileForm, sample_of
from crm.stakeholders.importing.columns import Field
from crm.stakeholders.importing.memory import LONGEST_WORD
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix
from crm.web.forms import Form, SelectChoice
from crm.web.rendering import label

LONGEST_CHOICE = 9
Word = tuple[str, str, int]
"""A word in the list, what it was said to mean, and in how many rows it stands."""


class ListFileForm(FileForm):
    """The file with who came."""

    file = FileField(_l("File with who came"), [FileRequired(_l("Choose a file."))])


class ListColumnsForm(Form):
    """What each column holds."""

    headings: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    @property
    def columns(self) -> list[FormField]:
        """The questions about the columns, in their order."""
        return [self[_name(at)] for at in range(len(self.headings))]

    def details(self) -> Columns:
        """Return what was chosen."""
        chosen = zip(self.headings, self.columns, strict=True)
        return {heading: _field(one.data) for heading, one in chosen}


class ListDecisionsForm(Form):
    """Who is meant, who is new, and what words mean; what was not offered says nothing."""

    words: Sequence[Word] = ()

    def details(self) -> Decisions:
        """Return what was chosen."""
        rows = {
            int(number): given
            for name, given in request.form.items()
            if (number := name.removeprefix("row-")) != name and _is_number(number)
            if given in {NEW, SKIP, UNDECIDED} or _is_number(given)
        }
        unknown = request.form.get("unknown", UNDECIDED)
        known = {*AttendanceStatus, IGNORED}
        told = {word: request.form.get(word_name(word), "") for word, _means, _count in self.words}
        return Decisions(
            rows,
            unknown if unknown in {NEW, SKIP} else UNDECIDED,
            {word: means for word, means in told.items() if means in known},
            member(Helix, request.form.get("helix")),
            self._helixes(),
        )

    def _helixes(self) -> dict[str, Helix]:
        """Return what was said of new organisations, each of which comes with its name."""
        given = {
            clean_line(name)[:LONGEST_WORD]: member(Helix, request.form.get(f"helix-of-{number}"))
            for key, name in request.form.items()
            if (number := key.removeprefix("organisation-")) != key
        }
        said = {name: helix for name, helix in given.items() if fold(name) and helix}
        return dict(list(said.items())[:MOST_ASKED])


def list_columns_form(table: Table, columns: Columns) -> ListColumnsForm:
    """Return the form for the columns of one list, filled with what they seem to hold."""
    nothing = SelectChoice("", str(_("Do not use")))
    offered = [nothing, *(SelectChoice(one, str(field_label(one))) for one in OFFERED)]
    fields: dict[str, object] = {
        _name(at): SelectField(heading, choices=offered)
        for at, heading in enumerate(table.headings)
    }
    fields["headings"] = table.headings
    fields["samples"] = tuple(sample_of(table, at) for at in range(len(table.headings)))
    kind = cast("type[ListColumnsForm]", type("ColumnsOfList", (ListColumnsForm,), fields))
    return kind(data={_name(at): one or "" for at, one in enumerate(columns.values())})


def decisions_form(words: Sequence[Word]) -> ListDecisionsForm:
    """Return the form that asks what these words mean, and whom rows are about."""
    form = ListDecisionsForm()
    form.words = words
    return form


def word_name(word: str) -> str:
    """Return the name of the question about a word; the word itself may hold any sign."""
    return f"word-{sha256(word.encode()).hexdigest()[:12]}"


def word_choices() -> list[tuple[str, str]]:
    """Return what a word can mean."""
    statuses = [(one.value, str(label(one))) for one in AttendanceStatus]
    return [("", str(_("I do not know yet"))), *statuses, (IGNORED, str(_("Leave these rows out")))]


def _name(at: int) -> str:
    return f"column_{at}"


def _field(value: str) -> Field | ListField | None:
    if not value:
        return None
    return ListField(value) if value in list(ListField) else Field(value)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST_CHOICE
