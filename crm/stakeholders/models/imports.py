"""Imports of contacts, and where what they brought came from."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from crm.core import clock
from crm.core.db import Audited, Base, ProjectScoped, enum_type


class ImportState(StrEnum):
    """Where an import stands."""

    UPLOADED = "uploaded"
    MAPPED = "mapped"
    DONE = "done"
    CANCELLED = "cancelled"


class ContactImport(Base, ProjectScoped, Audited):
    """One import of contacts: the file as read, its mapping, and what came of it."""

    __tablename__ = "contact_import"
    __not_audited__ = frozenset({"table", "messages"})
    # That it was done stays true when what it brought is undone.
    __stays__ = True

    file_name: Mapped[str]
    state: Mapped[ImportState] = mapped_column(enum_type(ImportState))
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id", ondelete="SET NULL"))
    made_at: Mapped[datetime] = mapped_column(default=clock.now)
    finished_at: Mapped[datetime | None]
    table: Mapped[str] = mapped_column(default="")
    mapping: Mapped[str] = mapped_column(default="{}")
    messages: Mapped[str] = mapped_column(default="[]")
    rows: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    duplicate: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class PersonOrigin(Base, ProjectScoped):
    """From which row of which import a person came, with the raw text of doubtful values."""

    __tablename__ = "person_origin"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    contact_import_id: Mapped[int] = mapped_column(
        ForeignKey("contact_import.id", ondelete="CASCADE"), index=True
    )
    row: Mapped[int]
    raw: Mapped[str] = mapped_column(default="{}")
