"""Imports of contacts, what is kept of them, and where what they brought came from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, enum_type
from crm.intake.models import ReadFile
from crm.tasks.models import BroughtIn

CHECKED = "checked"
"""What the page on which a list is checked reads of it."""


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    DONE = "done"
    CANCELLED = "cancelled"


class ContactImport(BroughtIn, ProjectScoped, Audited):
    """One import of contacts: the file as read, its mapping, and what came of it."""

    __tablename__ = "contact_import"
    # The trail is kept for good, the list and what is worked out of it seven days.
    __not_audited__ = frozenset({"table", "overview", "asked_words", "rejected_rows", "decisions"})
    # That it was done stays true when what it brought is undone.
    __stays__ = True

    file_name: Mapped[str]
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    # A list is long, and most pages do without it.
    table: Mapped[str] = mapped_column(default="", deferred=True)
    mapping: Mapped[str] = mapped_column(default="{}")
    # Of which kind each line of the report is; none while that is worked out.
    overview: Mapped[str | None] = mapped_column(deferred=True, deferred_group=CHECKED)
    # The words of the list that are asked about, known before or not.
    asked_words: Mapped[str] = mapped_column(
        default="[]", server_default="[]", deferred=True, deferred_group=CHECKED
    )
    # What somebody chose for rows and kinds of rows.
    decisions: Mapped[str] = mapped_column(default="{}", server_default="{}")
    # The rows that did not come in, as they stood in the file.
    rejected_rows: Mapped[str] = mapped_column(default="", server_default="", deferred=True)
    rows: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)
    skipped: Mapped[int] = mapped_column(default=0, server_default="0")
    aside: Mapped[int] = mapped_column(default=0, server_default="0")
    step_id: Mapped[int | None]  # the step by which it can be undone; none before it began

    @property
    def is_being_looked_at(self) -> bool:
        """Whether what it would do is worked out in the background."""
        is_mapped = self.state is ImportState.MAPPED and not self.is_under_way
        return is_mapped and self.overview is None


class PersonOrigin(Base, ProjectScoped):
    """From which row of which import a person came, with the raw text of doubtful values."""

    __tablename__ = "person_origin"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[int]
    raw: Mapped[str] = mapped_column(default="{}")
    # Field → digests of the values that the row gave: a digest tells whether a value is still as
    # the row gave it, and not what was removed since.
    given: Mapped[str] = mapped_column(default="{}", server_default="{}")
    # Whether the import made the person.
    is_new: Mapped[bool] = mapped_column(default=False, server_default=false())


class OrganisationOrigin(Base, ProjectScoped):
    """From which row of which import an organisation came, and what that row gave."""

    __tablename__ = "organisation_origin"

    organisation_id: Mapped[int] = mapped_column(
        ForeignKey("organisation.id", ondelete="CASCADE"), index=True
    )
    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[int]
    given: Mapped[str] = mapped_column(default="{}")


class RememberedColumns(Base, ProjectScoped, Audited):
    """What the columns of lists with one set of headings hold, as it was chosen last."""

    __tablename__ = "remembered_columns"
    __table_args__ = (UniqueConstraint("project_id", "headings_key"),)

    headings_key: Mapped[str]
    columns: Mapped[str]
    chosen_at: Mapped[datetime] = mapped_column(default=clock.now)


class RememberedWord(Base, ProjectScoped, Audited):
    """What a word in a column means: a member of its field, or nothing."""

    __tablename__ = "remembered_word"
    __table_args__ = (UniqueConstraint("project_id", "field", "word_key"),)

    field: Mapped[str]
    word_key: Mapped[str]
    word: Mapped[str]
    meaning: Mapped[str]
    chosen_at: Mapped[datetime] = mapped_column(default=clock.now)


class ImportFile(Base, ProjectScoped, ReadFile):
    """The bytes of a file that was uploaded, and how it was read."""

    __tablename__ = "contact_import_file"
    # It goes when the import is over, and does not come back when the import is undone.
    __stays__ = True

    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE"), unique=True
    )


class ReportPart(Base, ProjectScoped):
    """Some lines of the report of an import after each other, as text."""

    __tablename__ = "contact_import_part"
    __table_args__ = (UniqueConstraint("contact_import_id", "number"),)
    # It is thrown away after a week, and does not come back when the import is undone.
    __stays__ = True

    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE")
    )
    number: Mapped[int]  # the place of the part, from 0
    first_row: Mapped[int]  # the number of the row that its first line is about
    text: Mapped[str]
