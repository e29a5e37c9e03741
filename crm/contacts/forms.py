"""What is asked for an import: the file, how it is read, its columns, its words and its rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol, Self, cast

from flask import request
from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import Field as FormField
from wtforms import IntegerField, SelectField
from wtforms.validators import NumberRange, Optional

from crm.contacts.rules.choices import Choice, Choices, Decisions, Reason
from crm.contacts.rules.encodings import ENCODINGS
from crm.contacts.rules.memory import MOST_WORDS, WordQuestion
from crm.contacts.rules.organisations import leaves_helix_open
from crm.contacts.rules.reading import read
from crm.contacts.rules.refusals import MENDABLE, FileTooLarge, HelixNotChosen
from crm.contacts.rules.tables import NO_QUOTE, Reading, Table
from crm.contacts.services.import_files import Explained
from crm.core.i18n import _, _l
from crm.stakeholders.models import Helix
from crm.stakeholders.rules.columns import FIELD_LABELS, Field
from crm.stakeholders.values.languages import NAMES
from crm.stakeholders.values.names import FormOfAddress
from crm.web import uploads
from crm.web.forms import AskedForm, Form, SelectChoice
from crm.web.rendering import label

ACCEPTED = ".csv,.txt,.tsv,.tab,.xlsx,.xlsm,.xlsb,.xls,.ods,.vcf"
MOST_SAMPLES = 3
LONGEST_SAMPLE = 40


@dataclass(frozen=True, slots=True)
class UploadedList:
    """A list that came in: the name of its file and what is in it."""

    name: str
    content: bytes
    table: Table


class FileForm(Form):
    """The file with the list."""

    unread: uploads.Upload | None = None
    """What came in and may be read in another way."""

    file = FileField(_l("File with contacts"), [FileRequired(_l("Choose a file."))])

    @classmethod
    def asked(cls) -> Self:
        """Return the form to begin with; refused, where a file was too large to be read at all."""
        if not uploads.is_refused():
            return cls()
        form = cls(formdata=None)
        form.refuse(FileTooLarge(field="file"))
        return form

    def details(self) -> UploadedList:
        """
        Return the list in the file.

        :raises UnreadableFile: if there is no list in it; the refusal says why
        """
        try:
            upload = uploads.read(self.file.data)
        except RequestEntityTooLarge as refusal:
            raise FileTooLarge from refusal
        # Read with another encoding or line of headings there may be a list in it: it is kept.
        try:
            table = read(upload.content, upload.name)
        except MENDABLE:
            self.unread = upload
            raise
        return UploadedList(upload.name, upload.content, table)


class ColumnsForm(Form):
    """What each column holds, and which helix counts where the list gives none."""

    headings: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()
    table: Table

    helix = SelectField(_l("Helix where the list gives none"))

    @property
    def columns(self) -> list[FormField]:
        """The questions about the columns, in their order."""
        return [self[_column_name(at)] for at in range(len(self.headings))]

    def details(self) -> Choices:
        """
        Return what was chosen.

        :raises HelixNotChosen: if there are organisations without a helix, and none was chosen
        """
        chosen = zip(self.headings, self.columns, strict=True)
        columns = {heading: Field(asked.data) if asked.data else None for heading, asked in chosen}
        helix = Helix(self.helix.data) if self.helix.data else None
        if helix is None and leaves_helix_open(self.table, columns):
            raise HelixNotChosen(field="helix")
        return Choices(columns, helix)


def columns_form(table: Table, choices: Choices) -> ColumnsForm:
    """Return the form for the columns of one table, filled with `choices`."""
    # A class for each table: WTForms takes its fields from the class, and names must not be shared.
    nothing = SelectChoice("", str(_("Do not import")))
    offered = [nothing, *(SelectChoice(field, str(FIELD_LABELS[field])) for field in Field)]
    fields: dict[str, object] = {
        _column_name(at): SelectField(heading, choices=offered)
        for at, heading in enumerate(table.headings)
    }
    fields["table"], fields["headings"] = table, table.headings
    fields["samples"] = tuple(sample_of(table, at) for at in range(len(table.headings)))
    kind = cast("type[ColumnsForm]", type("ColumnsOfTable", (ColumnsForm,), fields))
    proposed = {_column_name(at): held or "" for at, held in enumerate(choices.columns.values())}
    form = kind(data={**proposed, "helix": choices.helix or ""})
    helixes = [SelectChoice(helix, str(label(helix))) for helix in Helix]
    form.helix.choices = [SelectChoice("", _("Choose a helix")), *helixes]
    return form


def _column_name(at: int) -> str:
    return f"column_{at}"


def sample_of(table: Table, at: int) -> str:
    """Return the first values of a column that differ."""
    found: dict[str, None] = {}
    for row in table.rows:
        if row[at]:
            line = " ".join(row[at].split())
            found[line if len(line) <= LONGEST_SAMPLE else f"{line[:LONGEST_SAMPLE]}…"] = None
        if len(found) == MOST_SAMPLES:
            break
    return " · ".join(found)


MOST_ABOVE = 1_000
_DELIMITERS = {
    "semicolon": (";", _l("semicolon ;")),
    "comma": (",", _l("comma ,")),
    "tab": ("\t", _l("tab")),
    "bar": ("|", _l("upright line |")),
    "colon": (":", _l("colon :")),
    "caret": ("^", _l("caret ^")),
    "tilde": ("~", _l("tilde ~")),
}
_QUOTES = {
    "double": ('"', _l('double "')),
    "single": ("'", _l("single '")),
    "none": (NO_QUOTE, _l("none")),
}


class KeptFile(Protocol):
    """A file that is kept, and how it was read."""

    is_text: bool
    encoding: str
    delimiter: str
    quote: str
    heading_row: int


class _ReadingFields:
    """What is asked about how a file is read."""

    encoding = SelectField(_l("Encoding of the letters"), validate_choice=False)
    delimiter = SelectField(_l("Between the cells"), validate_choice=False)
    quote = SelectField(_l("Around cells"), validate_choice=False)
    heading_row = IntegerField(
        _l("Line with the headings"), [Optional(), NumberRange(1, MOST_ABOVE)]
    )

    def chosen(self) -> Reading:
        """Return how the file is to be read; what makes no sense counts as not chosen."""
        row = self.heading_row.data or 0
        delimiter = _DELIMITERS.get(self.delimiter.data or "")
        quote = _QUOTES.get(self.quote.data or "")
        return Reading(
            encoding=self.encoding.data if self.encoding.data in ENCODINGS else "",
            delimiter=delimiter[0] if delimiter else "",
            quote=quote[0] if quote else "",
            heading_row=row if 0 < row <= MOST_ABOVE else 0,
        )


class ReadingForm(_ReadingFields, AskedForm):
    """How the file is shown; it stands in the address and changes nothing."""

    def offer(self, kept: KeptFile) -> None:
        """Fill the choices, the one that was found first."""
        encodings = [(name, name.upper(), name.upper()) for name in ENCODINGS]
        _offer(self.encoding, kept.encoding.upper(), encodings)
        for field, sign, words in (
            (self.delimiter, kept.delimiter, _DELIMITERS),
            (self.quote, kept.quote, _QUOTES),
        ):
            _offer(field, sign, [(name, meant, str(word)) for name, (meant, word) in words.items()])


class ReadAgainForm(_ReadingFields, Form):
    """The same, to read the list like that."""

    def details(self) -> Reading:
        """Return how the file is to be read."""
        return self.chosen()


def _offer(field: SelectField, found: str, offered: Sequence[tuple[str, str, str]]) -> None:
    """Offer names with the sign and the word of each, behind the sign that was found."""
    word = next((word for _name, sign, word in offered if sign == found), found)
    as_now = str(_("As now: %(word)s", word=word)) if word else str(_("As now"))
    choices = [SelectChoice(name, word) for name, _sign, word in offered]
    field.choices = [SelectChoice("", as_now), *choices]


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
