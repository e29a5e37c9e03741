"""What is asked for an import: the file, how it is read, its columns, its words and its rows."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import cast

from flask import request
from flask_wtf.file import FileField, FileRequired
from wtforms import Field as FormField
from wtforms import SelectField

from crm.contacts.rules.choices import Choice, Choices, Decisions, Reason
from crm.contacts.rules.memory import MOST_WORDS, WordQuestion
from crm.contacts.rules.organisations import leaves_helix_open
from crm.contacts.rules.reading import VOCABULARY
from crm.contacts.services.import_files import Explained
from crm.core.errors import Invalid
from crm.core.i18n import _, _l
from crm.intake import forms as intake
from crm.intake.reading.tables import Table
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.values.languages import NAMES
from crm.stakeholders.values.names import FormOfAddress
from crm.web.forms import Form, SelectChoice
from crm.web.rendering import label


class HelixNotChosen(Invalid):
    """Rows name organisations without a helix, and nobody said which one those get."""

    message = _l("Choose a helix. Some rows name an organisation and no helix.")


class FileForm(intake.FileForm):
    """The file with the list."""

    known = VOCABULARY
    file = FileField(_l("File with contacts"), [FileRequired(_l("Choose a file."))])


REGIONS = {
    "BE": _l("Belgium"),
    "DE": _l("Germany"),
    "DK": _l("Denmark"),
    "NO": _l("Norway"),
    "SE": _l("Sweden"),
    "GB": _l("United Kingdom"),
}


class ColumnsForm(intake.ColumnsForm):
    """What each column holds, and which helix counts where the list gives none."""

    helix = SelectField(_l("Helix where the list gives none"))
    region = SelectField(_l("Phone numbers without the code of a country are of"), default="")
    table: Table

    def details(self) -> Choices:
        """
        Return what was chosen.

        :raises HelixNotChosen: if there are organisations without a helix, and none was chosen
        """
        columns = {name: Field(held) if held else None for name, held in self.chosen.items()}
        helix = Helix(self.helix.data) if self.helix.data else None
        if helix is None and leaves_helix_open(self.table, columns):
            raise HelixNotChosen(field="helix")
        return Choices(columns, helix, region=self.region.data or "")


def columns_form(table: Table, choices: Choices) -> ColumnsForm:
    """Return the form for the columns of one table, filled with `choices`."""
    nothing = SelectChoice("", str(_("Do not import")))
    offered = [nothing, *(SelectChoice(field, str(FIELD_LABELS[field])) for field in Field)]
    form = intake.columns_form(ColumnsForm, table, choices.columns.values(), offered)
    form.table = table
    helixes = [SelectChoice(helix, str(label(helix))) for helix in Helix]
    form.helix.choices = [SelectChoice("", _("Choose a helix")), *helixes]
    form.region.choices = [SelectChoice("", _("the Netherlands, unless the row says otherwise"))]
    form.region.choices += [SelectChoice(key, str(name)) for key, name in REGIONS.items()]
    if not form.is_submitted():
        form.helix.data, form.region.data = choices.helix or "", choices.region
    return form


LATER = "?"


class WordsForm(Form):
    """What each word means."""

    questions: tuple[WordQuestion, ...] = ()

    @property
    def asked(self) -> list[tuple[WordQuestion, FormField]]:
        """The questions, each with its field, in their order."""
        return [(question, self[_word_name(question)]) for question in self.questions]

    def details(self) -> list[Explained]:
        """Return what was explained; a word that was put off is asked about again."""
        return [
            Explained(question.field, question.word, answer.data)
            for question, answer in self.asked
            if answer.data != LATER
        ]


def words_form(questions: Sequence[WordQuestion]) -> WordsForm:
    """Return the form that asks about the first of these, each with what it probably means."""
    questions = questions[:MOST_WORDS]
    fields: dict[str, object] = {"questions": tuple(questions)}
    for asked in questions:
        is_name = asked.field is Field.ORGANISATION
        offered = {LATER: _("I do not know yet"), **meanings(asked.field)}
        offered |= {} if is_name else {"": _("Leave it out")}
        choices = [SelectChoice(value, str(words)) for value, words in offered.items()]
        words = asked.word if is_name else f"“{asked.word}”"
        fields[_word_name(asked)] = SelectField(words, choices=choices)
    kind = cast("type[WordsForm]", type("WordsOfTable", (WordsForm,), fields))
    return kind(data={_word_name(asked): asked.guess or LATER for asked in questions})


def meanings(field: Field) -> dict[str, str]:
    """Return what a word in a column of this kind can mean, in the reader's words."""
    if field in {Field.HELIX, Field.SECOND_HELIX, Field.ORGANISATION}:
        return {helix.value: str(label(helix)) for helix in Helix}
    if field is Field.LANGUAGE:
        return dict(NAMES)
    return {form.value: str(label(form)) for form in FormOfAddress}


def _word_name(asked: WordQuestion) -> str:
    # A word may hold signs that no name of a field does, and be of any length.
    return f"word_{asked.field.value}_{sha256(asked.key.encode()).hexdigest()[:12]}"


# More digits than this overflow the column of a row number.
LONGEST_NUMBER = 9
HERE, THERE = "here", "there"


class ChoicesForm(Form):
    """The choices on one page of rows; a select that was left as it is says nothing."""

    def details(self) -> Decisions:
        """Return what was chosen; what was not offered is left out."""
        # The names come from a page that may be old, or from anybody: what is unknown says nothing.
        choices = {choice.value: choice for choice in Choice}
        kinds = {
            reason: choices[given]
            for reason in Reason
            if (given := request.form.get(f"kind-{reason.value}", "")) in choices
        }
        rows = {
            row: choices[given]
            for row, given in _numbered(request.form, "row-").items()
            if given in choices
        }
        cells: dict[int, dict[Field, bool]] = {}
        for field in Field:
            for row, chosen in _numbered(request.form, f"cell-{field.value}-").items():
                if chosen in {THERE, HERE}:
                    cells.setdefault(row, {})[field] = chosen == THERE
        return Decisions(kinds, rows, cells)


def _numbered(given: Mapping[str, str], before: str) -> dict[int, str]:
    """Return number → value of the fields that are called so, with a number behind it."""
    found = {name.removeprefix(before): text for name, text in given.items() if before in name}
    return {
        int(number): text
        for number, text in found.items()
        if number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER
    }
