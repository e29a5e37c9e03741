"""What is asked for an import: the file, and what its columns hold."""

from dataclasses import dataclass
from typing import Self, cast

from flask_wtf.file import FileField, FileRequired
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import Field as FormField
from wtforms import SelectField

from crm.core.i18n import _, _l
from crm.stakeholders.importing.columns import FIELD_LABELS, Field, HelixNotChosen
from crm.stakeholders.importing.new_organisations import leaves_helix_open
from crm.stakeholders.importing.reading import read
from crm.stakeholders.importing.refusals import MENDABLE, FileTooLarge
from crm.stakeholders.importing.serialisation import Choices
from crm.stakeholders.importing.tables import Table
from crm.stakeholders.models import Helix
from crm.web import uploads
from crm.web.forms import Form, SelectChoice
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
        return [self[_name(at)] for at in range(len(self.headings))]

    def details(self) -> Choices:
        """
        Return what was chosen.

        :raises HelixNotChosen: if there are organisations without a helix, and none was chosen
        """
        chosen = zip(self.headings, self.columns, strict=True)
        columns = {heading: Field(one.data) if one.data else None for heading, one in chosen}
        helix = Helix(self.helix.data) if self.helix.data else None
        if helix is None and leaves_helix_open(self.table, columns):
            raise HelixNotChosen(field="helix")
        return Choices(columns, helix)


def columns_form(table: Table, choices: Choices) -> ColumnsForm:
    """Return the form for the columns of one table, filled with `choices`."""
    nothing = SelectChoice("", str(_("Do not import")))
    offered = [nothing, *(SelectChoice(one, str(FIELD_LABELS[one])) for one in Field)]
    fields: dict[str, object] = {
        _name(at): SelectField(heading, choices=offered)
        for at, heading in enumerate(table.headings)
    }
    fields["table"], fields["headings"] = table, table.headings
    fields["samples"] = tuple(sample_of(table, at) for at in range(len(table.headings)))
    kind = cast("type[ColumnsForm]", type("ColumnsOfTable", (ColumnsForm,), fields))
    proposed = {_name(at): one or "" for at, one in enumerate(choices.columns.values())}
    form = kind(data={**proposed, "helix": choices.helix or ""})
    helixes = [SelectChoice(one, str(label(one))) for one in Helix]
    form.helix.choices = [SelectChoice("", _("Choose a helix")), *helixes]
    return form


def _name(at: int) -> str:
    return f"column_{at}"


def sample_of(table: Table, at: int) -> str:
    """Return the first values of a column that differ."""
    found: dict[str, None] = {}
    for row in table.rows:
        if row[at]:
            found[_shortened(row[at])] = None
        if len(found) == MOST_SAMPLES:
            break
    return " · ".join(found)


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_SAMPLE else f"{line[:LONGEST_SAMPLE]}…"
