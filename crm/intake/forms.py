"""What is asked about a list from elsewhere: the file, how it is read, and its columns."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol, Self, TypeVar, cast

from flask import request
from flask_wtf.file import FileField
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import BooleanField, IntegerField, SelectField
from wtforms import Field as FormField
from wtforms.validators import NumberRange, Optional

from crm.core.i18n import _, _l
from crm.intake.reading.encodings import ENCODINGS
from crm.intake.reading.files import ReceivedFile, read
from crm.intake.reading.refusals import MENDABLE, FileTooLarge, UnreadableFile
from crm.intake.reading.tables import NO_HEADINGS, NO_QUOTE, Reading, Table, Vocabulary
from crm.web import uploads
from crm.web.forms import AskedForm, Form, SelectChoice

ACCEPTED = ".csv,.txt,.tsv,.tab,.xlsx,.xlsm,.xlsb,.xls,.ods,.vcf"
MOST_SAMPLES = 3
LONGEST_SAMPLE = 40


class FileForm(Form):
    """The file with the list."""

    unread: ReceivedFile | None = None
    """What came in and may be read in another way."""

    known: Vocabulary
    """What the lists of this form are known by."""
    file: FileField

    @classmethod
    def asked(cls) -> Self:
        """Return the form to begin with; refused, where a file was too large to be read at all."""
        if not uploads.is_refused():
            return cls()
        form = cls(formdata=None)
        form.refuse(FileTooLarge(field="file"))
        return form

    def details(self) -> ReceivedFile:
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
            table = read(upload.content, upload.name, known=self.known)
        except MENDABLE:
            self.unread = ReceivedFile(upload.name, upload.content)
            raise
        return ReceivedFile(upload.name, upload.content, table)


def said_of(table: Table) -> Iterator[str]:
    """Yield what whoever sent a list should know of how it was read."""
    if table.others:
        yield _(
            "Only the sheet “%(read)s” was read. There is a list on these too: %(others)s. Choose "
            "“Read it in another way” to import such a sheet as well.",
            read=table.sheets[0],
            others=", ".join(table.others),
        )
    if table.was_twice:
        yield _(
            "The letters of this list were encoded twice, as “ZoÃ«” for “Zoë”. They are mended."
        )


C = TypeVar("C", bound="ColumnsForm")


class ColumnsForm(Form):
    """What each column of a list holds."""

    headings: tuple[str, ...] = ()
    samples: tuple[str, ...] = ()

    @property
    def columns(self) -> list[FormField]:
        """The questions about the columns, in their order."""
        return [self[f"column_{at}"] for at in range(len(self.headings))]

    @property
    def chosen(self) -> dict[str, str]:
        """What was chosen for each heading, nothing for a column that is left out."""
        pairs = zip(self.headings, self.columns, strict=True)
        return {heading: asked.data or "" for heading, asked in pairs}


def columns_form(
    kind: type[C], table: Table, held: Iterable[StrEnum | None], offered: Sequence[SelectChoice]
) -> C:
    """Return the form for the columns of one table, filled with what they seem to hold."""
    # A class for each table: WTForms takes its fields from the class, and names must not be shared.
    places = range(len(table.headings))
    fields: dict[str, object] = {
        "headings": table.headings,
        "samples": tuple(sample_of(table, at) for at in places),
        **{f"column_{at}": SelectField(table.headings[at], choices=offered) for at in places},
    }
    made = cast("type[C]", type("ColumnsOfTable", (kind,), fields))
    return made(data={f"column_{at}": field or "" for at, field in enumerate(held)})


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

    @property
    def sheets(self) -> list[str]:
        """The sheets of a workbook, that which was read first."""


class _ReadingFields:
    """What is asked about how a file is read."""

    encoding = SelectField(_l("Encoding of the letters"), validate_choice=False)
    delimiter = SelectField(_l("Between the cells"), validate_choice=False)
    quote = SelectField(_l("Around cells"), validate_choice=False)
    heading_row = IntegerField(
        _l("Line with the headings"), [Optional(), NumberRange(0, MOST_ABOVE)]
    )
    sheet = SelectField(_l("Sheet"), validate_choice=False)

    def chosen(self) -> Reading:
        """Return how the file is to be read; what makes no sense counts as not chosen."""
        row = self.heading_row.data
        delimiter = _DELIMITERS.get(self.delimiter.data or "")
        quote = _QUOTES.get(self.quote.data or "")
        return Reading(
            encoding=self.encoding.data if self.encoding.data in ENCODINGS else "",
            delimiter=delimiter[0] if delimiter else "",
            quote=quote[0] if quote else "",
            heading_row=NO_HEADINGS if row == 0 else min(max(row or 0, 0), MOST_ABOVE),
            sheet=self.sheet.data or "",
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
        sheets = [(name, name, name) for name in kept.sheets]
        _offer(self.sheet, next(iter(kept.sheets), ""), sheets)


class ReadAgainForm(_ReadingFields, Form):
    """The same, to read the list like that; apart: as another list beside the one that there is."""

    apart = BooleanField()

    def details(self) -> Reading:
        """Return how the file is to be read."""
        return self.chosen()


def _offer(field: SelectField, found: str, offered: Sequence[tuple[str, str, str]]) -> None:
    """Offer names with the sign and the word of each, behind the sign that was found."""
    word = next((word for _name, sign, word in offered if sign == found), found)
    as_now = str(_("As now: %(word)s", word=word)) if word else str(_("As now"))
    choices = [SelectChoice(name, word) for name, _sign, word in offered]
    field.choices = [SelectChoice("", as_now), *choices]


MOST_ROWS = 8
MOST_COLUMNS = 12
LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Preview:
    """The start of a table: as much as fits on a page, and how much there is."""

    headings: list[str]
    rows: list[list[str]]
    columns: int
    count: int


@dataclass(frozen=True, slots=True)
class ShownReading:
    """How a file is read, what somebody asks instead, and what that gives, or why nothing."""

    file: KeptFile
    form: ReadingForm
    asked: dict[str, object]
    preview: Preview | None
    refusal: str = ""


def shown_reading(file: KeptFile, read: Callable[[Reading], ReceivedFile]) -> ShownReading:
    """
    Return what a file gives when it is read as the address or the form says.

    :param read: reads the file like that
    """
    # A post that was refused shows what was chosen there; else the address says it.
    form = ReadingForm(request.form or request.args)
    form.offer(file)
    # Of a workbook there are no letters and signs to choose.
    names = ("encoding", "delimiter", "quote") if file.is_text else ("sheet",)
    asked = {name: form[name].data for name in names if form[name].data}
    if form.heading_row.data is not None:
        asked["heading_row"] = form.heading_row.data
    try:
        return ShownReading(file, form, asked, _start_of(read(form.chosen()).table))
    except UnreadableFile as refusal:
        return ShownReading(file, form, asked, None, str(refusal))


def _start_of(table: Table) -> Preview:
    def start(cell: str) -> str:
        # A cell may hold a whole letter; the start is enough to see whether it is read well.
        return cell if len(cell) <= LONGEST_CELL else f"{cell[:LONGEST_CELL]}…"

    rows = [[start(cell) for cell in row[:MOST_COLUMNS]] for row in table.rows[:MOST_ROWS]]
    headings = list(table.headings[:MOST_COLUMNS])
    return Preview(headings, rows, columns=len(table.headings), count=len(table.rows))
